//! What fits, what is already there, what came too early, and what can never fit.

use super::{At, ROOTS, Server, edit, element, item, peer, state, take_in, text, update};
use crate::crdt::limits::{MAX_DEFERRED, MAX_DEFERRED_BYTES, MAX_UPDATE_BYTES};
use crate::crdt::seed::{self, Block};
use crate::crdt::{Assessment, ClockRange, Deferred, Frontier, GateError, UpdateSummary, scan_update};
use yrs::{GetString, Map, MapPrelim, Text, Transact, WriteTxn, XmlElementPrelim, XmlFragment};

fn scan(bytes: &[u8]) -> UpdateSummary {
    scan_update(bytes, MAX_UPDATE_BYTES, ROOTS).expect("the update passes the scanner")
}

fn typed(clock: u64, characters: &str) -> Vec<u8> {
    let at = if clock == 0 { At::Root("t") } else { At::After(5, clock - 1) };
    update(&[(5, clock, vec![item(4, at, &text(characters))])], &[])
}

#[test]
fn a_summary_says_what_an_update_creates_needs_and_deletes() {
    let summary = scan(&update(
        &[(9, 3, vec![item(4, At::Between((5, 7), (5, 2)), &text("ab")), vec![0, 4]]), (5, 8, vec![vec![0, 1]])],
        &[(2, vec![(0, 2), (5, 1)])],
    ));
    assert_eq!(summary.clients().collect::<Vec<_>>(), [9, 5]);
    assert_eq!(summary.blocks[0], ClockRange { client: 9, start: 3, len: 6 });
    assert_eq!(summary.needs, [(5, 7)]);
    assert_eq!(summary.deletions.len(), 2);
    assert!(!summary.is_empty() && scan(&[0, 0]).is_empty());
}

#[test]
fn typing_ahead_of_storage_is_ready_and_repeats_are_contained() {
    let mut frontier = Frontier::new();
    let (first, second) = (scan(&typed(0, "olá")), scan(&typed(3, "!")));
    assert_eq!(frontier.assess(&second), Assessment::Missing);
    assert_eq!(frontier.assess(&first), Assessment::Ready);
    frontier.advance(&second);
    assert_eq!(frontier.next_clock(5), 0, "what is missing something is not taken in");
    frontier.advance(&first);
    assert_eq!(frontier.assess(&first), Assessment::Contained);
    assert_eq!(frontier.assess(&second), Assessment::Ready);
    frontier.advance(&second);
    assert_eq!(frontier.next_clock(5), 4);
    assert_eq!(frontier.assess(&scan(&[0, 0])), Assessment::Contained, "nothing is always there");
}

#[test]
fn deletions_beyond_what_is_held_are_missing() {
    let mut server = Server::default();
    server.receive(&typed(0, "abc")).expect("it scans");
    let reach = |len| update(&[], &[(5, vec![(1, len)])]);
    assert_eq!(server.receive(&reach(3)), Ok(Assessment::Missing));
    assert_eq!(server.receive(&update(&[], &[(6, vec![(0, 1)])])), Ok(Assessment::Missing));
    assert_eq!(server.receive(&reach(2)), Ok(Assessment::Ready));
    assert_eq!(server.receive(&reach(1)), Ok(Assessment::Contained));
    assert_eq!(server.document.plain_text("t").as_deref(), Ok("a"));
    assert_eq!(server.deferred.len(), 2);
    server.receive(&typed(3, "d")).expect("it scans");
    assert_eq!(server.document.plain_text("t").as_deref(), Ok("a"), "the deletion that waited was taken in");
    assert_eq!(server.deferred.len(), 1);
}

#[test]
fn sections_of_one_update_may_depend_on_each_other_in_any_order() {
    let ring_free = update(
        &[
            (9, 0, vec![item(4, At::After(5, 0), &text("b")), item(4, At::After(5, 1), &text("d"))]),
            (5, 0, vec![item(4, At::Root("t"), &text("a")), item(4, At::After(9, 0), &text("c"))]),
        ],
        &[],
    );
    let mut server = Server::default();
    assert_eq!(server.receive(&ring_free), Ok(Assessment::Ready));
    assert_eq!(server.document.plain_text("t").as_deref(), Ok("abcd"));
}

#[test]
fn structs_that_wait_for_each_other_are_refused() {
    let ring = update(
        &[(9, 0, vec![item(4, At::After(5, 0), &text("b"))]), (5, 0, vec![item(4, At::After(9, 0), &text("a"))])],
        &[],
    );
    let own = update(&[(5, 0, vec![item(4, At::After(5, 0), &text("a"))])], &[]);
    let later = update(&[(5, 0, vec![item(4, At::After(5, 1), &text("a")), vec![0, 5]])], &[]);
    for bytes in [ring, own, later] {
        assert_eq!(Server::default().receive(&bytes), Ok(Assessment::Refused(GateError::Ring)));
    }
}

#[test]
fn impossible_places_are_refused() {
    let mut server = Server::default();
    let start = vec![
        item(7, At::Root("content"), &element("p")),
        item(7, At::Child(5, 0), &[6]),
        item(4, At::Child(5, 1), &text("ab")),
        item(8, At::ChildKey(5, 0, "level"), &[1, 125, 1]),
        vec![0, 2],
    ];
    assert_eq!(server.receive(&update(&[(5, 0, start)], &[])), Ok(Assessment::Ready));
    let mut refuse = |found: Vec<u8>, error| {
        assert_eq!(server.receive(&update(&[(9, 0, vec![found])], &[])), Ok(Assessment::Refused(error)));
    };
    refuse(item(4, At::Between((5, 0), (5, 2)), &text("x")), GateError::MixedPlaces);
    refuse(item(8, At::Between((5, 1), (5, 4)), &[1, 126]), GateError::MixedPlaces);
    refuse(item(4, At::Between((5, 5), (5, 2)), &text("x")), GateError::MixedPlaces);
    refuse(item(4, At::Child(5, 2), &text("x")), GateError::NotAParent);
    refuse(item(4, At::Child(5, 0), &text("x")), GateError::Misplaced);
    refuse(item(4, At::After(5, 4), &text("x")), GateError::Misplaced);
    refuse(item(6, At::ChildKey(5, 1, "k"), &[text("bold"), text("true")].concat()), GateError::Misplaced);
    refuse(item(8, At::ChildKey(5, 0, "k"), &[2, 126, 126]), GateError::Misplaced);
    // The same clocks again, longer and elsewhere.
    let longer = update(&[(5, 2, vec![item(4, At::Root("t"), &text("abcde"))])], &[]);
    assert_eq!(server.receive(&longer), Ok(Assessment::Contained));
    let elsewhere = update(&[(5, 6, vec![item(4, At::Root("t"), &text("xyz"))])], &[]);
    assert_eq!(server.receive(&elsewhere), Ok(Assessment::Refused(GateError::MixedPlaces)));
    server.check_genuine();
}

#[test]
fn what_hangs_from_something_collected_is_taken_and_collected() {
    let mut server = Server::default();
    let (one, two) = (peer(7), peer(8));
    let paragraph = edit(&one, |txn| {
        let content = txn.get_or_insert_xml_fragment("content");
        content.push_back(txn, XmlElementPrelim::empty("paragraph"));
    });
    take_in(&two, &paragraph);
    let delete = edit(&one, |txn| txn.get_or_insert_xml_fragment("content").remove_range(txn, 0, 1));
    let insert = edit(&two, |txn| {
        let content = txn.get_or_insert_xml_fragment("content");
        let block = content.get(txn, 0).and_then(|node| node.into_xml_element()).expect("a paragraph");
        block.push_back(txn, XmlElementPrelim::empty("hardBreak"));
    });
    for bytes in [&paragraph, &delete, &insert] {
        assert_eq!(server.receive(bytes), Ok(Assessment::Ready));
    }
    // The author hears of the deletion, collects its own child, and sends back everything as a reader would.
    take_in(&two, &server.document.diff(&[0]).expect("a diff from nothing"));
    assert_eq!(server.receive(&state(&two)), Ok(Assessment::Contained));
    server.check_genuine();
}

#[test]
fn an_offline_insert_and_delete_arrives_as_collected_structs() {
    let doc = peer(7);
    let mut txn = doc.transact_mut();
    let text = txn.get_or_insert_text("t");
    let map = txn.get_or_insert_map("m");
    drop(txn);
    edit(&doc, |txn| text.push(txn, "rascunho"));
    edit(&doc, |txn| text.remove_range(txn, 2, 3));
    let inner = map.insert(&mut doc.transact_mut(), "k", MapPrelim::from([("a", 1.0)]));
    edit(&doc, |txn| {
        inner.insert(txn, "b", 2.0);
    });
    edit(&doc, |txn| drop(map.remove(txn, "k")));
    let mut server = Server::default();
    assert_eq!(server.receive(&state(&doc)), Ok(Assessment::Ready));
    assert_eq!(server.document.plain_text("t"), Ok(text.get_string(&doc.transact())));
    assert_eq!(server.receive(&state(&doc)), Ok(Assessment::Contained));
    server.check_genuine();
}

#[test]
fn a_key_set_twice_at_once_leaves_every_reader_a_reader() {
    let (one, two) = (peer(7), peer(8));
    let mut server = Server::default();
    for (doc, value) in [(&one, "a"), (&two, "b")] {
        let bytes = edit(doc, |txn| {
            txn.get_or_insert_map("m").insert(txn, "order", value);
        });
        assert_eq!(server.receive(&bytes), Ok(Assessment::Ready));
    }
    let reader = peer(9);
    take_in(&reader, &server.document.encode().expect("it encodes"));
    let back = scan(&state(&reader));
    assert!(!back.deletions.is_empty(), "one of the two values lost and is deleted, by no update");
    assert_eq!(server.frontier.assess(&back), Assessment::Contained);
}

#[test]
fn values_kept_for_undo_arrive_together_when_they_are_deleted_together() {
    let two_values = |deleted: u64| {
        let structs =
            vec![item(8, At::Key("m", "level"), &[2, 125, 1, 125, 2]), item(8, At::After(5, 1), &[1, 125, 3])];
        update(&[(5, 0, structs)], &[(5, vec![(0, deleted)])])
    };
    assert_eq!(Server::default().receive(&two_values(1)), Ok(Assessment::Refused(GateError::Misplaced)));
    let mut server = Server::default();
    assert_eq!(server.receive(&two_values(2)), Ok(Assessment::Ready));
    server.check_genuine();
}

#[test]
fn halves_of_an_emoji_count_as_one_unit_each() {
    let mut server = Server::default();
    server.receive(&typed(0, "a😀b")).expect("it scans");
    assert_eq!(server.frontier.next_clock(5), 4);
    assert_eq!(server.receive(&update(&[], &[(5, vec![(1, 1)])])), Ok(Assessment::Ready));
    assert_eq!(server.document.plain_text("t").as_deref(), Ok("a\u{fffd}b"));
    // A peer that asks from within the pair, and one that inserts there.
    let within = server.document.diff(&[1, 5, 2]).expect("a diff from within");
    assert_eq!(scan(&within).blocks, [ClockRange { client: 5, start: 2, len: 2 }]);
    let between = update(&[(9, 0, vec![item(4, At::Between((5, 1), (5, 2)), &text("👩‍👧"))])], &[]);
    assert_eq!(server.receive(&between), Ok(Assessment::Ready));
    assert_eq!(server.document.plain_text("t").as_deref(), Ok("a👩‍👧\u{fffd}b"));
    server.check_genuine();
}

#[test]
fn seeds_are_ready_for_an_empty_document_and_contained_afterwards() {
    let mut server = Server::default();
    let seed = seed::rich_text("content", &[Block::Paragraph("Olá".into())]);
    assert_eq!(server.receive(&seed), Ok(Assessment::Ready));
    assert_eq!(server.receive(&seed), Ok(Assessment::Contained));
}

#[test]
fn the_parking_place_is_bounded_in_number_and_bytes() {
    let early = |clock| (scan(&typed(clock, "x")), typed(clock, "x"));
    let push = |deferred: &mut Deferred<u64>, bytes: usize, who: u64| {
        deferred.push(early(1_000).0, vec![0; bytes], who, |other| *other == who)
    };
    let mut deferred = Deferred::new();
    for clock in 1..=MAX_DEFERRED as u64 {
        let (summary, bytes) = early(clock);
        deferred.push(summary, bytes, clock % 2, |other| *other == clock % 2).expect("there is room");
    }
    assert!(push(&mut deferred, 1, 2).is_err(), "the place is full");
    assert!(deferred.take_ready(&Frontier::new()).is_empty());
    assert_eq!(deferred.drop_by(|&tag| tag == 1), MAX_DEFERRED / 2);
    assert_eq!(deferred.len(), MAX_DEFERRED / 2);
    assert!(push(&mut deferred, 1, 0).is_err(), "half of the place is the most for one");
    assert!(push(&mut deferred, MAX_DEFERRED_BYTES / 2 + 1, 1).is_err(), "and half of its bytes");
    assert!(push(&mut deferred, MAX_DEFERRED_BYTES / 2, 1).is_ok());
    assert!(push(&mut deferred, MAX_DEFERRED_BYTES / 2, 2).is_err(), "all bytes are taken");
    assert_eq!(deferred.drop_by(|&tag| tag == 1), 1);
    let mut frontier = Frontier::new();
    frontier.advance(&scan(&typed(0, "abc")));
    assert_eq!(deferred.take_ready(&frontier).len(), 1, "clock 2 is known meanwhile: contained, no longer waiting");
    assert_eq!(deferred.drop_by(|_| true), MAX_DEFERRED / 2 - 1);
    assert!(deferred.is_empty() && deferred.bytes() == 0);
}
