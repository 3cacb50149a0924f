//! Two servers on one database, and nothing that tells one of the other: the position check alone.

use std::collections::HashSet;

use super::document_of;
use super::raw::{Heard, RawClient, Scribe, tokens};
use crate::support::{TestDatabase, TestServer, report};

/// Reads on until every token was shown on this socket, without ever writing or asking: a server that only reads never sees a
/// gap in what it stores itself.
async fn shown(client: &mut RawClient, mut missing: HashSet<String>) {
    while !missing.is_empty() {
        match client.hear().await {
            Heard::Update(update) => tokens(&update).iter().for_each(|token| {
                missing.remove(token);
            }),
            Heard::Closed(code) => panic!("the socket ended ({code}) before these were shown: {missing:?}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_server_that_only_reads_learns_from_the_position_check_what_another_stored() {
    let every_second = [("KAZUMI_POSITION_CHECK_SECONDS", "1")];
    let first = TestServer::over(TestDatabase::demo().await, &every_second).await;
    let second = TestServer::over(first.database.same(), &every_second).await;
    let person = first.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut here = RawClient::join(&first, &document, &person.access_token).await;
    let mut there = RawClient::join(&second, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    let mut written = HashSet::new();
    for number in 0..40 {
        let token = format!("<{number}>");
        here.update(&scribe.write(&token)).await.expect("the socket is open");
        assert!(here.saved().await);
        written.insert(token);
    }
    shown(&mut there, written).await;
    let behind = second.metric("kazumi_doc_behind_total").await;
    assert!(behind >= 1.0, "the check found nothing: {behind}");
    report!("position check: {behind} times behind until everything was shown");
}

#[tokio::test]
async fn a_log_that_one_server_compacts_is_still_read_on_by_another() {
    let settings = [("KAZUMI_POSITION_CHECK_SECONDS", "3"), ("KAZUMI_DOCUMENT_IDLE_SECONDS", "1")];
    let first = TestServer::over(TestDatabase::demo().await, &settings).await;
    let second = TestServer::over(first.database.same(), &settings).await;
    let person = first.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut there = RawClient::join(&second, &document, &person.access_token).await;
    let mut here = RawClient::join(&first, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    let mut written = HashSet::new();
    for number in 0..600 {
        let token = format!("<{number}>");
        here.update(&scribe.write(&token)).await.expect("the socket is open");
        written.insert(token);
    }
    for _ in 0..600 {
        assert!(here.saved().await);
    }
    drop(here);
    // Wherever the rows are by now, in the log or in the archive: the other server shows all of them.
    shown(&mut there, written).await;
    let stored = first.database.log().await.len();
    assert_eq!(stored, 600, "compaction lost or doubled rows");
}
