//! PostgreSQL is stopped for a while: people type on, nothing is acknowledged, nothing that was received is forgotten.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::diary::{Diary, Outage};
use super::team::Team;
use super::{RECOVERY, SECTION, newcomer_sees, status};
use crate::collaboration::document_of;
use crate::collaboration::raw::{RawClient, tokens};
use crate::support::{TestCluster, TestDatabase, TestServer, amount, eventually, eventually_within, report};

const WRITERS: usize = 10;
/// Edits of one writer that wait for the database.
const AHEAD: usize = 100;
/// What the server may grow by meanwhile, in KiB.
const GROWTH: u64 = 64 * 1024;

/// A server whose documents leave memory at once, people who type on it, and the cluster they stand on.
async fn people_typing() -> (TestServer, Arc<TestCluster>, Arc<Diary>, Team) {
    let cluster = TestCluster::own().await;
    let database = TestDatabase::demo_in(Arc::clone(&cluster)).await;
    // Without the position check: what is not shown without it is not shown by these tests.
    let settings = [("KAZUMI_DOCUMENT_IDLE_SECONDS", "1"), ("KAZUMI_POSITION_CHECK_SECONDS", "3600")];
    let server = TestServer::over(database, &settings).await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, WRITERS, 8, &diary).await;
    diary.acknowledges(100).await;
    diary.hears_from(WRITERS).await;
    (server, cluster, diary, team)
}

#[tokio::test]
async fn what_was_received_while_postgresql_was_away_is_stored_though_everybody_has_left() {
    let seconds = amount("KAZUMI_OUTAGE_SECONDS", 8);
    let (server, cluster, diary, team) = people_typing().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", SECTION).await;
    let before = server.resident_kib();
    cluster.stop().await;
    let from = Instant::now();
    team.type_ahead(AHEAD);
    diary.waits_for(WRITERS * AHEAD).await;
    eventually("the server says that it is not ready", async || {
        (status(&server, "/readyz").await == 503).then_some(())
    })
    .await;
    assert_eq!(status(&server, "/healthz").await, 200, "the server lives");
    let half = Duration::from_secs(seconds) / 2;
    // The fault itself: it stays away, for one half with people there and for another without.
    tokio::time::sleep_until((from + half).into()).await;
    team.leave().await;
    tokio::time::sleep_until((from + 2 * half).into()).await;
    let grown = server.resident_kib().saturating_sub(before);
    let outage = Outage { from, to: Instant::now() };
    assert!(grown < GROWTH, "the server grew by {grown} KiB");
    assert_eq!(server.metric("kazumi_doc_actors").await, 1.0, "a document left memory with unsaved work");
    assert_eq!(status(&server, "/healthz").await, 200, "the server lives");
    cluster.start().await;
    // The first who gets in comes before the journal's next try, and finds the document as it was left and not as it is stored.
    let mut first = eventually_within(RECOVERY, "somebody gets in", async || {
        RawClient::try_join(&server.ws_url("/ws/collab"), &document, &person.access_token).await.ok()
    })
    .await;
    let received = diary.all_received();
    assert!(received.len() >= WRITERS * AHEAD / 2, "only {} edits are known to have been received", received.len());
    eventually_within(RECOVERY, "everything that was received is stored", async || {
        let log = server.database.log().await;
        let stored: HashSet<String> = log.iter().flat_map(|update| tokens(update)).collect();
        received.is_subset(&stored).then_some(())
    })
    .await;
    let sent = diary.was_silent(outage);
    let received_count = received.len();
    report!("{seconds} s without PostgreSQL: {sent} edits sent, {received_count} received, {grown} KiB grown");
    diary.compare(&server.database, "PostgreSQL stopped, everybody left").await;
    eventually("who came first sees it without the position check", async || {
        let seen: HashSet<String> = tokens(&first.whole_document().await).into_iter().collect();
        received.is_subset(&seen).then_some(())
    })
    .await;
    drop(first);
    let seen: HashSet<String> = newcomer_sees(&server, SECTION).await.into_iter().collect();
    assert!(received.is_subset(&seen), "a newcomer does not see what was stored after everybody had left");
    eventually("the document leaves memory in the end", async || {
        (server.metric("kazumi_doc_actors").await == 0.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_stopped_while_postgresql_is_away_ends_in_time_and_has_promised_nothing() {
    let (mut server, cluster, diary, team) = people_typing().await;
    cluster.stop().await;
    let from = Instant::now();
    team.type_ahead(20);
    diary.waits_for(WRITERS * 20).await;
    let status = server.sigterm().await;
    let outage = Outage { from, to: Instant::now() };
    assert!(status.success(), "{status}");
    cluster.start().await;
    server.start().await;
    team.finish().await;
    let sent = diary.was_silent(outage);
    report!("SIGTERM without PostgreSQL: {sent} edits unsaved, ended after {:.1} s", (outage.to - from).as_secs_f64());
    diary.compare(&server.database, "SIGTERM without PostgreSQL").await;
    assert_eq!(newcomer_sees(&server, SECTION).await.len(), diary.counts().0);
}
