//! `kill -9` of the server while people talk: what was acknowledged or shown is stored, once, in one order, and everybody is shown all of it.

use super::load::{Load, assert_sound};
use crate::support::{TestServer, amount};

#[tokio::test]
async fn no_violation_when_the_server_is_killed_again_and_again() {
    let rounds = amount("KAZUMI_KILL_SERVER_ROUNDS", 20);
    let mut server = TestServer::spawn().await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    for round in 0..rounds {
        // The moment of death is random, but only after this round's writing is well under way.
        load.acknowledges(20 + rand::random_range(0..80)).await;
        server.kill9();
        server.start().await;
        if round % 20 == 19 {
            load.sign_in(&server).await;
        }
    }
    load.acknowledges(20).await;
    let what = format!("conversations, kill -9 of the server: {rounds} rounds");
    assert_sound(&load.finish(&server.database, &what).await, rounds * 20, rounds * 4);
}
