//! What is stored is damaged by hand: it costs one document what was damaged, and nobody else anything.

use std::collections::HashSet;

use super::document_of;
use super::raw::{RawClient, Scribe, tokens};
use crate::support::{Session, TestDatabase, TestServer, eventually};

const SECTION: &str = "ec_potencialidades";

/// A server whose documents leave memory at once.
async fn server() -> (TestServer, Session, String) {
    let server = TestServer::over(TestDatabase::demo().await, &[("KAZUMI_DOCUMENT_IDLE_SECONDS", "1")]).await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", SECTION).await;
    (server, person, document)
}

/// Writes tokens, waits for their commit, leaves, and waits until the document has left memory.
async fn write_and_leave(server: &TestServer, person: &Session, document: &str, count: usize) -> Vec<String> {
    let mut client = RawClient::join(server, document, &person.access_token).await;
    let mut scribe = Scribe::new();
    let written: Vec<String> = (0..count).map(|number| format!("<{number}.7>")).collect();
    for token in &written {
        client.update(&scribe.write(token)).await.expect("the socket is open");
    }
    for _ in &written {
        assert!(client.saved().await);
    }
    drop(client);
    eventually("the room is gone", async || (server.metric("kazumi_doc_actors").await == 0.0).then_some(())).await;
    written
}

async fn content(server: &TestServer, person: &Session, document: &str) -> HashSet<String> {
    let whole = RawClient::join(server, document, &person.access_token).await.whole_document().await;
    tokens(&whole).into_iter().collect()
}

/// The id of the document that has rows in the log.
const WRITTEN: &str = "(select document_id from pei_updates union select document_id from pei_updates_archive limit 1)";

async fn execute(server: &TestServer, statement: &str) {
    let changed = server.database.owner().await.execute(statement, &[]).await.expect("the owner may");
    assert!(changed > 0, "nothing was damaged by: {statement}");
}

/// Stores bytes as a row of the log, as if somebody had written them: `$1` stands for the last sequence plus one.
async fn store_row(server: &TestServer, payload: &[u8]) {
    let owner = server.database.owner().await;
    let statement = format!(
        "with head as (update pei_documents set head_seq = head_seq + 1 where document_id = {WRITTEN}
                       returning document_id, head_seq)
         insert into pei_updates (document_id, seq, author_id, payload, sha256)
         select h.document_id, h.head_seq, (select author_id from pei_updates limit 1), $1::bytea, sha256($1::bytea) from head h"
    );
    assert_eq!(owner.execute(&statement, &[&payload]).await.expect("the owner may"), 1);
}

async fn quarantined(server: &TestServer) -> i64 {
    let count = "select count(*) from pei_updates where quarantined_at is not null";
    server.database.owner().await.query_one(count, &[]).await.expect("a count").get(0)
}

/// Not an update; a length that promises 4 GB; a text that hangs on nothing known; a root that does not exist; a gap in the
/// writer's own clock, which yrs would keep pending.
const POISON: [&[u8]; 5] = [
    &[0xff; 40],
    &[1, 0xff, 0xff, 0xff, 0xff, 0x0f, 7, 0],
    &[1, 1, 9, 0, 0x84, 77, 5, 1, b'x', 0],
    &[1, 1, 9, 0, 0x04, 1, 4, b'e', b'v', b'i', b'l', 1, b'x', 0],
    &[1, 1, 9, 50, 0x84, 9, 49, 1, b'x', 0],
];

#[tokio::test]
async fn rows_of_poison_stored_by_hand_cost_only_themselves() {
    let (server, person, document) = server().await;
    let written = write_and_leave(&server, &person, &document, 20).await;
    for row in POISON {
        store_row(&server, row).await;
    }
    // Somebody works in another document meanwhile, over the same socket thread and journal.
    let elsewhere = document_of(&person, "Lara", "ec_voz_estudante").await;
    let mut neighbour = RawClient::join(&server, &elsewhere, &person.access_token).await;
    let mut scribe = Scribe::new();
    neighbour.update(&scribe.write("<1.1>")).await.expect("the socket is open");
    assert!(neighbour.saved().await);

    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let found: HashSet<String> = tokens(&client.whole_document().await).into_iter().collect();
    assert!(written.iter().all(|token| found.contains(token)), "good rows were lost with the bad ones");
    eventually("the bad rows are put aside", async || (quarantined(&server).await == 5).then_some(())).await;
    let mut more = Scribe::new();
    client.update(&more.write("<9.9>")).await.expect("the socket is open");
    assert!(client.saved().await, "the document takes edits again");
    neighbour.update(&scribe.write("<1.2>")).await.expect("the neighbour's socket is untouched");
    assert!(neighbour.saved().await);
    assert!(server.metric("kazumi_actor_panics_total{actor=\"document\"}").await >= 5.0);
}

#[tokio::test]
async fn rows_of_poison_stored_behind_the_back_of_an_open_document_cost_only_themselves() {
    let (server, person, document) = server().await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    let mut written = Vec::new();
    for (number, row) in [&[][..]].into_iter().chain(POISON).enumerate() {
        if !row.is_empty() {
            store_row(&server, row).await;
        }
        // The sequence of this edit says that there is a row which this server has not seen.
        let token = format!("<{number}.7>");
        client.update(&scribe.write(&token)).await.expect("the socket is open");
        assert!(client.saved().await, "an honest edit was refused behind row {number} of poison");
        written.push(token);
    }
    let shown: HashSet<String> = tokens(&client.whole_document().await).into_iter().collect();
    assert!(written.iter().all(|token| shown.contains(token)));
    drop(client);
    eventually("the room is gone", async || (server.metric("kazumi_doc_actors").await == 0.0).then_some(())).await;
    assert_eq!(content(&server, &person, &document).await, shown, "what is loaded is what was shown");
    eventually("the bad rows are put aside", async || (quarantined(&server).await == 5).then_some(())).await;
}

#[tokio::test]
async fn a_row_with_flipped_bits_is_left_out_and_marked() {
    let (server, person, document) = server().await;
    let written = write_and_leave(&server, &person, &document, 20).await;
    execute(
        &server,
        "update pei_updates set payload = set_byte(payload, 12, get_byte(payload, 12) # 1) where seq = 20",
    )
    .await;
    let found = content(&server, &person, &document).await;
    assert!(written[..19].iter().all(|token| found.contains(token)), "rows before the damage were lost");
    assert!(!found.contains(&written[19]), "damaged bytes were shown");
    eventually("the row is put aside", async || (quarantined(&server).await == 1).then_some(())).await;
    assert_eq!(server.metric("kazumi_damaged_total{kind=\"update\"}").await, 1.0);
}

#[tokio::test]
async fn a_damaged_snapshot_is_made_again_from_the_archive() {
    for damage in [
        // The checksum no longer fits.
        "update pei_snapshots set state = set_byte(state, 20, get_byte(state, 20) # 255) where covers_seq > 0",
        // It fits, and the bytes are no document.
        "update pei_snapshots set state = '\\x0101ffffffffff', sha256 = sha256('\\x0101ffffffffff'::bytea) where covers_seq > 0",
    ] {
        let (server, person, document) = server().await;
        let written = write_and_leave(&server, &person, &document, 300).await;
        let owner = server.database.owner().await;
        let count = "select count(*) from pei_updates_archive";
        eventually("the log was compacted", async || {
            (owner.query_one(count, &[]).await.expect("a count").get::<_, i64>(0) == 300).then_some(())
        })
        .await;
        execute(&server, damage).await;
        let found = content(&server, &person, &document).await;
        assert!(written.iter().all(|token| found.contains(token)), "a damaged snapshot cost content");
        assert!(server.metric("kazumi_damaged_total{kind=\"snapshot\"}").await >= 1.0);
    }
}

#[tokio::test]
async fn a_document_whose_readers_died_is_read_in_a_child_process_first() {
    let (server, person, document) = server().await;
    let written = write_and_leave(&server, &person, &document, 20).await;
    // As if three servers had died of it.
    execute(&server, &format!("update pei_documents set load_attempts = 3 where document_id = {WRITTEN}")).await;
    let found = content(&server, &person, &document).await;
    assert!(written.iter().all(|token| found.contains(token)));
    assert!(server.log().contains("a document was begun and not finished loading"), "the child was not used");
    let attempts = format!("select load_attempts from pei_documents where document_id = {WRITTEN}");
    let owner = server.database.owner().await;
    eventually("the count starts again", async || {
        (owner.query_one(&attempts, &[]).await.expect("a row").get::<_, i32>(0) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_operator_looks_at_a_document_and_mends_what_is_stored_of_it() {
    let (server, person, document) = server().await;
    let written = write_and_leave(&server, &person, &document, 20).await;
    execute(
        &server,
        "update pei_updates set payload = set_byte(payload, 12, get_byte(payload, 12) # 1) where seq = 20",
    )
    .await;
    let id: uuid::Uuid =
        server.database.owner().await.query_one(&format!("select {WRITTEN}"), &[]).await.expect("a row").get(0);
    let id = id.to_string();
    let seen = server.command(&["doc", "inspect", &id]).expect("it can be looked at");
    assert!(seen.contains("log after it: 19 row(s)") && seen.contains("do not fit: [20]"), "{seen}");
    assert!(!seen.contains('<'), "content was printed: {seen}");
    let checked = server.command(&["doc", "check", &id]).expect("it can be read to its end");
    assert!(checked.starts_with("1\n2\n") && checked.ends_with("19\nfinished\n"), "{checked}");
    let mended = server.command(&["doc", "repair", &id]).expect("it can be mended");
    assert!(mended.ends_with("a fresh snapshot covers sequence 19; 19 row(s) archived\n"), "{mended}");
    assert_eq!(quarantined(&server).await, 1);
    let found = content(&server, &person, &document).await;
    assert!(written[..19].iter().all(|token| found.contains(token)));
    let unknown = server.command(&["doc", "inspect", &uuid::Uuid::nil().to_string()]).expect_err("there is none");
    assert!(unknown.contains("not found"), "{unknown}");
}
