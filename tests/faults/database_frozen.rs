//! PostgreSQL stands still (`SIGSTOP` to every process) while people type: silence, then everything at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::diary::{Diary, Outage};
use super::team::Team;
use super::{OTHER_SECTION, SECTION, newcomer_sees, status};
use crate::support::{TestCluster, TestDatabase, TestServer, report};

/// How long it stands still once everybody has typed ahead.
const FROZEN: Duration = Duration::from_secs(3);
const WRITERS: usize = 5;
const AHEAD: usize = 30;

#[tokio::test]
async fn while_postgresql_is_frozen_nothing_is_acknowledged_or_shown_and_afterwards_everything_once() {
    let cluster = TestCluster::own().await;
    let server = TestServer::over(TestDatabase::demo_in(Arc::clone(&cluster)).await, &[]).await;
    let diary = Arc::new(Diary::default());
    let teams = [
        Team::sit_down(&server, SECTION, WRITERS, 4, &diary).await,
        Team::sit_down(&server, OTHER_SECTION, WRITERS, 4, &diary).await,
    ];
    diary.acknowledges(100).await;
    diary.hears_from(2 * WRITERS).await;
    cluster.freeze().await;
    let from = Instant::now();
    teams.iter().for_each(|team| team.type_ahead(AHEAD));
    diary.waits_for(2 * WRITERS * AHEAD).await;
    // The fault itself: it stays frozen for a while.
    tokio::time::sleep(FROZEN).await;
    assert_eq!(status(&server, "/healthz").await, 200, "the server lives");
    let outage = Outage { from, to: Instant::now() };
    cluster.thaw().await;
    for team in teams {
        team.finish().await;
    }
    let sent = diary.was_silent(outage);
    assert!(sent >= WRITERS * AHEAD, "only {sent} edits were sent to the frozen database");
    diary.compare(&server.database, &format!("PostgreSQL frozen, {sent} edits sent meanwhile")).await;
    let (sent, acknowledged) = diary.counts();
    assert_eq!(sent, acknowledged);
    let seen = newcomer_sees(&server, SECTION).await.len() + newcomer_sees(&server, OTHER_SECTION).await.len();
    assert_eq!(seen, sent);
    report!("afterwards {acknowledged} of {sent} acknowledged");
}
