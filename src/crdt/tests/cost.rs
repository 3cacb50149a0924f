//! What costs more than its bytes: updates that keep yrs busy for seconds, documents that take a thousand times their size in memory
//! or written out. And what must not be taken for one of those. `KAZUMI_COST=1 … -- --nocapture`, in a release build, prints what the
//! worst that is let through takes.

use super::{At, Server, edit, element, item, peer, state, text, update};
use crate::crdt::limits::{MAX_DOCUMENT_BYTES, MAX_MARK_BYTES, MAX_MARKS, MAX_RENDERED_MARK_BYTES, MAX_STEP2_BYTES};
use crate::crdt::{Assessment, GateError, RootKind, ScanError, scan_update};
use std::time::Instant;
use yrs::{Any, Text, WriteTxn, XmlElementPrelim, XmlFragment, XmlTextPrelim};

const COSTLY: Result<Assessment, ScanError> = Ok(Assessment::Refused(GateError::TooCostly));

/// Text of one client, a struct for each character.
fn typed(count: u64) -> Vec<Vec<u8>> {
    (0..count)
        .map(|clock| item(4, if clock == 0 { At::Root("t") } else { At::After(9, clock - 1) }, &text("x")))
        .collect()
}

/// `count` structs that all hang from the beginning and name right neighbours that are ever further away.
fn far_apart(count: u64) -> Vec<u8> {
    let structs = (0..count).map(|clock| item(4, At::Before(9, clock), &text("x"))).collect();
    update(&[(9, 0, typed(count)), (5, 0, structs)], &[])
}

/// `count` values under one key, none of which knows of the others.
fn same_key(count: u64) -> Vec<u8> {
    let paragraph = item(7, At::Root("content"), &element("p"));
    let values = (1..count).map(|_| item(8, At::ChildKey(5, 0, "k"), &[1, 126]));
    update(&[(5, 0, std::iter::once(paragraph).chain(values).collect())], &[])
}

/// `count` characters, each under one more mark than the one before.
fn marked(count: u64) -> Vec<u8> {
    let one = |clock: u64| {
        let at = if clock == 0 { At::Root("t") } else { At::After(5, clock - 1) };
        match clock % 2 {
            0 => item(6, at, &[text(&format!("{clock:x}")), text("{\"a\":1}")].concat()),
            _ => item(4, at, &text("x")),
        }
    };
    update(&[(5, 0, (0..2 * count).map(one).collect())], &[])
}

#[test]
fn neighbours_far_apart_are_refused_before_they_cost_half_a_minute() {
    for bytes in [far_apart(16_000), far_apart(4_000), same_key(50_000), same_key(4_000)] {
        assert_eq!(Server::default().receive(&bytes), COSTLY);
    }
    for bytes in [far_apart(500), same_key(1_500)] {
        assert_eq!(Server::default().receive(&bytes), Ok(Assessment::Ready));
    }
}

#[test]
fn cuts_made_by_deletions_count_for_those_who_look_through_them() {
    let mut server = Server::default();
    let line = item(4, At::Root("t"), &text(&"x".repeat(40_000)));
    assert_eq!(server.receive(&update(&[(9, 0, vec![line])], &[])), Ok(Assessment::Ready));
    let every_second = (0..20_000).map(|index| (2 * index, 1)).collect();
    assert_eq!(server.receive(&update(&[], &[(9, every_second)])), Ok(Assessment::Ready));
    let before_the_end =
        |count| update(&[(5, 0, (0..count).map(|_| item(4, At::Before(9, 39_999), &text("y"))).collect())], &[]);
    assert_eq!(server.receive(&before_the_end(1_000)), COSTLY);
    // A frontier made anew knows them, too.
    server.frontier = server.document.frontier().expect("a frontier can be built");
    assert_eq!(server.receive(&before_the_end(1_000)), COSTLY);
    assert_eq!(server.receive(&before_the_end(10)), Ok(Assessment::Ready));
}

#[test]
fn many_small_costs_add_up_to_what_loading_may_take() {
    let mut server = Server::default();
    assert_eq!(server.receive(&update(&[(9, 0, typed(19_000))], &[])), Ok(Assessment::Ready));
    let batch = |turn: u64| {
        let structs = (0..200).map(|index| item(4, At::Before(9, (turn * 200 + index) % 19_000), &text("y")));
        update(&[(5, turn * 200, structs.collect())], &[])
    };
    let refused = (0..200).find(|turn| {
        server.frontier.assess(&scan(&batch(*turn))) != Assessment::Ready || {
            // The gate alone: what it adds up is the claim, and yrs would take its time.
            server.frontier.advance(&scan(&batch(*turn)));
            false
        }
    });
    let turn = refused.expect("the document's bound is reached");
    assert_eq!(server.frontier.assess(&scan(&batch(turn))), Assessment::Refused(GateError::TooCostly));
    assert_eq!(
        server.frontier.assess_stored(&scan(&batch(turn))),
        Assessment::Ready,
        "what is stored is never left out"
    );
}

fn scan(bytes: &[u8]) -> crate::crdt::UpdateSummary {
    scan_update(bytes, MAX_STEP2_BYTES, super::ROOTS).expect("it scans")
}

#[test]
fn a_day_of_honest_work_offline_is_not_taken_for_an_attack() {
    let doc = peer(7);
    let paragraph = |txn: &mut yrs::TransactionMut<'_>| {
        let content = txn.get_or_insert_xml_fragment("content");
        let block = content.push_back(txn, XmlElementPrelim::empty("paragraph"));
        block.push_back(txn, XmlTextPrelim::new("um parágrafo que alguém escreveu"))
    };
    // A thousand jumps within one paragraph, a page of paragraphs, and bold here and there.
    for index in 0..300u32 {
        edit(&doc, |txn| {
            let inner = paragraph(txn);
            inner.format(txn, index % 20, 4, [("bold".into(), Any::from_json("{}").expect("JSON"))].into());
        });
    }
    let mut txn = yrs::Transact::transact_mut(&doc);
    let inner = paragraph(&mut txn);
    drop(txn);
    for index in 0..1_000u32 {
        edit(&doc, |txn| {
            inner.insert(txn, (index * 7919) % (20 + index), "ab");
            inner.remove_range(txn, (index * 104_729) % (20 + index), 1);
        });
    }
    let mut server = Server::default();
    assert_eq!(server.receive(&state(&doc)), Ok(Assessment::Ready));
    server.check_genuine();
}

#[test]
fn a_document_has_a_bounded_number_of_marks_and_a_mark_a_bounded_length() {
    let mut server = Server::default();
    assert_eq!(scan_update(&marked(200), MAX_STEP2_BYTES, super::ROOTS).err(), Some(ScanError::TooManyParts));
    assert_eq!(server.receive(&marked(MAX_MARKS as u64)), Ok(Assessment::Ready));
    let mark = |key: &str, value: &str| {
        update(&[(6, 0, vec![item(6, At::Root("t"), &[text(key), text(value)].concat())])], &[])
    };
    assert_eq!(server.receive(&mark("one-more", "true")), Ok(Assessment::Refused(GateError::TooManyMarks)));
    assert_eq!(server.receive(&mark("0", "true")), Ok(Assessment::Ready), "a mark that is there already");
    let long = format!("\"{}\"", "x".repeat(MAX_MARK_BYTES));
    assert_eq!(server.receive(&mark("0", &long)), Err(ScanError::TooLarge));
    server.check_genuine();
}

#[test]
fn marks_over_everything_are_written_out_within_a_bound() {
    // One long mark over pieces of text that short marks cut.
    let long = format!("{{\"href\":\"{}\"}}", "x".repeat(4_000));
    let mut structs = vec![item(6, At::Root("content"), &[text("link"), text(&long)].concat())];
    for clock in 1..18_000u64 {
        let on = if clock % 4 == 0 { "{}" } else { "null" };
        let mark = [text("bold"), text(on)].concat();
        let (kind, content) = if clock % 2 == 0 { (6, mark) } else { (4, text("x")) };
        structs.push(item(kind, At::After(5, clock - 1), &content));
    }
    let mut server = Server::default();
    assert_eq!(server.receive(&update(&[(5, 0, structs)], &[])), Ok(Assessment::Ready));
    let written = server.document.to_json("content", RootKind::RichText).expect("it can be read").to_string();
    assert_eq!(written.matches("\"text\":\"x\"").count(), 9_000, "all text is there");
    assert!(written.len() < MAX_RENDERED_MARK_BYTES + 1024 * 1024, "{} bytes", written.len());
}

#[test]
fn a_document_counts_its_structs_and_not_only_its_bytes() {
    let arrays = (0..55_000u64)
        .map(|clock| item(7, if clock == 0 { At::Root("content") } else { At::After(5, clock - 1) }, &[0]));
    let mut server = Server::default();
    assert_eq!(server.receive(&update(&[(5, 0, arrays.collect())], &[])), Ok(Assessment::Ready));
    let encoded = server.document.encoded_len().expect("it encodes");
    assert!(encoded < MAX_DOCUMENT_BYTES / 3, "{encoded} bytes");
    assert!(server.document.weight().expect("it can be weighed") > MAX_DOCUMENT_BYTES);
}

/// Not a claim but a figure: what the worst that passes takes.
#[test]
fn figures() {
    if std::env::var_os("KAZUMI_COST").is_none() {
        return;
    }
    let arrays: Vec<_> = (0..52_000u64)
        .map(|clock| item(7, if clock == 0 { At::Root("content") } else { At::After(5, clock - 1) }, &[0]))
        .collect();
    let backwards: Vec<_> =
        (0..2_000u64).rev().map(|i| item(4, At::Between((9, 20 * i), (9, 20 * i + 1)), &text("y"))).collect();
    let line = item(4, At::Root("t"), &text(&"x".repeat(40_000)));
    for (what, bytes) in [
        ("neighbours far apart", far_apart(1_500)),
        ("one key", same_key(2_200)),
        ("the most marks", marked(MAX_MARKS as u64)),
        ("empty arrays", update(&[(5, 0, arrays)], &[])),
        ("inserted from the end", update(&[(9, 0, vec![line]), (5, 0, backwards)], &[])),
    ] {
        let mut server = Server::default();
        let begin = (Instant::now(), resident());
        let answer = server.receive(&bytes);
        let (took, grew) = (begin.0.elapsed(), resident().saturating_sub(begin.1));
        let begin = Instant::now();
        server.check();
        report(&format!(
            "{what}: {} B, {answer:?}, {took:?}, +{grew} kB; checked in {:?}",
            bytes.len(),
            begin.elapsed()
        ));
    }
}

#[allow(clippy::print_stdout, reason = "the runner captures it")]
fn report(line: &str) {
    println!("{line}");
}

/// Memory of this process, in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
