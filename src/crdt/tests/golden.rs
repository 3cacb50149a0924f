//! The recorded cases: what Yjs 13 makes of a history, we must make of it too, in any order.

use super::{ROOTS, Server, peer, take_in};
use crate::crdt::limits::MAX_STEP2_BYTES;
use crate::crdt::{Assessment, RootKind, SectionDocument, scan_update};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use yrs::types::ToJson;
use yrs::{GetString, ReadTxn, Transact, WriteTxn};

const OUT_OF_ORDER: &str = include_str!("../../../tests/fixtures/crdt/out_of_order.json");
const INTEROP: &str = include_str!("../../../tests/fixtures/crdt/yjs_interop.json");

fn cases(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("a golden file is a list of cases")
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().expect("updates are strings")).expect("updates are base64")
}

fn list(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().expect("a log is a list").iter().map(bytes).collect()
}

/// The three roots of a golden case, read in a fresh replica.
fn view(server: &Server) -> Value {
    let doc = peer(99);
    take_in(&doc, &server.document.encode().expect("the document encodes"));
    let mut txn = doc.transact_mut();
    let (g, m, t) = (txn.get_or_insert_array("g"), txn.get_or_insert_map("m"), txn.get_or_insert_text("t"));
    let plain = |any: yrs::Any| serde_json::to_value(any).expect("plain values are JSON");
    let text = t.get_string(&txn);
    assert!(!txn.has_missing_updates());
    assert_eq!(server.document.plain_text("t"), Ok(text.clone()));
    let records = server.document.to_json("g", RootKind::Records).expect("records can be read");
    assert_eq!(whole(records), whole(plain(g.to_json(&txn))));
    json!([whole(plain(g.to_json(&txn))), whole(plain(m.to_json(&txn))), text])
}

/// The recorded view, parsed, with 1.0 read as 1.
fn expected(view: &Value) -> Value {
    let parse = |index: usize| whole(serde_json::from_str(view[index].as_str().unwrap_or("null")).unwrap_or_default());
    json!([parse(0), parse(1), view[2]])
}

fn whole(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 => json!(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, item)| (key, whole(item))).collect(),
        other => other,
    }
}

#[test]
fn both_orders_of_every_recorded_history_end_where_yjs_ends() {
    let cases = cases(OUT_OF_ORDER);
    assert_eq!(cases.len(), 200);
    let mut parked = 0;
    for case in &cases {
        for order in ["log", "sh"] {
            let mut server = Server::default();
            for update in list(&case[order]) {
                let assessment = server.receive(&update).expect("a genuine update passes the scanner");
                assert!(!matches!(assessment, Assessment::Refused(_)), "seed {}", case["seed"]);
                assert!(order == "sh" || assessment != Assessment::Missing, "seed {}", case["seed"]);
                parked += usize::from(assessment == Assessment::Missing);
            }
            assert!(server.deferred.is_empty(), "seed {} {order}", case["seed"]);
            assert_eq!(view(&server), expected(&case["views"]["fullsync"]), "seed {} {order}", case["seed"]);
            server.check_genuine();
        }
    }
    assert!(parked > 100, "the shuffled histories exercise the parking place ({parked})");
}

#[test]
fn states_and_diffs_written_by_yrs_give_the_recorded_view() {
    for (index, case) in cases(INTEROP).iter().enumerate() {
        let expected = expected(&case["view"]);
        let mut server = Server::default();
        assert_eq!(server.receive(&bytes(&case["full"])), Ok(Assessment::Ready));
        assert_eq!(view(&server), expected, "case {index}");
        server.check_genuine();
        for pair in case["mids"].as_array().expect("mids are pairs") {
            let mut server = Server::default();
            for update in list(pair) {
                server.receive(&update).expect("a genuine update passes the scanner");
            }
            assert!(server.deferred.is_empty());
            assert_eq!(view(&server), expected, "case {index}");
            server.check_genuine();
        }
    }
}

#[test]
fn what_a_reader_sends_back_is_contained_at_every_step() {
    for case in cases(OUT_OF_ORDER) {
        let mut server = Server::default();
        for update in list(&case["log"]) {
            server.receive(&update).expect("a genuine update passes the scanner");
            // A reader that got everything from the server answers a sync step 1 with all it holds.
            let reader = peer(77);
            take_in(&reader, &server.document.encode().expect("the document encodes"));
            let summary = scan_update(&super::state(&reader), MAX_STEP2_BYTES, ROOTS).expect("a reader's state scans");
            assert_eq!(server.frontier.assess(&summary), Assessment::Contained, "seed {}", case["seed"]);
        }
    }
}

#[test]
fn loading_rows_in_order_gives_the_same_bytes_as_living_through_them() {
    for case in cases(OUT_OF_ORDER).iter().take(50) {
        let mut server = Server::default();
        let mut loaded = SectionDocument::new();
        for update in list(&case["log"]) {
            server.receive(&update).expect("a genuine update passes the scanner");
            loaded.apply(&update).expect("a stored row applies");
        }
        let same = |a: &SectionDocument, b: &SectionDocument| {
            a.to_json("g", RootKind::Records) == b.to_json("g", RootKind::Records)
                && a.plain_text("t") == b.plain_text("t")
        };
        assert!(same(&server.document, &loaded));
    }
}
