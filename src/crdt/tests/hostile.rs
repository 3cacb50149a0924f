//! Messages that are known to kill or bloat servers. Each is a few bytes; each must be refused for its own reason.

use super::{At, ROOTS, Server, element, item, text, update};
use crate::crdt::limits::{MAX_CLIENTS, MAX_TYPE_DEPTH, MAX_UNMERGED, MAX_UPDATE_BYTES};
use crate::crdt::{Assessment, GateError, ScanError, scan_awareness, scan_state_vector, scan_update};

fn refused(bytes: &[u8]) -> ScanError {
    scan_update(bytes, MAX_UPDATE_BYTES, ROOTS).expect_err("the update is refused")
}

fn one(content: Vec<u8>) -> Vec<u8> {
    update(&[(5, 0, vec![content])], &[])
}

#[test]
fn a_few_bytes_never_declare_more_than_they_hold() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(refused(&huge), ScanError::CountBeyondEnd);
    // one section of four billion structs; one value list of that length; a string of that length
    let mut bytes = vec![1];
    bytes.extend(huge);
    bytes.extend([5, 0, 0, 1, 0, 0, 0]);
    assert_eq!(bytes.len(), 13);
    assert_eq!(refused(&bytes), ScanError::CountBeyondEnd);
    assert_eq!(refused(&one(item(8, At::Root("t"), &huge))), ScanError::CountBeyondEnd);
    assert_eq!(refused(&one(item(4, At::Root("t"), &huge))), ScanError::CountBeyondEnd);
    let any = |kind: u8| [&[1, kind], huge.as_slice()].concat();
    assert_eq!(refused(&one(item(8, At::Root("t"), &any(117)))), ScanError::CountBeyondEnd);
    assert_eq!(refused(&one(item(8, At::Root("t"), &any(118)))), ScanError::CountBeyondEnd);
    // the delete set: many clients, many ranges
    assert_eq!(refused(&[&[0], huge.as_slice()].concat()), ScanError::CountBeyondEnd);
    assert_eq!(refused(&[&[0, 1, 5], huge.as_slice()].concat()), ScanError::CountBeyondEnd);
}

#[test]
fn state_vectors_and_awareness_frames_obey_the_same_rule() {
    let bomb = [0x80, 0x84, 0xaf, 0x5f, 0x01];
    assert_eq!(scan_state_vector(&bomb), Err(ScanError::CountBeyondEnd));
    assert_eq!(scan_awareness(&bomb), Err(ScanError::CountBeyondEnd));
    assert_eq!(scan_state_vector(&[1, 5, 0, 0]), Err(ScanError::TrailingBytes));
    assert_eq!(scan_state_vector(&[2, 5, 0]), Err(ScanError::CountBeyondEnd));
    assert_eq!(scan_state_vector(&[1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]), Err(ScanError::ClockOverflow));
    assert_eq!(scan_state_vector(&[]), Err(ScanError::Truncated));
}

#[test]
fn eight_thousand_nested_values_are_refused_without_recursion() {
    let arrays = [vec![1], [117, 1].repeat(8_000), vec![126]].concat();
    assert_eq!(refused(&one(item(8, At::Root("t"), &arrays))), ScanError::TooDeep);
    let objects = [vec![1], [118, 1, 1, b'k'].repeat(8_000), vec![126]].concat();
    assert_eq!(refused(&one(item(8, At::Root("t"), &objects))), ScanError::TooDeep);
    let json = text(&format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)));
    assert_eq!(refused(&one(item(5, At::Root("t"), &json))), ScanError::BadJson);
    let json = text(&format!("{}{}", "[".repeat(8_000), "]".repeat(8_000)));
    assert_eq!(refused(&one(item(5, At::Root("t"), &json))), ScanError::TooLarge);
    let json = text(&format!("{}{}", "[".repeat(9), "]".repeat(9)));
    assert_eq!(refused(&one(item(5, At::Root("t"), &json))), ScanError::TooDeep);
    let eight = [vec![1], [117, 1].repeat(8), vec![126]].concat();
    assert!(scan_update(&one(item(8, At::Root("t"), &eight)), MAX_UPDATE_BYTES, ROOTS).is_ok());
}

#[test]
fn contents_that_no_editor_of_ours_writes_are_refused() {
    // binary, sub-document, legacy JSON, skip, an unknown kind, a collected struct with flags
    for kind in [2, 3, 9, 10, 11, 31, 0x10] {
        assert_eq!(refused(&one(item(kind, At::Root("t"), &[1, 1, 1]))), ScanError::ContentNotAllowed);
    }
    // a hook, a weak link, a sub-document reference, an undefined type; a buffer
    for kind in [5, 7, 9, 15, 0x80] {
        assert_eq!(refused(&one(item(7, At::Root("t"), &[kind, 0, 0]))), ScanError::ContentNotAllowed);
    }
    assert_eq!(refused(&one(item(8, At::Root("t"), &[1, 116, 0]))), ScanError::ContentNotAllowed);
    assert_eq!(refused(&one(item(4, At::Root("secret"), &text("x")))), ScanError::UnknownRoot);
    assert_eq!(refused(&one(item(7, At::Root("t"), &element(&"x".repeat(65))))), ScanError::NameTooLong);
    assert_eq!(refused(&one(item(4, At::Key("t", &"k".repeat(257)), &text("x")))), ScanError::NameTooLong);
}

#[test]
fn numbers_and_order_are_held_to_what_yjs_writes() {
    let string = |at| item(4, at, &text("x"));
    assert_eq!(refused(&update(&[(5, (1 << 31) - 1, vec![string(At::Root("t"))])], &[])), ScanError::ClockOverflow);
    assert_eq!(refused(&one(item(1, At::Root("t"), &[0x80, 0x80, 0x80, 0x80, 0x08]))), ScanError::ClockOverflow);
    let late = item(1, At::Root("t"), &[0xff, 0xff, 0xff, 0xff, 0x07]);
    assert_eq!(refused(&update(&[(5, 1, vec![late])], &[])), ScanError::ClockOverflow);
    assert_eq!(refused(&update(&[(1 << 53, 0, vec![string(At::Root("t"))])], &[])), ScanError::NumberTooLarge);
    assert_eq!(refused(&one(vec![0, 0])), ScanError::EmptyBlock);
    assert_eq!(refused(&one(item(4, At::Root("t"), &text("")))), ScanError::EmptyBlock);
    assert_eq!(refused(&one(item(8, At::Root("t"), &[0]))), ScanError::EmptyBlock);
    assert_eq!(refused(&update(&[(5, 0, vec![])], &[(9, vec![(0, 1)])])), ScanError::EmptyBlock);
    let section = |client| (client, 0, vec![string(At::Root("t"))]);
    assert_eq!(refused(&update(&[section(5), section(5)], &[])), ScanError::Unsorted);
    assert_eq!(refused(&update(&[section(4), section(5)], &[])), ScanError::Unsorted);
    assert_eq!(refused(&update(&[], &[(5, vec![(0, 0)])])), ScanError::EmptyBlock);
    assert_eq!(refused(&update(&[], &[(5, vec![(4, 2), (0, 1)])])), ScanError::Unsorted);
    assert_eq!(refused(&update(&[], &[(5, vec![(0, 2)]), (5, vec![(3, 1)])])), ScanError::Unsorted);
    assert_eq!(refused(&update(&[], &[(5, vec![((1 << 31) - 1, 1)])])), ScanError::ClockOverflow);
    assert_eq!(refused(&[0, 0, 0]), ScanError::TrailingBytes);
    assert_eq!(refused(&[0]), ScanError::Truncated);
    assert_eq!(refused(&vec![0; MAX_UPDATE_BYTES + 1]), ScanError::TooLarge);
    let broken = one(item(4, At::Root("t"), &[2, 0xc3, 0x28]));
    assert_eq!(refused(&broken), ScanError::BadUtf8);
}

#[test]
fn a_nest_built_over_many_updates_stops_at_the_limit() {
    let mut server = Server::default();
    let mut at = At::Root("content");
    for depth in 0..MAX_TYPE_DEPTH as u64 {
        let bytes = update(&[(5, depth, vec![item(7, at, &element("listItem"))])], &[]);
        assert_eq!(server.receive(&bytes), Ok(Assessment::Ready), "depth {depth}");
        at = At::Child(5, depth);
    }
    let next = MAX_TYPE_DEPTH as u64;
    let deeper = update(&[(5, next, vec![item(7, at, &element("listItem"))])], &[]);
    assert_eq!(server.receive(&deeper), Ok(Assessment::Refused(GateError::TooDeep)));
    // Nor beside something at the limit, nor from a frontier built from the document.
    let beside = update(
        &[(9, 0, vec![item(7, At::Child(5, next - 2), &element("p")), item(7, At::After(9, 0), &element("p"))])],
        &[],
    );
    assert_eq!(server.receive(&beside), Ok(Assessment::Ready));
    let below = update(&[(9, 2, vec![item(7, At::Child(9, 1), &[6])])], &[]);
    assert_eq!(server.receive(&below), Ok(Assessment::Refused(GateError::TooDeep)));
    let built = server.document.frontier().expect("a frontier can be built");
    let summary = scan_update(&below, MAX_UPDATE_BYTES, ROOTS).expect("it scans");
    assert_eq!(built.assess(&summary), Assessment::Refused(GateError::TooDeep));
    server.check_genuine();
}

#[test]
fn a_nest_in_one_update_is_refused_at_once() {
    let structs = (0..5_000u64)
        .map(|depth| item(7, if depth == 0 { At::Root("content") } else { At::Child(5, depth - 1) }, &element("p")))
        .collect();
    let mut server = Server::default();
    assert_eq!(server.receive(&update(&[(5, 0, structs)], &[])), Ok(Assessment::Refused(GateError::TooDeep)));
    assert!(server.document.state_vector() == [0]);
}

#[test]
fn a_chain_through_thousands_of_clients_does_not_exhaust_the_stack() {
    let chain = |count: u64| {
        let sections = (1..=count).rev().map(|client| {
            let at = if client == 1 { At::Root("t") } else { At::After(client - 1, 0) };
            (client, 0, vec![item(4, at, &text("x"))])
        });
        update(&sections.collect::<Vec<_>>(), &[])
    };
    let mut server = Server::default();
    assert_eq!(server.receive(&chain(2_000)), Ok(Assessment::Ready));
    assert_eq!(server.document.plain_text("t").map(|text| text.len()), Ok(2_000));
    server.check();
    // The gate follows the longest chain, too, before it says what that would cost.
    let longest = chain(MAX_CLIENTS as u64);
    assert_eq!(Server::default().receive(&longest), Ok(Assessment::Refused(GateError::TooCostly)));
}

#[test]
fn a_flood_of_structs_that_must_be_merged_is_refused() {
    let flood = |count: u64| {
        let structs = (0..count).map(|clock| {
            let at = if clock == 0 { At::Root("t") } else { At::After(5, clock - 1) };
            item(4, at, &text("x"))
        });
        update(&[(5, 0, structs.collect())], &[])
    };
    assert_eq!(refused(&flood(MAX_UNMERGED as u64 + 2)), ScanError::TooManyParts);
    let mut server = Server::default();
    assert_eq!(server.receive(&flood(MAX_UNMERGED as u64)), Ok(Assessment::Ready));
}
