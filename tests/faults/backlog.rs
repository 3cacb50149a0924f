//! Many small edits wait for the database: that is a long queue, and no large document. The queue has an end too.

use std::sync::Arc;

use super::diary::Diary;
use super::team::Team;
use super::{RECOVERY, SECTION, newcomer_sees};
use crate::collaboration::document_of;
use crate::collaboration::raw::{RawClient, Scribe, tokens};
use crate::support::{TestServer, eventually_within, report};

const WRITERS: usize = 10;
/// Keystrokes of one writer that wait: a minute of quick typing.
const AHEAD: usize = 400;
/// More than one document may queue.
const TOO_MANY: usize = 20_000;
/// What the server may grow by when the queue of one document is full, in KiB.
const GROWTH: u64 = 32 * 1024;

#[tokio::test]
async fn minutes_of_typing_that_wait_for_the_database_are_not_refused_as_too_large() {
    let server = TestServer::spawn().await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, WRITERS, 8, &diary).await;
    diary.acknowledges(100).await;
    diary.hears_from(WRITERS).await;
    let mut superuser = server.database.superuser().await;
    let held = superuser.transaction().await.expect("a transaction");
    held.execute("select 1 from pei_documents for update", &[]).await.expect("the superuser may");
    team.type_ahead(AHEAD);
    diary.waits_for(WRITERS * AHEAD).await;
    // A server reads each socket at a pace: all of it is to be in the queue.
    eventually_within(RECOVERY, "all edits wait in the queue, none is refused", async || {
        (server.metric("kazumi_journal_queue_rows").await >= (WRITERS * AHEAD) as f64).then_some(())
    })
    .await;
    held.commit().await.expect("the lock goes");
    team.finish().await;
    diary.compare(&server.database, "4,000 small edits in the queue").await;
    assert_eq!(newcomer_sees(&server, SECTION).await.len(), diary.counts().0);
}

#[tokio::test]
async fn who_never_stops_is_told_to_come_back_later_and_what_was_taken_until_then_is_stored() {
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", SECTION).await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let before = server.resident_kib();
    let mut superuser = server.database.superuser().await;
    let held = superuser.transaction().await.expect("a transaction");
    held.execute("select 1 from pei_documents for update", &[]).await.expect("the superuser may");
    let mut scribe = Scribe::new();
    for number in 0..TOO_MANY {
        // The socket ends on the way.
        if client.update(&scribe.write(&format!("<{number}>"))).await.is_err() {
            break;
        }
    }
    // Who is still sending may find the connection cut before the word arrives.
    let code = client.closed().await;
    assert!(matches!(code, 1013 | 1006), "{code} is not: try again later");
    let grown = server.resident_kib().saturating_sub(before);
    let queued = server.metric("kazumi_journal_queue_rows").await as usize;
    assert!(queued > WRITERS * AHEAD, "only {queued} small edits may wait");
    held.commit().await.expect("the lock goes");
    eventually_within(RECOVERY, "what was taken is stored", async || {
        (server.database.log().await.len() == queued).then_some(())
    })
    .await;
    let stored: Vec<String> = server.database.log().await.iter().flat_map(|update| tokens(update)).collect();
    assert!(stored.iter().enumerate().all(|(place, token)| *token == format!("<{place}>")), "out of order");
    report!("{queued} edits waited, the server grew by {grown} KiB");
    assert!(grown < GROWTH, "the server grew by {grown} KiB");
}
