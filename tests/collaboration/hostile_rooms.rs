//! The corpus of forged messages (`forge.rs`) and thousands of mutated updates against a running server, over both framings: the sender is
//! refused with the right code; the process, the document, its other members and other documents notice nothing.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use kazumi::crdt::{RootKind, SectionDocument, limits, scan_awareness, scan_update};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::raw::{Heard, RawClient, Scribe};
use super::{bare, document_of, forge};
use crate::support::{PATIENCE, Session, TestServer, report};

/// Mutated updates, unless `KAZUMI_WIRE_UPDATES` says otherwise.
const UPDATES: usize = 2_000;
/// Sockets that send them at the same time.
const ATTACKERS: usize = 4;
/// What the server may grow by, in KiB.
const GROWTH: u64 = 64 * 1024;
/// Codes that a mutated update may end its document or its socket with: malformed, forbidden, too large, again later, too fast.
const CODES: [u16; 5] = [4400, 4403, 4413, 1013, 4529];

/// Says one thing over the y-websocket framing and returns the code that the socket ends with.
async fn end_over_y(server: &TestServer, session: &Session, document: &str, body: &[u8]) -> u16 {
    let address = server.ws_url(&format!("/ws/y/{}?ticket={}", bare(document), session.ticket().await));
    let (mut socket, _) = connect_async(address).await.expect("the socket opens");
    socket.send(Message::Binary(Bytes::copy_from_slice(body))).await.expect("the socket is open");
    let end = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map_or(1005, |frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 1006,
            }
        }
    };
    tokio::time::timeout(PATIENCE, end).await.expect("the server ends the socket")
}

/// The code that a document or its socket ended with.
fn end_code(heard: &Heard) -> Option<u16> {
    match heard {
        Heard::Closed(code) => Some(*code),
        Heard::Ended(reason) => reason.split(' ').next().and_then(|code| code.parse().ok()),
        _ => None,
    }
}

/// Says one thing over the hocuspocus framing and returns the code that the document or the socket ends with.
async fn end_over_collab(server: &TestServer, session: &Session, document: &str, body: &[u8]) -> u16 {
    let mut client = RawClient::join(server, document, &session.access_token).await;
    client.say(body).await.expect("the socket is open");
    loop {
        if let Some(code) = end_code(&client.hear().await) {
            return code;
        }
    }
}

/// Everything a member hears until its own next edit is saved.
async fn heard_until_saved(client: &mut RawClient, update: &[u8]) -> Vec<Heard> {
    client.update(update).await.expect("the socket lives");
    let mut heard = Vec::new();
    loop {
        match client.hear().await {
            Heard::Saved(taken) => {
                assert!(taken, "an honest edit is taken");
                return heard;
            }
            Heard::Closed(code) => panic!("an honest member's socket ended with {code}"),
            other => heard.push(other),
        }
    }
}

/// The document as a server sends it to somebody who has nothing, written out.
async fn written_out(server: &TestServer, document: &str, session: &Session) -> String {
    let state = RawClient::join(server, document, &session.access_token).await.whole_document().await;
    scan_update(&state, limits::MAX_STEP2_BYTES, &["content", "goals"])
        .expect("what a server sends passes its own scanner");
    let mut copy = SectionDocument::new();
    copy.apply(&state).expect("and loads");
    copy.to_json("content", RootKind::RichText).expect("and can be written out").to_string()
}

#[tokio::test]
async fn every_forged_message_is_refused_over_both_framings_and_nobody_else_notices() {
    let server = TestServer::spawn().await;
    let (attacker, neighbour) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&neighbour, "Lara", "ec_potencialidades").await;
    let elsewhere = document_of(&neighbour, "Lara", "ec_demandas").await;
    let mut witness = RawClient::join(&server, &document, &neighbour.access_token).await;
    let mut other = RawClient::join(&server, &elsewhere, &neighbour.access_token).await;
    let (mut scribe, mut second) = (Scribe::with_client(7_000), Scribe::new());
    heard_until_saved(&mut witness, &scribe.write("antes")).await;
    let (process, before) = (server.process_id(), server.resident_kib());
    let mut tried = 0;
    for (index, forged) in forge::corpus(1_000_000, 7_000, 5).into_iter().enumerate() {
        let over_collab = end_over_collab(&server, &attacker, &document, &forged.body).await;
        let over_y = end_over_y(&server, &attacker, &document, &forged.body).await;
        assert_eq!((over_collab, over_y), (forged.code, forged.code), "{}", forged.what);
        tried += 2;
        if index % 8 == 0 {
            heard_until_saved(&mut other, &second.write("ao lado")).await;
        }
    }
    let heard = heard_until_saved(&mut witness, &scribe.write("depois")).await;
    let shown = heard.iter().filter(|heard| matches!(heard, Heard::Update(_))).count();
    assert_eq!(shown, 0, "nothing of it was shown");
    assert_eq!(server.process_id(), process);
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < GROWTH, "{grown} KiB more");
    let cold = server.sibling().await;
    let written = written_out(&cold, &document, &neighbour).await;
    assert!(written.contains("antesdepois"), "{written}");
    assert_eq!(
        written,
        written_out(&server, &document, &neighbour).await,
        "opened cold by a second server it is the same"
    );
    report!("forged messages: {tried} tried over two framings, all refused with their code, {grown} KiB more");
}

#[tokio::test]
async fn a_nest_in_small_steps_stops_at_its_limit_and_what_waits_for_nothing_is_given_up() {
    let server = TestServer::spawn().await;
    let attacker = server.login("rafael.meira").await;
    let document = document_of(&attacker, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &attacker.access_token).await;
    let steps = forge::nest_in_small_steps(2_000_000);
    let (last, first) = steps.split_last().expect("steps");
    for step in first {
        client.say(step).await.expect("the socket is open");
        assert!(client.saved().await, "sixteen levels are allowed");
    }
    client.say(last).await.expect("the socket is open");
    assert_eq!(client.closed().await, 4400);
    let waits = forge::deletes_what_is_not_there(3_000_000);
    assert_eq!(end_over_collab(&server, &attacker, &document, &waits).await, 1013);
}

#[tokio::test]
async fn nobody_speaks_for_somebody_else_and_names_are_the_servers() {
    let server = TestServer::spawn().await;
    let (attacker, neighbour) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&neighbour, "Lara", "ec_potencialidades").await;
    let mut witness = RawClient::join(&server, &document, &neighbour.access_token).await;
    let mut scribe = Scribe::with_client(7_000);
    heard_until_saved(&mut witness, &scribe.write("eu")).await;
    witness.say(&forge::presence(&[(7_000, 1, r#"{"cursor":"minha"}"#)])).await.expect("the socket is open");
    let mut client = RawClient::join(&server, &document, &attacker.access_token).await;
    let html = r#"{"user":{"name":"<img src=x onerror=alert(1)>","color":"javascript:alert(1)"},"cursor":"falsa"}"#;
    client.say(&forge::presence(&[(7_000, 99, html), (7_000_001, 1, html)])).await.expect("the socket is open");
    let states = witness
        .hear_until(|heard| match heard {
            Heard::Awareness(bytes) => {
                let entries = scan_awareness(bytes).expect("what the server sends can be read");
                let found = entries.iter().any(|entry| entry.client == 7_000_001);
                let stolen = entries.iter().any(|entry| {
                    entry.client == 7_000 && entry.state.as_deref().is_none_or(|state| state.contains("falsa"))
                });
                assert!(!stolen, "nobody speaks for somebody else");
                found.then_some(entries)
            }
            _ => None,
        })
        .await;
    for state in states.iter().filter_map(|entry| entry.state.as_deref()) {
        assert!(!state.contains('<') && !state.contains("javascript"), "{state}");
    }
}

/// One attacker: mutates what it may write, joins again when it was cut off. Counts what became of each.
async fn attack(
    server: &TestServer,
    session: &Session,
    document: &str,
    seed: u64,
    updates: usize,
) -> BTreeMap<String, usize> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut outcomes = BTreeMap::new();
    let mut client = RawClient::join(server, document, &session.access_token).await;
    let base = client.whole_document().await.to_vec();
    for _ in 0..updates {
        let mut scribe = Scribe::new();
        let mut bytes = match random.random_range(0..3) {
            0 => base.clone(),
            1 => scribe.write("abc").to_vec(),
            _ => [scribe.write("abc"), scribe.write("de")].choose(&mut random).expect("two").to_vec(),
        };
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..bytes.len());
            match random.random_range(0..4) {
                0 => bytes[at] ^= 1 << random.random_range(0..8),
                1 => bytes[at] = random.random(),
                2 => bytes.insert(at, random.random()),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        let step = if random.random() { 1 } else { 2 };
        let sent = client.sync(step, &bytes).await.is_ok() && client.say(&[3]).await.is_ok();
        let mut became = "nothing to say".to_owned();
        // The answer to "who is here" comes behind whatever the update led to at once.
        loop {
            let heard = if sent { client.hear().await } else { Heard::Closed(1006) };
            match &heard {
                Heard::Saved(true) => became = "taken".to_owned(),
                Heard::Step1(_) => became = "asked for more".to_owned(),
                Heard::Awareness(_) => break,
                _ => {}
            }
            if let Some(code) = end_code(&heard) {
                assert!(code == 1006 || CODES.contains(&code), "code {code}, seed {seed}: {bytes:?}");
                became = format!("refused with {code}");
                client = RawClient::join(server, document, &session.access_token).await;
                break;
            }
        }
        *outcomes.entry(became).or_insert(0) += 1;
    }
    outcomes
}

#[tokio::test]
async fn thousands_of_mutated_updates_leave_a_document_that_takes_saves_and_opens() {
    let setting =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (updates, seed) =
        (setting("KAZUMI_WIRE_UPDATES", UPDATES as u64) as usize, setting("KAZUMI_WIRE_SEED", 20_261_123));
    let server = TestServer::spawn().await;
    let (attacker, neighbour) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&neighbour, "Lara", "ec_potencialidades").await;
    let elsewhere = document_of(&neighbour, "Lara", "ec_demandas").await;
    let mut other = RawClient::join(&server, &elsewhere, &neighbour.access_token).await;
    let (mut scribe, mut second) = (Scribe::new(), Scribe::new());
    let mut witness = RawClient::join(&server, &document, &neighbour.access_token).await;
    heard_until_saved(&mut witness, &scribe.write("antes")).await;
    let (process, before) = (server.process_id(), server.resident_kib());
    let attacks =
        (0..ATTACKERS as u64).map(|index| attack(&server, &attacker, &document, seed + index, updates / ATTACKERS));
    let mut outcomes = BTreeMap::new();
    for counted in futures_util::future::join_all(attacks).await {
        counted.into_iter().for_each(|(became, count)| *outcomes.entry(became).or_insert(0) += count);
    }
    heard_until_saved(&mut other, &second.write("ao lado")).await;
    let grown = server.resident_kib().saturating_sub(before);
    report!("mutated updates over the wire: {updates} tried, seed {seed}, {outcomes:?}, {grown} KiB more");
    // What the witness was shown are updates that passed; a reader that fell behind is asked to come back.
    let mut witness = RawClient::join(&server, &document, &neighbour.access_token).await;
    for heard in heard_until_saved(&mut witness, &scribe.write("depois")).await {
        if let Heard::Update(update) = heard {
            scan_update(&update, limits::MAX_STEP2_BYTES, &["content"]).expect("only what passes is shown");
        }
    }
    assert!(grown < GROWTH, "{grown} KiB more");
    assert_eq!(server.process_id(), process);
    let refused: usize =
        outcomes.iter().filter(|(became, _)| became.starts_with("refused")).map(|(_, count)| count).sum();
    assert!(refused * 4 > updates, "the mutations reach the guard: {outcomes:?}");
    for server in [&server.sibling().await, &server] {
        let written = written_out(server, &document, &neighbour).await;
        assert!(written.contains("antes") && written.contains("depois"), "{written}");
    }
}
