//! What clients wrote and what rooms hold, by name and by place, so that each rule is one pass.

use std::collections::HashMap;

use crate::log::{Client, Line};
use crate::rooms::{Event, Kind, Room};

/// A message's name: whose it is, and what the device calls it.
pub type Name<'a> = (&'a str, &'a str);

/// What a client was told of a message.
#[derive(Debug, Clone)]
pub struct Told {
    /// `file:line`.
    pub place: String,
    /// Where it is said to be.
    pub seq: i64,
    /// Which ordinal it is said to have.
    pub message_no: i64,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// A message that somebody wrote.
#[derive(Debug)]
pub struct Message<'a> {
    /// Where to.
    pub room: &'a str,
    /// What it says.
    pub text: &'a str,
    /// When it was first sent.
    pub invoked: i64,
    /// When it was first acknowledged.
    pub acked: Option<i64>,
    /// Every acknowledgement.
    pub acks: Vec<Told>,
    /// Where it was refused for good.
    pub refused: Option<String>,
    /// Attempts without an answer yet.
    open: usize,
    /// It was refused while another attempt had no answer.
    pub doubtful: bool,
}

/// A room with what is asked of it again and again.
pub struct Log<'a> {
    /// The room.
    pub room: &'a Room,
    /// Of each person, from which event to which they were in.
    pub stays: HashMap<&'a str, Vec<(i64, i64)>>,
}

impl<'a> Log<'a> {
    /// The event at a place. The log need not be whole.
    pub fn at(&self, seq: i64) -> Option<&'a Event> {
        let guess = usize::try_from(seq - 1).ok().and_then(|place| self.room.events.get(place));
        guess.filter(|event| event.seq == seq).or_else(|| {
            let found = self.room.events.binary_search_by_key(&seq, |event| event.seq);
            found.ok().map(|place| &self.room.events[place])
        })
    }

    /// Whether somebody was in at this event: from the one that let them in to the one that ended it.
    pub fn was_in(&self, user: &str, seq: i64) -> bool {
        self.stays.get(user).is_some_and(|stays| {
            let begun = stays.partition_point(|(from, _)| *from <= seq);
            begun.checked_sub(1).and_then(|last| stays.get(last)).is_some_and(|(_, to)| seq <= *to)
        })
    }
}

/// All of it.
pub struct Index<'a> {
    /// Every message that was written.
    pub messages: HashMap<Name<'a>, Message<'a>>,
    /// Every room.
    pub rooms: HashMap<&'a str, Log<'a>>,
}

impl<'a> Index<'a> {
    /// Reads everything once.
    pub fn new(clients: &'a [Client], rooms: &'a [Room]) -> Self {
        let mut messages = HashMap::new();
        for client in clients {
            read(client, &mut messages);
        }
        let rooms = rooms.iter().map(|room| (room.room.as_str(), Log { room, stays: stays(room) })).collect();
        Self { messages, rooms }
    }
}

fn read<'a>(client: &'a Client, messages: &mut HashMap<Name<'a>, Message<'a>>) {
    let user = client.user().unwrap_or_default();
    let offset = client.offset().unwrap_or_default();
    for (number, line) in &client.lines {
        let place = || format!("{}:{number}", client.name);
        match line {
            Line::Invoke { client, room, text, t } => {
                let new = || Message {
                    room,
                    text,
                    invoked: t + offset,
                    acked: None,
                    acks: Vec::new(),
                    refused: None,
                    open: 0,
                    doubtful: false,
                };
                messages.entry((user, client)).or_insert_with(new).open += 1;
            }
            Line::Ack { client, seq, message_no, t, .. } => {
                let Some(message) = messages.get_mut(&(user, client.as_str())) else { continue };
                let at = t + offset;
                message.open = message.open.saturating_sub(1);
                message.acked.get_or_insert(at);
                message.acks.push(Told { place: place(), seq: *seq, message_no: *message_no, at });
            }
            Line::Nack { client, r#final, .. } => {
                let Some(message) = messages.get_mut(&(user, client.as_str())) else { continue };
                message.open = message.open.saturating_sub(1);
                if *r#final {
                    message.doubtful = message.open > 0;
                    message.refused.get_or_insert_with(place);
                }
            }
            _ => {}
        }
    }
}

fn stays(room: &Room) -> HashMap<&str, Vec<(i64, i64)>> {
    let mut stays: HashMap<&str, Vec<(i64, i64)>> = HashMap::new();
    for event in &room.events {
        let of_person = stays.entry(event.user.as_str());
        match event.kind {
            Kind::Text | Kind::Edited | Kind::Deleted | Kind::Reacted => {}
            Kind::MemberAdded => of_person.or_default().push((event.seq, i64::MAX)),
            Kind::MemberRemoved => {
                if let Some((_, to)) = of_person.or_default().last_mut() {
                    *to = (*to).min(event.seq);
                }
            }
        }
    }
    stays
}
