//! Crowds: everybody comes back at once after a restart, crowds that nobody let in, and people who come and go all day.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::raw::{Heard, RawClient, Scribe, tokens};
use super::{bare, document_of};
use crate::support::{Session, TestDatabase, TestServer, amount, eventually, report};

/// Sockets that come back.
const CROWD: usize = 2_000;
/// People of the demo with many plans.
const PEOPLE: [&str; 4] = ["luciana.prado", "camila.nobrega", "marina.couto", "beatriz.quintela"];
/// How soon a client that lost its socket tries again: without growing pauses and without chance, as a bad client does.
const TRY_AGAIN: Duration = Duration::from_millis(200);
/// A generous end of all waiting.
const AT_MOST: Duration = Duration::from_secs(120);

/// Every document that this person may open.
async fn documents_of(person: &Session) -> Vec<String> {
    let students = person.get("/api/v1/students").await.body;
    let mut documents = Vec::new();
    for student in students["students"].as_array().expect("a list") {
        let Some(pei) = student["pei"]["pei_id"].as_str() else { continue };
        let plan = person.get(&format!("/api/v1/peis/{pei}")).await.body;
        let sections = plan["sections"].as_array().expect("sections");
        documents.extend(sections.iter().filter_map(|section| section["document"].as_str().map(str::to_owned)));
    }
    documents
}

/// Opens a socket and joins, again and again until it succeeds; then waits for the whole document.
async fn come_back(address: String, document: String, token: String) -> (RawClient, usize) {
    let mut tries = 0;
    loop {
        tries += 1;
        if let Ok(client) = RawClient::try_join(&address, &document, &token).await {
            return (client, tries);
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

#[tokio::test]
async fn two_thousand_sockets_come_back_at_once_after_a_restart_and_find_everything() {
    let mut server = TestServer::spawn().await;
    let address = server.ws_url("/ws/collab");
    let mut seats = Vec::new();
    for name in PEOPLE {
        let person = server.login(name).await;
        for document in documents_of(&person).await {
            seats.push((document, person.access_token.clone()));
        }
    }
    assert!(seats.len() > 20, "the demo has enough documents");
    let writer = server.login("luciana.prado").await;
    let marked = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &marked, &writer.access_token).await;
    client.update(&Scribe::new().write("<1.1>")).await.expect("the socket is open");
    assert!(client.saved().await);
    let sign_ins = server.metric("kazumi_auth_attempts_total{result=\"ok\"}").await;
    assert!(sign_ins > 0.0);
    let began = Instant::now();
    let mut crowd = JoinSet::new();
    for index in 0..CROWD {
        let (document, token) = seats[index % seats.len()].clone();
        crowd.spawn(come_back(address.clone(), document, token));
    }
    let here: Vec<RawClient> = crowd.join_all().await.into_iter().map(|(client, _)| client).collect();
    report!("{CROWD} sockets on {} documents: here after {:?}", seats.len(), began.elapsed());
    server.kill9();
    let ready = server.start();
    // Each notices the end of its socket and comes back by itself, all at once.
    let mut storm = JoinSet::new();
    for (index, mut client) in here.into_iter().enumerate() {
        let (document, token) = seats[index % seats.len()].clone();
        let address = address.clone();
        storm.spawn(async move {
            client.closed().await;
            let (mut client, tries) = come_back(address, document.clone(), token).await;
            let whole = client.whole_document().await;
            (document, tries, tokens(&whole).contains(&"<1.1>".to_owned()))
        });
    }
    ready.await;
    let ready = Instant::now();
    let back = tokio::time::timeout(AT_MOST, storm.join_all()).await.expect("everybody is back");
    let took = ready.elapsed();
    let tries: usize = back.iter().map(|(_, tries, _)| tries).sum();
    assert_eq!(back.len(), CROWD);
    assert!(back.iter().all(|(document, _, marked_text)| bare(document) != bare(&marked) || *marked_text));
    let connections = server.metric("kazumi_db_pool_connections{state=\"open\"}").await;
    report!("storm of {CROWD}: all caught up {took:?} after the restart, {tries} tries, {connections} connections");
    assert_eq!(server.metric("kazumi_auth_attempts_total{result=\"ok\"}").await, 0.0, "nobody had to sign in again");
    // All pools are counted: requests 16, writer 8, registrar 4, and the one that looks after rights.
    assert!(connections <= 29.0, "the pools are bounded: {connections}");
}

#[tokio::test]
async fn five_hundred_sockets_that_nobody_was_let_in_on_cost_little_and_end() {
    const IDLE: usize = 500;
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let before = server.resident_kib();
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        idle.push(RawClient::open(&server, &document).await);
    }
    let cost = server.resident_kib().saturating_sub(before);
    report!("{IDLE} sockets without anybody: {cost} KiB");
    assert!(cost < 20 * 1024, "{cost} KiB");
    for client in &mut idle {
        assert_eq!(client.closed().await, 1013);
    }
}

/// Somebody who opens a document, writes a little, perhaps looks at another one, and leaves in one of many ways.
///
/// * `most`: how many edits at most
async fn visit(address: String, document: String, token: String, number: usize, most: usize) -> usize {
    let Ok(mut client) = RawClient::try_join(&address, &document, &token).await else { return 0 };
    let mut scribe = Scribe::new();
    let mut written = 0;
    for _ in 0..rand::random_range(0..=most) {
        if client.update(&scribe.write("x")).await.is_err() {
            return written;
        }
        loop {
            match client.hear().await {
                Heard::Saved(true) => {
                    written += 1;
                    break;
                }
                Heard::Saved(false) | Heard::Ended(_) | Heard::Closed(_) => return written,
                _ => {}
            }
        }
    }
    match number % 3 {
        // Says goodbye to the document, or to the socket, or to nobody.
        0 => drop(client.say(&[7]).await),
        1 => {
            client.goodbye().await;
        }
        _ => {}
    }
    written
}

/// The people of a day, and the server they visit.
struct Day {
    server: TestServer,
    seats: Vec<(String, String)>,
    visits: usize,
    edits: usize,
}

impl Day {
    /// Forty people at once come and go for this long; then all have gone. Returns memory in KiB and open descriptors.
    async fn pass(&mut self, time: Duration, most: usize) -> (u64, usize) {
        const AT_ONCE: usize = 40;
        let (end, address) = (Instant::now() + time, self.server.ws_url("/ws/collab"));
        let mut people = JoinSet::new();
        while Instant::now() < end || !people.is_empty() {
            while people.len() < AT_ONCE && Instant::now() < end {
                let (document, token) = self.seats[rand::random_range(0..self.seats.len())].clone();
                people.spawn(visit(address.clone(), document, token, self.visits, most));
                self.visits += 1;
            }
            self.edits += people.join_next().await.map_or(0, |visit| visit.expect("no visitor panics"));
        }
        eventually("everybody has gone", async || {
            let rooms = self.server.metric("kazumi_doc_actors").await;
            let sockets = self.server.metric("kazumi_ws_connections{kind=\"collab\"}").await;
            (rooms == 0.0 && sockets == 0.0).then_some(())
        })
        .await;
        let descriptors = format!("/proc/{}/fd", self.server.process_id());
        let descriptors = std::fs::read_dir(descriptors).expect("its descriptors").count();
        let found = (self.server.resident_kib(), descriptors);
        report!("churn: {} visits, {} edits, {found:?} (KiB, descriptors)", self.visits, self.edits);
        found
    }
}

#[tokio::test]
async fn people_who_come_and_go_for_hours_leave_nothing_behind() {
    const EDITS_AT_MOST: usize = 7;
    let part = Duration::from_secs(amount("KAZUMI_CHURN_SECONDS", 12)) / 4;
    let server = TestServer::over(TestDatabase::demo().await, &[("KAZUMI_DOCUMENT_IDLE_SECONDS", "1")]).await;
    let mut seats = Vec::new();
    for name in PEOPLE {
        let person = server.login(name).await;
        for document in documents_of(&person).await {
            seats.push((document, person.access_token.clone()));
        }
    }
    let mut day = Day { server, seats, visits: 0, edits: 0 };
    // The first quarter fills what is kept for good: pools, caches, arenas.
    let first = day.pass(part, EDITS_AT_MOST).await;
    for _ in 1..3 {
        day.pass(part, EDITS_AT_MOST).await;
    }
    let last = day.pass(part, EDITS_AT_MOST).await;
    assert_eq!(day.server.metric("kazumi_doc_participants").await, 0.0);
    assert_eq!(day.server.metric("kazumi_journal_queue_rows").await, 0.0);
    assert!(last.1 < first.1 + 16, "descriptors stay open: {first:?} {last:?}");
    // Documents grow with every visitor, and so does the room that holds all of them at once. What a server that was started a moment
    // ago takes for the same documents is theirs; anything above that was left behind by the visits.
    assert!(day.server.sigterm().await.success());
    day.server.start().await;
    // A password costs 19 MiB, which the allocator keeps.
    for name in PEOPLE {
        day.server.login(name).await;
    }
    let fresh = day.pass(part, 0).await;
    assert!(last.0 < fresh.0 + 16 * 1024, "memory was left behind: {last:?} after the day, {fresh:?} without one");
}
