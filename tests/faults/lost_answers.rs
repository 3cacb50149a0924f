//! A commit has happened and its answer is lost: its edits are found again, stored once, and in order.

use std::sync::Arc;

use kazumi::store::roles;

use super::diary::Diary;
use super::team::Team;
use super::{OTHER_SECTION, RECOVERY, SECTION, newcomer_sees};
use crate::support::proxy::CuttingProxy;
use crate::support::{TestDatabase, TestServer, amount, eventually_within, report};

/// Commits that are cut in each of the three ways at least, and how often backends are ended at work.
fn cuts() -> u64 {
    amount("KAZUMI_LOST_ANSWERS", 20)
}

#[tokio::test]
async fn commits_whose_answers_are_lost_are_neither_repeated_nor_forgotten() {
    let database = TestDatabase::demo().await;
    let proxy = CuttingProxy::start(&database);
    let writer = database.url_through(roles::WRITER, proxy.socket_folder());
    let server = TestServer::over(database, &[("KAZUMI_DATABASE_WRITER_URL", &writer)]).await;
    proxy.cut(true);
    let diary = Arc::new(Diary::default());
    let teams = [
        Team::sit_down(&server, SECTION, 5, 8, &diary).await,
        Team::sit_down(&server, OTHER_SECTION, 5, 8, &diary).await,
    ];
    // Each cut costs the server a pause and a new connection.
    let patience = RECOVERY * (1 + cuts() as u32 / 50);
    eventually_within(patience, "enough commits were cut", async || {
        proxy.cuts().iter().all(|cut| *cut as u64 >= cuts()).then_some(())
    })
    .await;
    for team in teams {
        team.finish().await;
    }
    proxy.cut(false);
    let [before, meanwhile, after] = proxy.cuts();
    let what = format!("commits cut: {before} before, {meanwhile} during, {after} after");
    diary.compare(&server.database, &what).await;
    let seen = newcomer_sees(&server, SECTION).await.len() + newcomer_sees(&server, OTHER_SECTION).await.len();
    assert_eq!(seen, diary.counts().0);
}

#[tokio::test]
async fn backends_that_are_ended_all_the_time_neither_lose_nor_double_an_edit() {
    let server = TestServer::spawn().await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, 10, 8, &diary).await;
    let superuser = server.database.superuser().await;
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'kazumi_writer' \
               and state <> 'idle' and datname = current_database()";
    let mut ended = 0;
    for _ in 0..2 * cuts() {
        diary.acknowledges(rand::random_range(1..30)).await;
        // Again and again until one is met at work: before its statement, in it, or in its commit.
        let mut met = 0;
        while met == 0 {
            met = superuser.query_one(end, &[]).await.expect("the superuser may").get::<_, i64>(0);
        }
        ended += met;
    }
    team.finish().await;
    diary.compare(&server.database, &format!("{ended} backends ended at work")).await;
    assert_eq!(newcomer_sees(&server, SECTION).await.len(), diary.counts().0);
    report!("journal batches tried again: {}", server.metric("kazumi_journal_retries_total").await);
}
