//! People talk through a bad network: what was sent twice is one message, what was cut off comes later, and everybody is shown all of it in one order.

use super::load::{Load, assert_sound};
use super::network::BadNetwork;
use crate::support::{TestServer, amount, eventually_within, report};

#[tokio::test]
async fn no_violation_through_a_bad_network() {
    let cuts = amount("KAZUMI_NETWORK_CUTS", 100);
    let server = TestServer::spawn().await;
    let network = BadNetwork::before(server.port).await;
    let load = Load::begin(&server, format!("ws://127.0.0.1:{}/ws/chat", network.port)).await;
    let patience = std::time::Duration::from_secs(60 + cuts);
    eventually_within(patience, "enough was cut", async || {
        let [_, cut, silent, doubled] = network.done.figures();
        (cut >= cuts && silent >= cuts / 20 && doubled >= cuts / 10).then_some(())
    })
    .await;
    network.becomes_good();
    let found = load.finish(&server.database, "conversations through a bad network").await;
    let [delayed, cut, silent, doubled] = network.done.figures();
    report!("{delayed} pieces late, {cut} connections cut after a write, {silent} fell silent, {doubled} doubled");
    assert_sound(&found, cuts, cuts / 2);
    assert!(found.known > 0, "no message arrived twice: {found}");
}
