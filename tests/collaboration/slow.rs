//! Peers that do not read, or send more than anybody can type: they cost little, nobody else notices, and they lose nothing.

use std::collections::HashSet;
use std::time::Duration;

use super::document_of;
use super::raw::{Heard, RawClient, Scribe, tokens};
use crate::support::{Session, TestServer, eventually, report};

const SECTION: &str = "ec_potencialidades";
/// What one peer that does not read may cost, in KiB.
const COST: u64 = 2 * 1024;

/// A writer whose edits are a token and enough text behind it to fill buffers.
struct Typist {
    client: RawClient,
    scribe: Scribe,
    written: Vec<String>,
}

impl Typist {
    async fn join(server: &TestServer, document: &str, person: &Session) -> Self {
        let client = RawClient::join(server, document, &person.access_token).await;
        Self { client, scribe: Scribe::new(), written: Vec::new() }
    }

    /// One edit of some bytes, and its commit.
    async fn write(&mut self, bytes: usize) {
        let token = format!("<{}.5>", self.written.len());
        let update = self.scribe.write(&format!("{token}{}", "x".repeat(bytes)));
        self.client.update(&update).await.expect("the writer's socket lives");
        assert!(self.client.saved().await, "the writer is not refused");
        self.written.push(token);
    }
}

/// Reads on until every token was shown on this socket. Returns how many acknowledgements came meanwhile.
async fn shown(client: &mut RawClient, tokens_wanted: &[String]) -> usize {
    let mut missing: HashSet<&String> = tokens_wanted.iter().collect();
    let mut acknowledged = 0;
    while !missing.is_empty() {
        match client.hear().await {
            Heard::Update(update) => tokens(&update).iter().for_each(|token| {
                missing.remove(token);
            }),
            Heard::Saved(true) => acknowledged += 1,
            Heard::Closed(code) => panic!("the socket ended ({code}) before {} were shown", missing.len()),
            _ => {}
        }
    }
    acknowledged
}

#[tokio::test]
async fn readers_that_stop_cost_little_are_cut_and_come_back_to_everything() {
    const STOPPED: u64 = 12;
    let server = TestServer::spawn().await;
    let (writer, reader) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&writer, "Lara", SECTION).await;
    let mut typist = Typist::join(&server, &document, &writer).await;
    let mut neighbour = RawClient::join(&server, &document, &reader.access_token).await;
    for _ in 0..50 {
        typist.write(10).await;
    }
    shown(&mut neighbour, &typist.written).await;
    let before = server.resident_kib();
    let mut stopped = Vec::new();
    for _ in 0..STOPPED {
        stopped.push(RawClient::join_with_small_buffer(&server, &document, &reader.access_token).await);
    }
    // They never read again. The writer goes on until all of them have been cut; the neighbour sees everything at once.
    // What the kernel and the server hold for them is full soon; after that small edits do, so that the document does not grow too large.
    let evicted = "kazumi_ws_slow_consumer_evictions_total{kind=\"collab\"}";
    let mut highest = before;
    eventually("all of them were cut", async || {
        let from = typist.written.len();
        // They go on speaking: a session may freeze while it waits for the room's answer.
        for peer in &mut stopped {
            let _ = tokio::time::timeout(Duration::from_millis(5), peer.say(&[3])).await;
        }
        for _ in 0..20 {
            typist.write(if typist.written.len() < 1_000 { 500 } else { 1 }).await;
        }
        shown(&mut neighbour, &typist.written[from..]).await;
        highest = highest.max(server.resident_kib());
        (server.metric(evicted).await >= STOPPED as f64).then_some(())
    })
    .await;
    let cost = highest.saturating_sub(before) / STOPPED;
    report!("{STOPPED} readers that stopped: {cost} KiB each at most, {} edits meanwhile", typist.written.len());
    assert!(cost < COST, "{cost} KiB each");
    eventually("their sockets are gone", async || {
        (server.metric("kazumi_ws_connections{kind=\"collab\"}").await == 2.0).then_some(())
    })
    .await;
    assert!(server.metric("kazumi_ws_disconnects_total{kind=\"collab\",code=\"4508\"}").await >= STOPPED as f64);
    drop(stopped);
    let mut back = RawClient::join(&server, &document, &reader.access_token).await;
    let found = tokens(&back.whole_document().await).len();
    assert_eq!(found, typist.written.len(), "whoever was cut finds everything");
}

#[tokio::test]
async fn a_reader_that_stops_where_next_to_nothing_is_written_is_cut_as_well() {
    let server = TestServer::spawn().await;
    let (writer, reader) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&writer, "Lara", SECTION).await;
    let mut typist = Typist::join(&server, &document, &writer).await;
    let stopped = RawClient::join_with_small_buffer(&server, &document, &reader.access_token).await;
    typist.write(1).await;
    // No buffer anywhere is near its end: only that nobody confirms what was sent tells.
    let evicted = "kazumi_ws_slow_consumer_evictions_total{kind=\"collab\"}";
    eventually("the reader was cut", async || (server.metric(evicted).await == 1.0).then_some(())).await;
    drop(stopped);
    typist.write(1).await;
}

#[tokio::test]
async fn a_reader_that_pauses_is_brought_up_to_date_on_the_same_socket_and_keeps_its_acknowledgements() {
    let server = TestServer::spawn().await;
    let (writer, reader) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&writer, "Lara", SECTION).await;
    let mut typist = Typist::join(&server, &document, &writer).await;
    let mut pausing = RawClient::join_with_small_buffer(&server, &document, &reader.access_token).await;
    let mut scribe = Scribe::new();
    const OWN: usize = 5;
    for number in 0..OWN {
        pausing.update(&scribe.write(&format!("<{number}.6>"))).await.expect("the socket is open");
    }
    // Somebody pastes more than fits while the other does not read.
    let lagged = "kazumi_ws_lagged_total{kind=\"collab\"}";
    eventually("the reader lags", async || {
        for _ in 0..10 {
            typist.write(4_000).await;
        }
        (server.metric(lagged).await >= 1.0).then_some(())
    })
    .await;
    for _ in 0..10 {
        typist.write(10).await;
    }
    let acknowledged = shown(&mut pausing, &typist.written).await;
    assert_eq!(acknowledged, OWN, "every edit of its own is acknowledged exactly once");
    assert_eq!(server.metric("kazumi_doc_resyncs_total").await, 1.0);
    assert_eq!(server.metric("kazumi_ws_slow_consumer_evictions_total{kind=\"collab\"}").await, 0.0);
    typist.write(10).await;
    shown(&mut pausing, &typist.written[typist.written.len() - 1..]).await;
    pausing.update(&scribe.write("<7.6>")).await.expect("the socket is open");
    assert!(pausing.saved().await, "and it goes on as before");
}

#[tokio::test]
async fn a_flood_of_tiny_frames_fills_the_network_and_not_the_memory() {
    const EACH: usize = 64 * 1024 * 1024;
    /// What the kernel of both sides and the server's own buffers may hold.
    const HELD: usize = 24 * 1024 * 1024;
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", SECTION).await;
    let mut typist = Typist::join(&server, &document, &person).await;
    let before = server.resident_kib();
    // Empty pongs, masked: six bytes each.
    let pongs = [0x8a, 0x80, 0, 0, 0, 0].repeat(EACH / 6);
    let mut inside = RawClient::join(&server, &document, &person.access_token).await;
    let mut outside = RawClient::open(&server, &document).await;
    let time = Duration::from_secs(4);
    let (let_in, stranger) = tokio::join!(inside.write_raw(&pongs, time), outside.write_raw(&pongs, time));
    let grown = server.resident_kib().saturating_sub(before);
    report!("tiny frames: {let_in} bytes taken of somebody, {stranger} of a stranger, {grown} KiB more");
    assert!(let_in < HELD && stranger < HELD, "{let_in} and {stranger} bytes were taken");
    assert!(grown < 16 * 1024, "{grown} KiB more");
    typist.write(10).await;
}

#[tokio::test]
async fn a_flood_is_read_slowly_and_answered_in_full_while_others_go_on() {
    const QUESTIONS: usize = 2_400;
    let server = TestServer::spawn().await;
    let (writer, flooder) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&writer, "Lara", SECTION).await;
    let mut typist = Typist::join(&server, &document, &writer).await;
    let mut flood = RawClient::join(&server, &document, &flooder.access_token).await;
    let before = server.resident_kib();
    for _ in 0..QUESTIONS {
        flood.say(&[3]).await.expect("the socket is open: nobody is refused for being fast");
    }
    for _ in 0..100 {
        typist.write(10).await;
    }
    let throttled = "kazumi_ws_throttled_total{kind=\"collab\"}";
    eventually("the flood is slowed down", async || (server.metric(throttled).await > 0.0).then_some(())).await;
    let mut answers = 0;
    while answers < QUESTIONS {
        match flood.hear().await {
            Heard::Awareness(_) => answers += 1,
            Heard::Closed(code) => panic!("ended with {code}"),
            _ => {}
        }
    }
    let grown = server.resident_kib().saturating_sub(before);
    report!("a flood of {QUESTIONS} frames: {grown} KiB more");
    assert!(grown < 16 * 1024, "{grown} KiB more");
}
