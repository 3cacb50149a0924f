//! How memberships end: idle documents leave memory, goodbyes leave no ghosts, one socket carries many documents.

use std::time::Duration;

use super::raw::{Heard, RawClient, Scribe};
use super::{bare, document_of};
use crate::support::node_client::Kind;
use crate::support::{NodeClient, TestServer, eventually};

#[tokio::test]
async fn participants_are_counted_down_whatever_way_they_go() {
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let participants = async || server.metric("kazumi_doc_participants").await;
    let mut polite = RawClient::join(&server, &document, &person.access_token).await;
    let rude = RawClient::join(&server, &document, &person.access_token).await;
    assert_eq!(participants().await, 2.0);
    polite.say(&[7]).await.expect("the socket is open");
    drop(rude);
    eventually("nobody is left", async || (participants().await == 0.0).then_some(())).await;
    assert!(server.metric("kazumi_ws_connections{kind=\"collab\"}").await >= 1.0, "the polite one's socket stays");
}

#[tokio::test]
async fn one_socket_carries_several_documents_and_leaving_one_keeps_the_others() {
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let first = document_of(&person, "Lara", "ec_potencialidades").await;
    let second = document_of(&person, "Lara", "monitoramento").await;
    let mut client = RawClient::join(&server, &first, &person.access_token).await;
    let mut frame = vec![second.len() as u8];
    assert!(second.len() < 128);
    frame.extend(second.as_bytes());
    frame.extend([2, 0]);
    frame.extend([(person.access_token.len() as u8 & 0x7f) | 0x80, (person.access_token.len() >> 7) as u8]);
    frame.extend(person.access_token.as_bytes());
    client.bytes(frame.into()).await.expect("the socket is open");
    let granted = |heard: &Heard| matches!(heard, Heard::Granted(_)).then_some(());
    client.hear_until(granted).await;
    client.say(&[7]).await.expect("leaving the first");
    // The first is left: an edit to it is not answered. The second still lives on the same socket.
    client.update(&Scribe::new().write("fora")).await.expect("the socket is open");
    let mut second_client = RawClient::join(&server, &second, &person.access_token).await;
    second_client.update(&Scribe::new().write("dentro")).await.expect("the socket is open");
    client
        .hear_until(|heard| {
            matches!(heard, Heard::Update(bytes) if bytes.windows(6).any(|w| w == b"dentro")).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_logout_on_another_page_ends_the_sockets_of_its_login_session() {
    let server = TestServer::spawn().await;
    let (leaving, staying) = (server.login("luciana.prado").await, server.login("luciana.prado").await);
    let document = document_of(&leaving, "Lara", "ec_potencialidades").await;
    let mut ended = RawClient::join(&server, &document, &leaving.access_token).await;
    let mut third_party = NodeClient::start(Kind::Y3, &server, &bare(&document), &leaving).await.synced().await;
    let mut kept = RawClient::join(&server, &document, &staying.access_token).await;
    leaving.post("/api/v1/auth/logout", &serde_json::Value::Null).await;
    assert_eq!(ended.closed().await, 4401);
    assert_eq!(third_party.event("closed").await["code"], 4401);
    kept.update(&Scribe::new().write("fica")).await.expect("the other device's socket lives");
    assert!(kept.saved().await);
}

#[tokio::test]
async fn a_link_that_ends_closes_its_sections_on_open_sockets_and_leaves_the_others() {
    let server = TestServer::spawn().await;
    let (reader, writer) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut ended = RawClient::join(&server, &document, &reader.access_token).await;
    let mut third_party = NodeClient::start(Kind::Y2, &server, &bare(&document), &reader).await.synced().await;
    let mut kept = RawClient::join(&server, &document, &writer.access_token).await;
    let end = "update grants set valid_from = now() - interval '2 days', valid_to = now() - interval '1 second' \
               where user_id = (select user_id from credentials where email like 'rafael%')";
    assert!(server.database.owner().await.execute(end, &[]).await.expect("the owner may") > 0);
    let ends = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4404 not_found").then_some(());
    ended.hear_until(ends).await;
    assert_eq!(third_party.event("closed").await["code"], 4404);
    kept.update(&Scribe::new().write("depois")).await.expect("the socket is open");
    assert!(kept.saved().await);
    let shown = ended.hear_within(Duration::from_millis(300)).await;
    assert!(!matches!(shown, Some(Heard::Update(_))), "{shown:?}");
}

#[tokio::test]
async fn a_plan_that_is_handed_in_sends_its_writers_back_as_readers() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &writer.access_token).await;
    let hand_in = "update peis set state = 'em_revisao' where state = 'em_elaboracao'";
    server.database.owner().await.execute(hand_in, &[]).await.expect("the owner may");
    assert_eq!(client.closed().await, 1012);
    let mut client = RawClient::open(&server, &document).await;
    client.token(&writer.access_token).await;
    assert_eq!(client.hear().await, Heard::Granted("readonly".to_owned()));
}
