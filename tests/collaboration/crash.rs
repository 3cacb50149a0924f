//! `kill -9` of the server while people type: what was acknowledged is stored, and what was shown to others is stored.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::document_of;
use super::raw::{Heard, RawClient, Scribe, tokens};
use crate::support::{Session, TestServer, eventually, report};

const WRITERS: usize = 10;
/// Edits of one writer that may be unacknowledged: people type ahead of the network.
const IN_FLIGHT: usize = 8;
const ROUNDS: usize = 10;

/// What the clients of all rounds have seen.
#[derive(Default)]
struct Seen {
    acknowledged: HashSet<String>,
    shown: HashSet<String>,
    sent: usize,
}

type Shared = Arc<Mutex<Seen>>;

/// Types until the socket dies. Each edit carries a token of its own.
async fn write(mut client: RawClient, name: String, seen: Shared) {
    let mut scribe = Scribe::new();
    let mut waiting: Vec<String> = Vec::new();
    for number in 0.. {
        let token = format!("<{name}.{number}>");
        let update = scribe.write(&token);
        seen.lock().expect("not poisoned").sent += 1;
        waiting.push(token);
        if client.update(&update).await.is_err() {
            return;
        }
        while waiting.len() >= IN_FLIGHT {
            match client.hear().await {
                Heard::Saved(true) => drop(seen.lock().expect("not poisoned").acknowledged.insert(waiting.remove(0))),
                Heard::Saved(false) => panic!("a writer was refused"),
                Heard::Closed(_) => return,
                _ => {}
            }
        }
    }
}

/// Writes down everything that the server shows.
async fn watch(mut client: RawClient, seen: Shared) {
    loop {
        match client.hear().await {
            Heard::Update(update) => seen.lock().expect("not poisoned").shown.extend(tokens(&update)),
            Heard::Closed(_) => return,
            _ => {}
        }
    }
}

async fn rounds(server: &mut TestServer, rounds: usize) -> (Shared, String) {
    let seen = Shared::default();
    let mut document = String::new();
    for round in 0..rounds {
        let people = sign_in(server).await;
        document = document_of(&people[0], "Lara", "ec_potencialidades").await;
        let mut tasks = tokio::task::JoinSet::new();
        let watcher = RawClient::join(server, &document, &people[1].access_token).await;
        tasks.spawn(watch(watcher, Arc::clone(&seen)));
        for writer in 0..WRITERS {
            let person = &people[writer % people.len()];
            let client = RawClient::join(server, &document, &person.access_token).await;
            tasks.spawn(write(client, format!("{round}.{writer}"), Arc::clone(&seen)));
        }
        // The moment of death is random, but only after this round's writing is well under way.
        let goal = seen.lock().expect("not poisoned").acknowledged.len() + 40 + rand::random_range(0..200);
        eventually("enough was acknowledged", async || {
            (seen.lock().expect("not poisoned").acknowledged.len() >= goal).then_some(())
        })
        .await;
        server.kill9();
        while let Some(ended) = tasks.join_next().await {
            ended.expect("no client panicked");
        }
        server.start().await;
    }
    (seen, document)
}

async fn sign_in(server: &TestServer) -> Vec<Session> {
    vec![server.login("luciana.prado").await, server.login("rafael.meira").await]
}

#[tokio::test]
async fn ten_writers_lose_nothing_acknowledged_or_shown_when_the_server_is_killed_ten_times() {
    let mut server = TestServer::spawn().await;
    let (seen, document) = rounds(&mut server, ROUNDS).await;
    let stored: Vec<String> = server.database.log().await.iter().flat_map(|update| tokens(update)).collect();
    let distinct: HashSet<&String> = stored.iter().collect();
    let seen = std::mem::take(&mut *seen.lock().expect("not poisoned"));
    let lost = |set: &HashSet<String>| set.iter().filter(|token| !distinct.contains(token)).count();
    report!(
        "kill -9: {ROUNDS} rounds, {WRITERS} writers, sent {}, acknowledged {}, shown {}, stored {}",
        seen.sent,
        seen.acknowledged.len(),
        seen.shown.len(),
        stored.len()
    );
    assert_eq!(lost(&seen.acknowledged), 0, "acknowledged and not stored");
    assert_eq!(lost(&seen.shown), 0, "shown and not stored");
    assert_eq!(stored.len(), distinct.len(), "stored twice");
    // What is stored is also what a newcomer is shown after a cold start.
    let person = server.login("luciana.prado").await;
    let whole = RawClient::join(&server, &document, &person.access_token).await.whole_document().await;
    // Neighbouring pieces of one client are merged in it, which keeps marks whole.
    let loaded: HashSet<String> = tokens(&whole).into_iter().collect();
    assert!(seen.acknowledged.iter().all(|token| loaded.contains(token)), "acknowledged and not loaded");
}

#[tokio::test]
async fn a_stopped_server_ends_its_sockets_with_restarting_and_loses_nothing() {
    let mut server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    for number in 0..50 {
        client.update(&scribe.write(&format!("<{number}>"))).await.expect("the socket is open");
    }
    let (status, heard) = tokio::join!(server.sigterm(), async {
        let mut saved = 0;
        loop {
            match client.hear_within(Duration::from_secs(20)).await {
                Some(Heard::Saved(true)) => saved += 1,
                Some(Heard::Closed(code)) => return (saved, code),
                Some(_) => {}
                None => panic!("the socket stays open while the server goes down"),
            }
        }
    });
    let (saved, code) = heard;
    assert!(status.success(), "{status}");
    assert_eq!(code, 1012);
    server.start().await;
    let person = server.login("luciana.prado").await;
    let whole = RawClient::join(&server, &document, &person.access_token).await.whole_document().await;
    assert!(tokens(&whole).len() >= saved, "{} of {saved} acknowledged edits are there", tokens(&whole).len());
}
