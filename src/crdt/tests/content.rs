//! Seeds, canonical JSON, plain text and awareness frames: what goes in comes out.

use super::{At, Server, edit, item, peer, state, take_in, text, update};
use crate::crdt::limits::MAX_AWARENESS_BYTES;
use crate::crdt::seed::{self, Block, SeedValue};
use crate::crdt::{
    ApplyError, Assessment, AwarenessEntry, RootKind, ScanError, SectionDocument, encode_awareness, scan_awareness,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use yrs::sync::AwarenessUpdate;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Any, Text, WriteTxn, XmlFragment, XmlTextPrelim};

fn seeded(seed: &[u8]) -> Server {
    let mut server = Server::default();
    server.receive(seed).expect("a seed passes the scanner");
    server.check_genuine();
    server
}

#[test]
fn a_rich_seed_reads_as_the_editor_would_write_it() {
    let blocks = [
        Block::Heading(2, "Título 😀".into()),
        Block::Paragraph("Um parágrafo".into()),
        Block::BulletList(vec!["um".into(), String::new(), "três".into()]),
        Block::Paragraph(String::new()),
    ];
    let seed = seed::rich_text("content", &blocks);
    assert_eq!(seed, seed::rich_text("content", &blocks), "the same content is the same bytes");
    let server = seeded(&seed);
    let line = |text: &str| match text {
        "" => json!({ "type": "paragraph" }),
        _ => json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] }),
    };
    let entry = |text: &str| json!({ "type": "listItem", "content": [line(text)] });
    let expected = json!({ "type": "doc", "content": [
        { "type": "heading", "attrs": { "level": 2 }, "content": [{ "type": "text", "text": "Título 😀" }] },
        line("Um parágrafo"),
        { "type": "bulletList", "content": [entry("um"), entry(""), entry("três")] },
        line(""),
    ] });
    assert_eq!(server.document.to_json("content", RootKind::RichText), Ok(expected));
    assert_eq!(server.document.plain_text("content").as_deref(), Ok("Título 😀\nUm parágrafo\num\ntrês"));
}

#[test]
fn an_empty_rich_seed_is_one_empty_paragraph() {
    let server = seeded(&seed::rich_text("content", &[]));
    let expected = json!({ "type": "doc", "content": [{ "type": "paragraph" }] });
    assert_eq!(server.document.to_json("content", RootKind::RichText), Ok(expected));
    assert_eq!(seeded(&seed::records("goals", &[])).document.to_json("goals", RootKind::Records), Ok(json!([])));
}

#[test]
fn marks_come_out_sorted_and_without_the_bindings_suffix() {
    let doc = peer(7);
    let bytes = edit(&doc, |txn| {
        let content = txn.get_or_insert_xml_fragment("content");
        let inner = content.push_back(txn, XmlTextPrelim::new("um dois"));
        let link = Any::from_json(r#"{"href":"https://exemplo"}"#).expect("JSON");
        let attributes = [("link".into(), link), ("bold--aGVsbG8x".into(), Any::from_json("{}").expect("JSON"))];
        inner.format(txn, 3, 4, attributes.into());
    });
    let expected = json!({ "type": "doc", "content": [
        { "type": "text", "text": "um " },
        { "type": "text", "text": "dois", "marks": [
            { "type": "bold" },
            { "type": "link", "attrs": { "href": "https://exemplo" } },
        ] },
    ] });
    assert_eq!(seeded(&bytes).document.to_json("content", RootKind::RichText), Ok(expected));
}

#[test]
fn text_planted_in_a_list_cannot_hang_a_reader() {
    let planted =
        update(&[(5, 0, vec![item(4, At::Root("goals"), &text("😀😀")), item(7, At::After(5, 3), &[1])])], &[]);
    let server = seeded(&planted);
    assert_eq!(server.document.to_json("goals", RootKind::Records), Ok(json!([{}])));
}

#[test]
fn a_failed_document_answers_nothing_any_more() {
    let mut document = SectionDocument::new();
    // Straight past the gate: a struct whose left neighbour does not exist.
    let early = update(&[(5, 3, vec![item(4, At::After(5, 2), &text("x"))])], &[]);
    assert_eq!(document.apply(&[1]), Err(ApplyError::Undecodable));
    assert!(document.encode().is_ok(), "undecodable bytes do no harm");
    assert_eq!(document.apply(&early), Err(ApplyError::LeftPending));
    assert_eq!(document.apply(&[0, 0]), Err(ApplyError::Poisoned));
    assert_eq!(document.encode(), Err(ApplyError::Poisoned));
    assert_eq!(document.diff(&[0]), Err(ApplyError::Poisoned));
    assert_eq!(document.frontier().err(), Some(ApplyError::Poisoned));
    assert_eq!(document.plain_text("t"), Err(ApplyError::Poisoned));
    assert_eq!(document.state_vector(), [0]);
}

#[test]
fn a_diff_gives_a_peer_exactly_what_it_lacks() {
    let mut server = seeded(&seed::rich_text("content", &[Block::Paragraph("um".into())]));
    let doc = peer(7);
    take_in(&doc, &server.document.diff(&[0]).expect("a diff from nothing"));
    let vector = server.document.state_vector();
    let more = edit(&doc, |txn| txn.get_or_insert_text("t").push(txn, "dois"));
    assert_eq!(server.receive(&more), Ok(Assessment::Ready));
    assert_eq!(server.document.diff(&vector).map(|diff| diff.len()), Ok(more.len()));
    assert_eq!(server.document.diff(&[1, 5]), Err(ApplyError::BadStateVector(ScanError::CountBeyondEnd)));
    assert_eq!(server.receive(&state(&doc)), Ok(Assessment::Contained));
}

#[test]
fn awareness_frames_are_those_of_the_y_protocols() {
    let entries = [
        AwarenessEntry { client: 7, clock: 3, state: Some(r#"{"user":{"name":"Ana"}}"#.into()) },
        AwarenessEntry { client: (1 << 53) - 1, clock: 900, state: None },
    ];
    let bytes = encode_awareness(&entries);
    assert_eq!(scan_awareness(&bytes).as_deref(), Ok(entries.as_slice()));
    let theirs = AwarenessUpdate::decode_v1(&bytes).expect("yrs reads the frame");
    let mut back = scan_awareness(&theirs.encode_v1()).expect("and writes one");
    back.sort_by_key(|entry| entry.client);
    assert_eq!(back, entries);
    assert_eq!(encode_awareness(&[]), [0]);
}

#[test]
fn awareness_states_are_small_objects_each_of_another_client() {
    let frame = |states: &[(u64, &str)]| {
        let entry = |&(client, state): &(u64, &str)| AwarenessEntry { client, clock: 0, state: Some(state.into()) };
        scan_awareness(&encode_awareness(&states.iter().map(entry).collect::<Vec<_>>()))
    };
    assert_eq!(frame(&[(7, "[]")]), Err(ScanError::BadJson));
    assert_eq!(frame(&[(7, "{")]), Err(ScanError::BadJson));
    assert_eq!(frame(&[(7, "{}"), (7, "{}")]), Err(ScanError::Unsorted));
    assert_eq!(frame(&[(1 << 53, "{}")]), Err(ScanError::NumberTooLarge));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_AWARENESS_BYTES));
    assert_eq!(frame(&[(7, &large)]), Err(ScanError::TooLarge));
    let many: Vec<_> = (0..33).map(|client| (client, "{}")).collect();
    assert_eq!(frame(&many), Err(ScanError::TooManyParts));
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(8), "]".repeat(8));
    assert_eq!(frame(&[(7, &deep)]), Err(ScanError::TooDeep));
}

fn plain_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        // Beyond this doubles lose digits.
        (-(1i64 << 53) + 1..1 << 53).prop_map(Value::from),
        (-1.0e9..1.0e9f64)
            .prop_filter("whole numbers come out as integers", |n| n.fract() != 0.0)
            .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-zé]{0,6}", inner), 0..4).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_record_comes_out_as_it_was_seeded(
        texts in prop::collection::vec("\\PC{0,20}", 0..4), values in prop::collection::vec(plain_value(), 0..5),
    ) {
        let mut record: seed::Record = Vec::new();
        let mut expected = serde_json::Map::new();
        for (index, text) in texts.into_iter().enumerate() {
            expected.insert(format!("t{index}"), text.clone().into());
            record.push((format!("t{index}"), SeedValue::Text(text)));
        }
        for (index, value) in values.into_iter().enumerate() {
            expected.insert(format!("v{index}"), value.clone());
            record.push((format!("v{index}"), SeedValue::Json(value)));
        }
        let server = seeded(&seed::records("goals", &[record.clone(), record]));
        prop_assert_eq!(server.document.to_json("goals", RootKind::Records), Ok(json!([expected, expected])));
    }

    #[test]
    fn any_bytes_are_answered_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut server = Server::default();
        let assessed = server.receive(&bytes);
        drop((scan_awareness(&bytes), server.document.diff(&bytes)));
        prop_assert!(assessed.is_err() || server.document.encode().is_ok());
    }
}
