//! Real Yjs, in a process of its own, makes random histories of three authors; they go through scanner, gate and document in a
//! random order, and Yjs judges what came out. A failing history is named by its seed: `KAZUMI_ORACLE_SEED` repeats it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kazumi::crdt::{Assessment, Deferred, Frontier, SectionDocument, limits, scan_update};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::support::report;

const ROOTS: &[&str] = &["content"];
const CASES: u32 = 150;

#[test]
fn whatever_order_updates_come_in_yjs_reads_the_same_out_of_the_servers_document() {
    let seed = std::env::var("KAZUMI_ORACLE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u32 = seed.unwrap_or_else(|| rand::random_range(0..1_000_000_000));
    report!("KAZUMI_ORACLE_SEED={seed}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut oracle = Command::new("node")
        .args(["oracle.mjs", "--seed", &seed.to_string(), "--cases", &CASES.to_string()])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = oracle.stdin.take().expect("piped above");
    let mut lines = BufReader::new(oracle.stdout.take().expect("piped above")).lines();
    let mut next = || -> Value {
        let line = lines.next().expect("the oracle speaks").expect("text");
        serde_json::from_str(&line).expect("JSON")
    };
    let mut order = StdRng::seed_from_u64(u64::from(seed));
    let mut deferred = 0;
    for number in 0..CASES {
        let case = next();
        let mut updates: Vec<Vec<u8>> = case["updates"].as_array().expect("updates").iter().map(decode).collect();
        updates.shuffle(&mut order);
        // Some come twice, as they do after a reconnect.
        let again: Vec<_> = updates.iter().filter(|_| order.random_bool(0.2)).cloned().collect();
        updates.extend(again);
        let (document, waited) = take_in(updates);
        deferred += waited;
        let answer = json!({
            "state": STANDARD.encode(document.encode().expect("the document encodes")),
            "diff": STANDARD.encode(document.diff(&decode(&case["vector"])).expect("the document answers")),
        });
        writeln!(input, "{answer}").expect("the oracle reads");
        assert_eq!(next()["verdict"], "equal", "history {number} of seed {seed}");
    }
    assert!(deferred > CASES as usize, "only {deferred} updates came too early: the order was not random");
    oracle.wait().expect("the oracle ends");
}

/// What a room does with updates, without its members; returns how many had to wait.
fn take_in(updates: Vec<Vec<u8>>) -> (SectionDocument, usize) {
    let (mut document, mut frontier) = (SectionDocument::new(), Frontier::new());
    let mut parked = Deferred::new();
    let mut waited = 0;
    for bytes in updates {
        let summary = scan_update(&bytes, limits::MAX_UPDATE_BYTES, ROOTS).expect("Yjs writes what the scanner reads");
        let mut ready = vec![(summary, bytes)];
        while !ready.is_empty() {
            for (summary, bytes) in ready {
                match frontier.assess(&summary) {
                    Assessment::Ready => {
                        frontier.advance(&summary);
                        document.apply_and_settle(&bytes, &mut frontier).expect("what is ready applies");
                    }
                    Assessment::Missing => {
                        waited += 1;
                        parked.push(summary, bytes, (), |()| false).expect("there is room");
                    }
                    Assessment::Contained => {}
                    Assessment::Refused(error) => panic!("refused: {error}"),
                }
            }
            ready = parked.take_ready(&frontier).into_iter().map(|parked| (parked.summary, parked.bytes)).collect();
        }
    }
    assert!(parked.is_empty(), "something waits for ever");
    (document, waited)
}

fn decode(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().expect("text")).expect("base64")
}
