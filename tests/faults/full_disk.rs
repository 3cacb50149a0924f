//! PostgreSQL's disk is full: nothing is acknowledged, nobody dies of it, and all is well again once there is room. First the
//! tables cannot grow, then the write-ahead log cannot, of which PostgreSQL itself dies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::diary::{Diary, Outage};
use super::team::Team;
use super::{RECOVERY, SECTION, newcomer_sees, status};
use crate::support::{TestCluster, TestDatabase, TestServer, eventually_within, full_disk, report};

/// A fresh cluster takes about 120 MiB.
const DISK_MEBIBYTES: u32 = 300;
/// How long it stays full once the journal has met it.
const FULL: Duration = Duration::from_secs(2);

/// Waits until the journal has tried in vain again.
async fn journal_waits(server: &TestServer) {
    let series = "kazumi_journal_retries_total";
    let before = server.metric(series).await;
    eventually_within(RECOVERY, "the journal meets the full disk", async || {
        (server.metric(series).await > before).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_of_postgresql_delays_acknowledgements_and_loses_nothing() {
    let cluster = match TestCluster::own_on_small_disk(DISK_MEBIBYTES).await {
        Ok(cluster) => cluster,
        Err(reason) => return report!("SKIPPED: no disk can be mounted here: {reason}"),
    };
    let server = TestServer::over(TestDatabase::demo_in(Arc::clone(&cluster)).await, &[]).await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, 10, 8, &diary).await;
    diary.acknowledges(100).await;
    let mut silent = 0;
    for also_the_log in [false, true] {
        let bytes = full_disk::fill(&cluster.folder);
        if also_the_log {
            // The next segment of the log has no room: PostgreSQL ends itself, and may end for good.
            let superuser = server.database.superuser().await;
            drop(superuser.batch_execute("select pg_switch_wal()").await);
        }
        journal_waits(&server).await;
        full_disk::fill(&cluster.folder);
        let (from, before) = (Instant::now(), diary.counts().0);
        team.type_ahead(if also_the_log { 48 } else { 24 });
        tokio::time::sleep(FULL).await;
        assert_eq!(status(&server, "/healthz").await, 200, "the server lives");
        let outage = Outage { from, to: Instant::now() };
        assert!(diary.counts().0 > before, "nobody typed while the disk was full");
        full_disk::empty(&cluster.folder);
        cluster.start().await;
        diary.acknowledges(100).await;
        silent += diary.was_silent(outage);
        report!("disk full with {bytes} bytes of ballast, log too: {also_the_log}");
    }
    team.finish().await;
    diary.compare(&server.database, &format!("disk full twice, {silent} edits sent meanwhile")).await;
    assert_eq!(newcomer_sees(&server, SECTION).await.len(), diary.counts().0);
}
