//! Who is here and where their caret is. Never stored. A member speaks only for its own client id, the name on it is the
//! server's, the latest state wins, and what is not renewed within 30 s is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::actors::messages::{MemberId, Person};
use crate::crdt::{AwarenessEntry, ClientId, encode_awareness};
use crate::domain::people::person_color;

/// Clients renew every 15 s.
const TIME_TO_LIVE: Duration = Duration::from_secs(30);

struct State {
    clock: u32,
    json: String,
    member: MemberId,
    seen: Instant,
}

/// The presence table of one document.
#[derive(Default)]
pub struct Presence {
    states: BTreeMap<ClientId, State>,
    /// Entries to tell everybody about at the next flush; for clients that left, their last clock.
    changed: BTreeSet<ClientId>,
    left: BTreeMap<ClientId, u32>,
}

impl Presence {
    /// Takes what a member says about itself. `own` is the client id that the member has used before, if any; entries about other
    /// clients are ignored. Returns the member's client id.
    pub fn receive(
        &mut self,
        member: MemberId,
        person: &Person,
        own: Option<ClientId>,
        entries: Vec<AwarenessEntry>,
        now: Instant,
    ) -> Option<ClientId> {
        let mut own = own;
        for entry in entries {
            let taken = self.states.get(&entry.client).is_some_and(|state| state.member != member);
            match own {
                Some(client) if client != entry.client => continue,
                // An id that somebody else speaks under stays theirs until it runs out.
                None if taken => continue,
                _ => own = Some(entry.client),
            }
            match entry.state.as_deref().and_then(|json| stamp(json, person)) {
                Some(json) => {
                    let state = State { clock: entry.clock, json, member, seen: now };
                    let old = self.states.insert(entry.client, state);
                    self.left.remove(&entry.client);
                    drop(old);
                }
                None => self.remove(entry.client, entry.clock),
            }
            self.changed.insert(entry.client);
        }
        own
    }

    /// A member went.
    pub fn leave(&mut self, member: MemberId) {
        let gone: Vec<_> = self
            .states
            .iter()
            .filter(|(_, state)| state.member == member)
            .map(|(id, state)| (*id, state.clock))
            .collect();
        for (client, clock) in gone {
            self.remove(client, clock.saturating_add(1));
        }
    }

    /// Gives an id to a new membership of the same person: a socket that came back before the old one was found dead.
    pub fn take_over(&mut self, client: ClientId, from: MemberId, to: MemberId) {
        if let Some(state) = self.states.get_mut(&client)
            && state.member == from
        {
            state.member = to;
        }
    }

    /// The member that speaks under this client id.
    pub fn speaker(&self, client: ClientId) -> Option<MemberId> {
        self.states.get(&client).map(|state| state.member)
    }

    /// Forgets what was not renewed.
    pub fn expire(&mut self, now: Instant) {
        let old: Vec<_> = self
            .states
            .iter()
            .filter(|(_, state)| now.duration_since(state.seen) > TIME_TO_LIVE)
            .map(|(id, state)| (*id, state.clock))
            .collect();
        for (client, clock) in old {
            self.remove(client, clock.saturating_add(1));
        }
    }

    /// Whether somebody must be told something.
    pub fn is_dirty(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What changed since the last call, as one payload for everybody, the sender included.
    pub fn take_changes(&mut self) -> Option<Bytes> {
        if self.changed.is_empty() {
            return None;
        }
        let changed = std::mem::take(&mut self.changed);
        let entries: Vec<_> = changed
            .into_iter()
            .map(|client| match self.states.get(&client) {
                Some(state) => AwarenessEntry { client, clock: state.clock, state: Some(state.json.clone()) },
                None => AwarenessEntry { client, clock: self.left.remove(&client).unwrap_or(0), state: None },
            })
            .collect();
        self.left.clear();
        Some(encode_awareness(&entries).into())
    }

    /// Everybody, for somebody who just came; possibly nobody.
    pub fn everybody(&self) -> Bytes {
        let entries: Vec<_> = self
            .states
            .iter()
            .map(|(client, state)| AwarenessEntry {
                client: *client,
                clock: state.clock,
                state: Some(state.json.clone()),
            })
            .collect();
        encode_awareness(&entries).into()
    }

    fn remove(&mut self, client: ClientId, clock: u32) {
        if self.states.remove(&client).is_some() {
            self.left.insert(client, clock);
            self.changed.insert(client);
        }
    }
}

/// Puts the server's word for who this is over whatever the client wrote. `None` when it is not an object.
fn stamp(json: &str, person: &Person) -> Option<String> {
    let mut state: Map<String, Value> = serde_json::from_str(json).ok()?;
    state.insert(
        "user".to_owned(),
        json!({
            "id": person.user,
            "name": person.name,
            "function": person.function,
            "color": person_color(person.user),
        }),
    );
    Some(Value::Object(state).to_string())
}
