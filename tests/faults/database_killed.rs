//! `kill -9` of PostgreSQL, postmaster and children, while people type: nothing is lost, nothing is stored twice, and the server
//! goes on without a restart.

use std::sync::Arc;

use super::diary::Diary;
use super::team::Team;
use super::{SECTION, newcomer_sees};
use crate::support::{TestCluster, TestDatabase, TestServer, amount, eventually, report};

/// What an acknowledgement stands on.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

#[tokio::test]
async fn ten_writers_lose_nothing_acknowledged_or_shown_when_postgresql_is_killed_again_and_again() {
    let rounds = amount("KAZUMI_KILL_DATABASE_ROUNDS", 5);
    let cluster = TestCluster::own().await;
    let server = TestServer::over(TestDatabase::demo_in(Arc::clone(&cluster)).await, &[]).await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, 10, 8, &diary).await;
    let syncs = assert_durable(&server.database).await;
    eventually("commits reach the disk", async || (assert_durable(&server.database).await > syncs).then_some(())).await;
    for round in 0..rounds {
        diary.acknowledges(40 + rand::random_range(0..200)).await;
        cluster.kill9().await;
        cluster.start().await;
        if round % 20 == 19 {
            team.sign_in(&server).await;
        }
    }
    team.finish().await;
    diary.compare(&server.database, &format!("kill -9 of PostgreSQL: {rounds} rounds, 10 writers")).await;
    assert_eq!(newcomer_sees(&server, SECTION).await.len(), diary.counts().0);
    assert_eq!(server.metric("kazumi_actor_panics_total{actor=\"document\"}").await, 0.0);
    report!("journal batches tried again: {}", server.metric("kazumi_journal_retries_total").await);
}

/// The durability of this cluster is real: a crash test over `fsync = off` would prove nothing. Returns how often the log was
/// synchronised so far.
async fn assert_durable(database: &TestDatabase) -> i64 {
    let superuser = database.superuser().await;
    for name in DURABLE {
        let row = superuser.query_one("select current_setting($1)", &[&name]).await.expect("an answer");
        assert_eq!(row.get::<_, String>(0), "on", "{name}");
    }
    superuser.query_one("select wal_sync from pg_stat_wal", &[]).await.expect("an answer").get(0)
}
