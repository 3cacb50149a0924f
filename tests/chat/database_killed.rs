//! `kill -9` of PostgreSQL while people talk: nothing is lost, doubled or out of order, and the server goes on without a restart.

use std::sync::Arc;

use super::load::{Load, assert_sound};
use crate::support::{TestCluster, TestDatabase, TestServer, amount};

#[tokio::test]
async fn no_violation_when_postgresql_is_killed_again_and_again() {
    let rounds = amount("KAZUMI_KILL_DATABASE_ROUNDS", 20);
    let cluster = TestCluster::own().await;
    let server = TestServer::over(TestDatabase::demo_in(Arc::clone(&cluster)).await, &[]).await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    for round in 0..rounds {
        load.acknowledges(5 + rand::random_range(0..30)).await;
        cluster.kill9().await;
        cluster.start().await;
        if round % 20 == 19 {
            load.sign_in(&server).await;
        }
    }
    load.acknowledges(20).await;
    let what = format!("conversations, kill -9 of PostgreSQL: {rounds} rounds");
    assert!(server.metric("kazumi_chat_retries_total").await > 0.0, "no commit met a dead database");
    // All sockets may stay open: the server waits for its database, and nobody's devices do.
    assert_sound(&load.finish(&server.database, &what).await, rounds * 5, 0);
}
