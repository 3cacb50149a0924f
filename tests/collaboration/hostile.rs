//! Hostile bytes over a real socket: the sender is cut off, and nobody else notices anything.

use bytes::Bytes;

use super::document_of;
use super::raw::{Heard, RawClient, Scribe};
use crate::support::TestServer;

/// What no client of good will sends: (what, the body behind the document's name).
fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let bomb = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let sync = |step: u8, bytes: &[u8]| {
        let mut body = vec![0, step, bytes.len() as u8];
        body.extend(bytes);
        body
    };
    let mut nested = vec![1, 1, 9, 0, 0x08, 1, 7];
    nested.extend(b"content");
    nested.push(1);
    nested.extend([117, 1].repeat(40));
    nested.extend([126, 0]);
    vec![
        ("an update that declares 4 G structs", sync(2, &[&[1][..], &bomb].concat())),
        ("a step 2 that declares 4 G clients", sync(1, &bomb)),
        ("a state vector that declares 4 G clients", sync(0, &bomb)),
        ("a presence that declares 4 G clients", [&[1, 5][..], &bomb].concat()),
        ("values nested too deep", sync(2, &nested)),
        ("an unknown root", sync(2, &[1, 1, 9, 0, 0x04, 1, 1, b'x', 1, b'y', 0])),
        ("bytes behind the end", sync(2, &[0, 0, 7])),
        ("a sync message of a fourth kind", vec![0, 3, 0]),
        ("a frame of an unknown kind", vec![200, 1]),
        ("a length beyond the frame", vec![0, 2, 100, 1]),
        ("nothing", vec![]),
    ]
}

#[tokio::test]
async fn every_hostile_frame_ends_its_own_socket_and_nothing_else() {
    let server = TestServer::spawn().await;
    let (attacker, neighbour) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&neighbour, "Lara", "ec_potencialidades").await;
    let mut witness = RawClient::join(&server, &document, &neighbour.access_token).await;
    let process = server.process_id();
    for (what, body) in corpus() {
        let mut client = RawClient::join(&server, &document, &attacker.access_token).await;
        client.say(&body).await.expect("the socket was open");
        assert_eq!(client.closed().await, 4400, "{what}");
    }
    let mut scribe = Scribe::new();
    witness.update(&scribe.write("intacto")).await.expect("the neighbour's socket lives");
    assert!(witness.saved().await);
    assert_eq!(server.process_id(), process);
    let whole = witness.whole_document().await;
    assert!(whole.windows(7).any(|window| window == b"intacto"));
}

#[tokio::test]
async fn before_somebody_is_let_in_frames_are_small_and_time_is_short() {
    let server = TestServer::spawn().await;
    let mut client = RawClient::open(&server, "pei/x").await;
    client.bytes(Bytes::from(vec![0; 8 * 1024])).await.expect("the socket was open");
    assert_eq!(client.closed().await, 4413);
    // Nothing said at all: the server ends it, and the code lets a slow phone come back.
    let mut silent = RawClient::open(&server, "pei/x").await;
    assert_eq!(silent.closed().await, 1013);
}

#[tokio::test]
async fn an_update_of_200_kib_is_taken_and_one_of_300_kib_ends_the_document() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &writer.access_token).await;
    let text = "a".repeat(200 * 1024);
    client.update(&Scribe::new().write(&text)).await.expect("the socket is open");
    assert!(client.saved().await, "200 KiB are within the limit");
    client.update(&Scribe::new().write(&"b".repeat(300 * 1024))).await.expect("the socket is open");
    let end = client
        .hear_until(|heard| match heard {
            Heard::Ended(reason) => Some(reason.clone()),
            _ => None,
        })
        .await;
    assert_eq!(end, "4413 payload_too_large");
}

#[tokio::test]
async fn a_message_in_fragments_is_put_together_and_a_part_without_a_beginning_ends_the_socket() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &writer.access_token).await;
    client.update_in_fragments(&Scribe::new().write("em partes")).await;
    assert!(client.saved().await);
    assert!(client.whole_document().await.windows(9).any(|window| window == b"em partes"));
    client.stray_fragment().await;
    assert_eq!(client.closed().await, 1002);
}

#[tokio::test]
async fn a_frame_that_declares_too_much_is_refused_by_its_header_before_and_after_joining() {
    let server = TestServer::spawn().await;
    let mut stranger = RawClient::open(&server, "pei/x").await;
    stranger.declare(128 * 1024).await;
    assert_eq!(stranger.closed().await, 1009);
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut member = RawClient::join(&server, &document, &writer.access_token).await;
    member.declare(1 << 40).await;
    assert_eq!(member.closed().await, 1009);
}
