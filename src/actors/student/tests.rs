//! Claims about one live document, made with real Yjs updates written by a second document.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::section::{LogLength, Section};
use super::verdict::{Refusal, Sender, Settlement, Verdict};
use crate::actors::messages::MemberId;
use crate::crdt::{SectionDocument, seed};
use crate::domain::ids::{Lineage, UserId};
use crate::domain::permission::Access;
use crate::store::documents::LogTail;

const ROOTS: &[&str] = &["content"];

/// Appends "x" under client 7 at `clock`, to the paragraph that the seed made: `parent` is the seed's text node.
fn keystroke(client: u8, clock: u8) -> Bytes {
    // One client section, one struct: a string without neighbours, child of the root "content" (parent info: root name).
    // 1 section · 1 struct · client · clock · info 0x04 (string, no origins) · parent is a root name · "content" · "x"
    let mut update = vec![1, 1, client, clock, 0x04, 1, 7];
    update.extend(b"content");
    update.extend([1, b'x', 0]);
    update.into()
}

/// "x" right behind what the same client wrote before.
fn following(client: u8, clock: u8) -> Bytes {
    Bytes::from(vec![1, 1, client, clock, 0x84, client, clock - 1, 1, b'x', 0])
}

fn tail(rows: Vec<(i64, Bytes)>) -> LogTail {
    LogTail { read_to: rows.last().map_or(0, |(seq, _)| *seq), rows }
}

fn section() -> Section {
    let mut document = SectionDocument::new();
    document.apply(&seed::rich_text("content", &[])).expect("the seed fits");
    Section::new(document, Lineage::generate(), ROOTS, HashMap::new(), 0, LogLength::default())
        .expect("a fresh document encodes")
}

fn sender(access: Access) -> Sender {
    Sender { member: MemberId::next(), user: UserId::generate(), access, wants_ack: true }
}

fn receive(section: &mut Section, sender: Sender, update: &Bytes, ticket: u64) -> Verdict {
    section.receive(sender, update.clone(), false, ticket, Instant::now())
}

#[test]
fn nothing_is_in_the_document_before_its_commit() {
    let (mut section, writer) = (section(), sender(Access::Write));
    let before = section.state_vector();
    assert!(matches!(receive(&mut section, writer, &keystroke(7, 0), 1), Verdict::Submit(_)));
    assert_eq!(section.state_vector(), before, "a queued edit was shown");
    let Settlement::Committed(committed) = section.settle(1, Some(1)) else { panic!("not committed") };
    assert_eq!(committed.acknowledge, [writer.member]);
    assert_ne!(section.state_vector(), before);
}

#[test]
fn fast_typing_is_queued_and_not_deferred() {
    let (mut section, writer) = (section(), sender(Access::Write));
    assert!(matches!(receive(&mut section, writer, &keystroke(7, 0), 1), Verdict::Submit(_)));
    for clock in 1..20 {
        let verdict = receive(&mut section, writer, &following(7, clock), u64::from(clock) + 1);
        assert!(matches!(verdict, Verdict::Submit(_)), "{verdict:?}");
    }
    for ticket in 1..=20 {
        assert!(matches!(section.settle(ticket, Some(ticket as i64)), Settlement::Committed(_)));
    }
    assert!(section.is_settled());
}

#[test]
fn an_edit_that_comes_again_is_acknowledged_only_when_the_first_is_committed() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    let again = sender(Access::Read);
    assert!(matches!(receive(&mut section, again, &keystroke(7, 0), 2), Verdict::Waiting));
    let Settlement::Committed(committed) = section.settle(1, Some(1)) else { panic!("not committed") };
    assert_eq!(committed.acknowledge, [writer.member, again.member]);
    assert!(matches!(receive(&mut section, again, &keystroke(7, 0), 3), Verdict::Contained));
}

#[test]
fn a_reader_is_refused_even_when_what_it_builds_on_is_missing() {
    let (mut section, reader) = (section(), sender(Access::Read));
    for update in [keystroke(7, 0), following(7, 5)] {
        let verdict = receive(&mut section, reader, &update, 1);
        assert!(matches!(verdict, Verdict::Refused(Refusal::ReadOnly)), "{verdict:?}");
    }
    assert!(section.is_settled());
}

#[test]
fn a_client_id_belongs_to_the_person_who_first_wrote_under_it() {
    let (mut section, first, second) = (section(), sender(Access::Write), sender(Access::Write));
    receive(&mut section, first, &keystroke(7, 0), 1);
    let verdict = receive(&mut section, second, &following(7, 1), 2);
    assert!(matches!(verdict, Verdict::Refused(Refusal::ForeignClient)), "{verdict:?}");
    assert_eq!(section.owner_of(7), Some(first.user));
}

#[test]
fn what_came_too_early_is_stored_when_what_it_builds_on_has_come() {
    let (mut section, writer) = (section(), sender(Access::Write));
    assert!(matches!(receive(&mut section, writer, &following(7, 1), 1), Verdict::Deferred));
    assert!(matches!(receive(&mut section, writer, &keystroke(7, 0), 2), Verdict::Submit(_)));
    let ready = section.retry_deferred(|| 3, Instant::now());
    assert!(matches!(ready.as_slice(), [(_, Verdict::Submit(submission))] if submission.ticket == 3));
}

#[test]
fn what_waits_in_vain_is_given_up_and_its_sender_named() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &following(7, 1), 1);
    assert!(section.expire_deferred(Instant::now()).is_empty());
    assert_eq!(section.expire_deferred(Instant::now() + Duration::from_secs(6)), [writer.member]);
    assert!(section.expire_deferred(Instant::now() + Duration::from_secs(6)).is_empty());
}

#[test]
fn a_refused_edit_lowers_the_frontier_and_frees_its_client_id() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    let settled = section.settle(1, None);
    assert!(matches!(settled, Settlement::Refused { author, .. } if author == writer.member), "{settled:?}");
    assert_eq!(section.owner_of(7), None);
    let other = sender(Access::Write);
    assert!(matches!(receive(&mut section, other, &following(7, 1), 2), Verdict::Deferred), "it is missing again");
}

#[test]
fn whoever_waited_for_a_refused_edit_is_named_and_not_acknowledged() {
    let (mut section, writer, other) = (section(), sender(Access::Write), sender(Access::Read));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    assert!(matches!(receive(&mut section, other, &keystroke(7, 0), 2), Verdict::Waiting));
    let settled = section.settle(1, None);
    assert!(matches!(&settled, Settlement::Refused { others, .. } if *others == [other.member]), "{settled:?}");
}

#[test]
fn a_row_of_somebody_else_in_between_is_noticed_read_and_shown() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    assert!(matches!(section.settle(1, Some(2)), Settlement::Committed(_)));
    assert_eq!(section.behind_since(), Some(0), "sequence 1 is not in memory");
    let shown = section.absorb(tail(vec![(1, keystroke(9, 0)), (2, keystroke(7, 0))])).expect("both fit");
    assert_eq!(shown, [keystroke(9, 0)]);
    assert_eq!(section.behind_since(), None);
}

#[test]
fn a_foreign_row_that_builds_on_ours_is_taken_in_before_our_answer_has_come() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    // Another server saw our row 1 in the log and somebody wrote behind it there.
    let theirs = Bytes::from(vec![1, 1, 9, 0, 0x84, 7, 0, 1, b'y', 0]);
    let shown = section.absorb(tail(vec![(1, keystroke(7, 0)), (2, theirs.clone())])).expect("both fit");
    assert_eq!(shown, [theirs]);
    assert!(matches!(section.settle(1, Some(1)), Settlement::Committed(_)));
    assert_eq!(section.behind_since(), None);
}

#[test]
fn an_answer_out_of_order_asks_for_a_rebuild_instead_of_jamming_the_document() {
    let (mut section, writer) = (section(), sender(Access::Write));
    receive(&mut section, writer, &keystroke(7, 0), 1);
    receive(&mut section, writer, &following(7, 1), 2);
    assert!(matches!(section.settle(2, Some(2)), Settlement::Broken));
}

#[test]
fn nobody_writes_in_the_name_of_the_seed() {
    let (mut section, writer) = (section(), sender(Access::Write));
    let after_the_seed = Bytes::from(vec![1, 1, 1, 1, 0x84, 1, 0, 1, b'x', 0]);
    let verdict = receive(&mut section, writer, &after_the_seed, 1);
    assert!(!matches!(verdict, Verdict::Submit(_)), "{verdict:?}");
}

#[test]
fn hostile_bytes_are_refused_and_change_nothing() {
    let (mut section, writer) = (section(), sender(Access::Write));
    let before = section.state_vector();
    for bytes in [vec![], vec![1], vec![0xff; 40], vec![1, 1, 7, 0, 0x04, 1, 3, b'x', b'y', b'z', 1, b'x', 0]] {
        let verdict = receive(&mut section, writer, &bytes.into(), 1);
        assert!(matches!(verdict, Verdict::Refused(Refusal::Malformed)), "{verdict:?}");
    }
    assert_eq!(section.state_vector(), before);
    assert!(section.is_settled());
}

mod presence {
    use super::*;
    use crate::actors::messages::Person;
    use crate::actors::student::presence::Presence;
    use crate::crdt::{AwarenessEntry, scan_awareness};

    fn person(name: &str) -> Person {
        Person { user: UserId::generate(), name: name.to_owned(), function: "class_teacher".to_owned() }
    }

    fn entry(client: u64, clock: u32, state: Option<&str>) -> AwarenessEntry {
        AwarenessEntry { client, clock, state: state.map(str::to_owned) }
    }

    #[test]
    fn the_name_is_the_servers_whatever_the_client_says() {
        let (mut presence, member) = (Presence::default(), MemberId::next());
        let entries = vec![entry(5, 1, Some(r#"{"user":{"name":"Direção"},"cursor":{"anchor":1}}"#))];
        assert_eq!(presence.receive(member, &person("Luciana"), None, entries, Instant::now()), Some(5));
        let told = scan_awareness(&presence.take_changes().expect("something changed")).expect("our own bytes");
        let state = told[0].state.as_deref().expect("present");
        assert!(state.contains("Luciana") && state.contains("anchor") && !state.contains("Direção"), "{state}");
    }

    #[test]
    fn nobody_speaks_for_another_client_id() {
        let (mut presence, a, b) = (Presence::default(), MemberId::next(), MemberId::next());
        let now = Instant::now();
        presence.receive(a, &person("A"), None, vec![entry(5, 1, Some("{}"))], now);
        presence.take_changes();
        assert_eq!(presence.receive(b, &person("B"), None, vec![entry(5, 9, None)], now), None);
        assert!(!presence.is_dirty());
        let own =
            presence.receive(b, &person("B"), Some(6), vec![entry(6, 1, Some("{}")), entry(7, 1, Some("{}"))], now);
        assert_eq!(own, Some(6));
        assert_eq!(presence.speaker(7), None);
    }

    #[test]
    fn who_went_or_fell_silent_is_gone() {
        let (mut presence, a, b) = (Presence::default(), MemberId::next(), MemberId::next());
        let now = Instant::now();
        presence.receive(a, &person("A"), None, vec![entry(5, 1, Some("{}"))], now);
        presence.receive(b, &person("B"), None, vec![entry(6, 1, Some("{}"))], now + Duration::from_secs(20));
        presence.take_changes();
        presence.expire(now + Duration::from_secs(31));
        assert_eq!((presence.speaker(5), presence.speaker(6)), (None, Some(b)));
        presence.leave(b);
        let told = scan_awareness(&presence.take_changes().expect("something changed")).expect("our own bytes");
        assert_eq!(told, [entry(5, 2, None), entry(6, 2, None)]);
    }
}
