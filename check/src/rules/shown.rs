//! O, P, Z and B: what one client was shown, line by line.

use std::collections::HashMap;

use super::index::{Index, Log};
use super::{Report, Rule, Violation};
use crate::log::{Client, Line};
use crate::rooms::{Event, Kind};

/// How far the wall's clock may have been moved while the clients ran, in microseconds. `created_at` is when the transaction began, so honest deliveries come
/// later by a commit and a network, and this hides none that matters: what is shown and never committed is found by its absence.
pub const TOLERANCE: i64 = 250_000;

/// Judges one client's log.
pub fn judge(index: &Index<'_>, client: &Client, report: &mut Report) {
    let mut watch = Watch {
        index,
        client,
        user: client.user().unwrap_or_default(),
        offset: client.offset().unwrap_or_default(),
        at: HashMap::new(),
        found: Vec::new(),
    };
    for (number, line) in &client.lines {
        watch.line(*number, line);
    }
    report.violations.append(&mut watch.found);
}

struct Watch<'a> {
    index: &'a Index<'a>,
    client: &'a Client,
    user: &'a str,
    offset: i64,
    /// Where it stands in the rooms that it is attached to.
    at: HashMap<&'a str, i64>,
    found: Vec<Violation>,
}

impl<'a> Watch<'a> {
    fn violation(&mut self, rule: Rule, room: &str, number: usize, what: String) {
        let place = format!("{}:{number}", self.client.name);
        self.found.push(Violation { rule, room: room.to_owned(), place, what });
    }

    fn line(&mut self, number: usize, line: &'a Line) {
        match line {
            Line::Connect { .. } | Line::Close { .. } => self.at.clear(),
            Line::Attached { room, from, .. } => {
                self.at.insert(room, *from);
            }
            Line::Gone { room, .. } => {
                self.at.remove(room.as_str());
            }
            Line::Ack { client, room, .. } => {
                let name = (self.user, client.as_str());
                if self.index.messages.get(&name).is_none_or(|message| message.room != room) {
                    self.violation(Rule::P, room, number, format!("{client} was acknowledged, and not written"));
                }
            }
            Line::Deliver { room, seq, .. } => self.shown(number, room, *seq, line),
            Line::Quiet { .. } => self.quiet(number),
            Line::Begin { .. } | Line::Hello { .. } | Line::Invoke { .. } | Line::Nack { .. } => {}
        }
    }

    fn shown(&mut self, number: usize, room: &'a str, seq: i64, line: &Line) {
        let stands = self.at.get_mut(room).map(|stands| std::mem::replace(stands, seq));
        match stands {
            None => self.violation(Rule::O, room, number, format!("{seq} was shown in a room that is not attached")),
            Some(stands) if seq != stands + 1 => {
                self.violation(Rule::O, room, number, format!("{seq} was shown after {stands}"));
            }
            Some(_) => {}
        }
        let Some(log) = self.index.rooms.get(room) else {
            return self.violation(Rule::B, room, number, "there is no such room".to_owned());
        };
        if !log.was_in(self.user, seq) {
            self.violation(Rule::Z, room, number, format!("{seq} was shown to {}, who was not in", self.user));
        }
        self.compare(number, log, seq, line);
    }

    /// What was shown against what is stored and what was written.
    fn compare(&mut self, number: usize, log: &Log<'_>, seq: i64, line: &Line) {
        let Line::Deliver { room, kind, message_no, client, user, text, t, .. } = line else { return };
        match log.at(seq) {
            None => self.violation(Rule::B, room, number, format!("{seq} was shown, and is not in the database")),
            Some(event) => {
                let stored = (event.kind.as_str(), event.message_no, event.client.as_deref(), &*event.user);
                if stored != (kind, *message_no, client.as_deref(), user) || !self.may_say(log, event, text.as_deref())
                {
                    self.violation(Rule::O, room, number, format!("{seq} was shown as something else than is stored"));
                }
                let early = event.created - (t + self.offset);
                if early > TOLERANCE {
                    self.violation(Rule::B, room, number, format!("{seq} was shown {early} µs too early"));
                }
            }
        }
        if let Some(client) = client {
            let message = self.index.messages.get(&(user.as_str(), client.as_str()));
            let is_written = message.is_some_and(|message| {
                let is_revised = log.at(seq).is_some_and(|event| {
                    event.words() == message.text && event.text != *text && self.may_say(log, event, text.as_deref())
                });
                message.room == room
                    && (text.as_deref().unwrap_or_default() == message.text || is_revised)
                    && message.invoked <= t + self.offset + TOLERANCE
            });
            if !is_written {
                let what = format!("{seq} was shown as {client} of {user}, who has not written that");
                self.violation(Rule::P, room, number, what);
            }
        }
    }

    /// Whether this client may have been shown an event with these words. A change of what was said before they came says nothing to them.
    fn may_say(&self, log: &Log<'_>, event: &Event, text: Option<&str>) -> bool {
        // In the stay in which it was shown: what was said in an earlier one is not theirs any more.
        let stays = log.stays.get(self.user).map(Vec::as_slice).unwrap_or_default();
        let came = stays.iter().map(|(from, _)| *from).filter(|from| *from <= event.seq).max().unwrap_or(i64::MAX);
        let is_foreign = event.kind == Kind::Edited && event.target.is_some_and(|of| of < came);
        may_say(log, event, text) || is_foreign && text.is_none()
    }

    /// After it has waited, a client stands at the end of every room that it is attached to.
    fn quiet(&mut self, number: usize) {
        let behind: Vec<(&str, i64, i64)> = self
            .at
            .iter()
            .filter_map(|(room, stands)| {
                let last = self.index.rooms.get(room)?.room.events.last().map_or(0, |event| event.seq);
                (*stands != last).then_some((*room, *stands, last))
            })
            .collect();
        for (room, stands, last) in behind {
            self.violation(Rule::O, room, number, format!("was shown all up to {stands}; the log ends with {last}"));
        }
    }
}

/// Whether an event may have been shown with these words: its own, or those that a later event of the log left of it.
fn may_say(log: &Log<'_>, event: &Event, text: Option<&str>) -> bool {
    let of = event.target.filter(|_| event.kind == Kind::Edited).unwrap_or(event.seq);
    let later = |kind| move |other: &&Event| other.kind == kind && other.target == Some(of) && other.seq > event.seq;
    let mut revisions = log.room.events.iter();
    match (event.kind, text) {
        _ if text == event.text.as_deref() => true,
        (Kind::Text, Some(text)) => revisions.filter(later(Kind::Edited)).any(|edit| edit.words() == text),
        (Kind::Text, None) => revisions.any(|other| later(Kind::Deleted)(&other)),
        (Kind::Edited, None) => revisions.any(|other| later(Kind::Edited)(&other) || later(Kind::Deleted)(&other)),
        _ => false,
    }
}
