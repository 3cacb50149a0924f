//! D, U, G, R, N and the half of P and Z that is about what is stored: the logs of rooms against what clients wrote and were told.

use std::collections::HashMap;

use super::index::{Index, Log};
use super::{Report, Rule, Violation};
use crate::rooms::{Event, Kind, Room};

/// How often a person may have said the same in a room: once for each name they gave it.
type Written<'a> = HashMap<(&'a str, &'a str, &'a str), i64>;

/// Judges all rooms, and all messages.
pub fn judge<'a>(index: &'a Index<'a>, rooms: &'a [Room], report: &mut Report) {
    let mut found = Vec::new();
    let mut written = Written::new();
    for ((user, _), message) in &index.messages {
        *written.entry((message.room, user, message.text)).or_default() += 1;
    }
    for room in rooms {
        let log = &index.rooms[room.room.as_str()];
        numbers(room, &mut found);
        members(log, &mut found);
        once(index, room, &mut written, &mut found);
        order(index, room, &mut found);
    }
    answers(index, &mut found);
    let (mut refused, mut doubtful) = (0, 0);
    for message in index.messages.values().filter(|message| message.refused.is_some()) {
        refused += 1;
        doubtful += usize::from(message.doubtful);
    }
    (report.refused, report.doubtful) = (refused, doubtful);
    report.violations.append(&mut found);
}

fn of_event(rule: Rule, room: &Room, event: &Event, what: String) -> Violation {
    Violation { rule, room: room.room.clone(), place: format!("event {}", event.seq), what }
}

/// G: no gap, and every counter fits.
fn numbers(room: &Room, found: &mut Vec<Violation>) {
    let mut messages = 0;
    for (expected, event) in (1..).zip(&room.events) {
        messages += i64::from(event.kind == Kind::Text);
        if event.seq != expected {
            found.push(of_event(Rule::G, room, event, format!("stands where {expected} should")));
            return;
        }
        if event.message_no != messages {
            let what = format!("has the ordinal {}, and is or follows message {messages}", event.message_no);
            found.push(of_event(Rule::G, room, event, what));
        }
    }
    let (last, count) = (room.events.last().map_or(0, |event| event.seq), messages);
    if (room.last_seq, room.message_count) != (last, count) {
        let what = format!(
            "the room counts {} events and {} messages, its log has {last} and {count}",
            room.last_seq, room.message_count
        );
        found.push(Violation { rule: Rule::G, room: room.room.clone(), place: "counters".to_owned(), what });
    }
}

/// Z: who is listed as in the room is who came and did not go, and nobody came or went twice.
fn members(log: &Log<'_>, found: &mut Vec<Violation>) {
    let room = log.room;
    let mut is_in: HashMap<&str, bool> = HashMap::new();
    for event in room.events.iter().filter(|event| event.client.is_none()) {
        let comes = event.kind == Kind::MemberAdded;
        if is_in.insert(&event.user, comes).unwrap_or(false) == comes {
            found.push(of_event(Rule::Z, room, event, format!("{} had done that before", event.user)));
        }
    }
    for member in &room.members {
        let last = log.stays.get(member.user.as_str()).and_then(|stays| stays.last()).copied();
        let listed = (member.joined_seq, member.left_seq.unwrap_or(i64::MAX));
        if last != Some(listed) {
            let what = format!("{} is listed from {} to {:?}", member.user, member.joined_seq, member.left_seq);
            found.push(Violation { rule: Rule::Z, room: room.room.clone(), place: "members".to_owned(), what });
        }
    }
}

/// U and P: what is stored was written, there and by them, and is there once, whatever name it is stored under.
fn once<'a>(index: &Index<'_>, room: &'a Room, written: &mut Written<'a>, found: &mut Vec<Violation>) {
    let mut names = HashMap::new();
    for event in room.events.iter().filter(|event| event.client.is_some()) {
        let name = (event.user.as_str(), event.client.as_deref().unwrap_or_default());
        if let Some(first) = names.insert(name, event.seq) {
            found.push(of_event(Rule::U, room, event, format!("{} of {} is {first} already", name.1, name.0)));
        }
        if let Some(left) = written.get_mut(&(room.room.as_str(), event.user.as_str(), event.words())) {
            *left -= 1;
            if *left < 0 {
                found.push(of_event(Rule::U, room, event, format!("{} has written that less often", event.user)));
            }
            if !index.messages.contains_key(&name) {
                found.push(of_event(Rule::P, room, event, format!("nobody has written {} of {}", name.1, name.0)));
            }
        }
    }
}

/// R: whoever writes after an acknowledgement stands behind it. From the log's end, the earliest acknowledgement so far is all one needs to know.
fn order(index: &Index<'_>, room: &Room, found: &mut Vec<Violation>) {
    let mut earliest: Option<(i64, i64)> = None;
    for event in room.events.iter().rev() {
        let name = (event.user.as_str(), event.client.as_deref().unwrap_or_default());
        let Some(message) = index.messages.get(&name) else { continue };
        if let Some((at, seq)) = earliest
            && at < message.invoked
        {
            let what = format!("was written after {seq} had been acknowledged, and stands before it");
            found.push(of_event(Rule::R, room, event, what));
        }
        if let Some(acked) = message.acked
            && earliest.is_none_or(|(at, _)| acked < at)
        {
            earliest = Some((acked, event.seq));
        }
    }
}

/// D and N: what clients were told is so.
fn answers(index: &Index<'_>, found: &mut Vec<Violation>) {
    let mut stored = HashMap::new();
    for (id, log) in &index.rooms {
        for event in &log.room.events {
            if let Some(client) = &event.client {
                stored.insert((*id, event.user.as_str(), client.as_str()), event);
            }
        }
    }
    for ((user, client), message) in &index.messages {
        let event = stored.get(&(message.room, *user, *client));
        let violation =
            |rule, place: &str, what| Violation { rule, room: message.room.to_owned(), place: place.to_owned(), what };
        for ack in &message.acks {
            let is_so = event.is_some_and(|event| {
                (event.seq, event.message_no, event.words()) == (ack.seq, ack.message_no, message.text)
            });
            if !is_so {
                let holds = event.map(|event| (event.seq, event.message_no));
                let what = format!(
                    "{client} was acknowledged as event {} and message {}; stored is {holds:?}",
                    ack.seq, ack.message_no
                );
                found.push(violation(Rule::D, &ack.place, what));
            }
            if let Some(event) = event.filter(|event| ack.at + super::shown::TOLERANCE < event.created) {
                let early = event.created - ack.at;
                found.push(violation(Rule::B, &ack.place, format!("{client} was acknowledged {early} µs too early")));
            }
        }
        if let (Some(place), Some(event), false) = (&message.refused, event, message.doubtful) {
            found.push(violation(Rule::N, place, format!("{client} was refused for good, and is event {}", event.seq)));
        }
    }
}
