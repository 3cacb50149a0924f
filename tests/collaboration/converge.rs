//! Unmodified clients of three kinds, each in a process of its own, write one document through the server and end with the same.

use serde_json::json;

use super::{bare, document_of};
use crate::support::node_client::Kind;
use crate::support::{NodeClient, TestServer, eventually};

const SECTION: &str = "ec_potencialidades";

#[tokio::test]
async fn unmodified_clients_of_all_kinds_converge_and_every_one_is_acknowledged() {
    let server = TestServer::spawn().await;
    let (luciana, rafael) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&luciana, "Lara", SECTION).await;
    let mut clients = vec![
        NodeClient::start(Kind::Hocuspocus, &server, &document, &luciana).await.synced().await,
        NodeClient::start(Kind::Hocuspocus, &server, &bare(&document), &rafael).await.synced().await,
        NodeClient::start(Kind::Y2, &server, &bare(&document), &luciana).await.synced().await,
        NodeClient::start(Kind::Y3, &server, &bare(&document), &rafael).await.synced().await,
    ];
    let mut clocks = vec![0; clients.len()];
    for round in 0..25 {
        for (number, client) in clients.iter_mut().enumerate() {
            // Half at the beginning, half at the end: neighbours collide on purpose. The second letter is not ASCII.
            let text = format!("[{number}ã{round}]");
            clocks[number] = if round % 2 == 0 { client.insert(0, &text).await } else { client.append(&text).await };
        }
    }
    for (client, clock) in clients.iter_mut().zip(&clocks) {
        client.saved(*clock).await;
    }
    let mut last_text = String::new();
    eventually("all clients show the same text", async || {
        let mut texts = Vec::new();
        for client in &mut clients {
            texts.push(client.text().await);
        }
        last_text.clone_from(&texts[0]);
        texts.iter().all(|text| *text == texts[0]).then_some(())
    })
    .await;
    for number in 0..clients.len() {
        for round in 0..25 {
            let written = format!("[{number}ã{round}]");
            assert_eq!(last_text.matches(&written).count(), 1, "{written} in {last_text}");
        }
    }
    // A newcomer gets from PostgreSQL what the others see, and so does one who comes after the server died.
    let mut newcomer = NodeClient::start(Kind::Y3, &server, &bare(&document), &luciana).await.synced().await;
    assert_eq!(newcomer.text().await, last_text);
    let (vector, _) = newcomer.state().await;
    let (first_vector, _) = clients[0].state().await;
    assert_eq!(sorted(&vector), sorted(&first_vector));
}

/// State vectors list clients in any order; equal sets of bytes pairs are compared through their sorted bytes.
fn sorted(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.sort_unstable();
    bytes
}

#[tokio::test]
async fn edits_made_offline_meet_those_made_meanwhile() {
    let server = TestServer::spawn().await;
    let (luciana, rafael) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&luciana, "Lara", SECTION).await;
    for kind in Kind::ALL {
        let name = if kind == Kind::Hocuspocus { document.clone() } else { bare(&document) };
        let mut away = NodeClient::start(kind, &server, &name, &luciana).await.synced().await;
        let mut here = NodeClient::start(Kind::Hocuspocus, &server, &document, &rafael).await.synced().await;
        away.online(false).await;
        let mine = format!("<longe {kind:?}>");
        let theirs = format!("<perto {kind:?}>");
        away.append(&mine).await;
        let clock = here.append(&theirs).await;
        here.saved(clock).await;
        away.online(true).await;
        away.sees(&theirs).await;
        here.sees(&mine).await;
        let (a, b) = (away.text().await, here.text().await);
        assert_eq!(a, b);
        assert_eq!(a.matches(&mine).count(), 1);
    }
}

#[tokio::test]
async fn presence_carries_the_servers_name_and_goes_with_its_owner() {
    let server = TestServer::spawn().await;
    let (luciana, rafael) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&luciana, "Lara", SECTION).await;
    let mut seen = NodeClient::start(Kind::Y3, &server, &bare(&document), &rafael).await.synced().await;
    let mut watcher = NodeClient::start(Kind::Hocuspocus, &server, &document, &luciana).await.synced().await;
    seen.command(json!({ "do": "awareness", "state": { "user": { "name": "Direção" }, "cursor": 7 } })).await;
    let peer = eventually("Rafael is seen", async || {
        let peers = watcher.peers().await;
        peers.as_object()?.values().find(|peer| peer["cursor"] == 7).cloned()
    })
    .await;
    assert_eq!(peer["user"]["name"], rafael.user["name"]);
    assert_eq!(peer["user"]["function"], "speech_therapist");
    drop(seen);
    eventually("Rafael is gone", async || watcher.peers().await.as_object()?.is_empty().then_some(())).await;
}

#[tokio::test]
async fn two_people_write_one_goal_and_a_reader_sees_both_but_cannot_write() {
    let server = TestServer::spawn().await;
    let (luciana, camila) = (server.login("luciana.prado").await, server.login("camila.nobrega").await);
    let rafael = server.login("rafael.meira").await;
    let document = document_of(&luciana, "Lara", "metas").await;
    let mut one = NodeClient::start(Kind::Hocuspocus, &server, &document, &luciana).await.synced().await;
    let mut two = NodeClient::start(Kind::Y3, &server, &bare(&document), &camila).await.synced().await;
    let mut reader = NodeClient::start(Kind::Hocuspocus, &server, &document, &rafael).await.synced().await;
    let before = one.goals().await;
    assert!(!before.as_array().expect("a list").is_empty(), "the demo has a goal to write in");
    let insert = |text: &str| json!({ "do": "goal_insert", "index": 0, "field": "description", "at": 0, "text": text });
    one.command(insert("<da sala>")).await;
    two.command(insert("<do AEE>")).await;
    eventually("everybody sees both", async || {
        let lists = [one.goals().await, two.goals().await, reader.goals().await];
        let text = lists[0][0]["description"].as_str()?.to_owned();
        let both = text.contains("<da sala>") && text.contains("<do AEE>");
        (both && lists.iter().all(|list| *list == lists[0])).then_some(())
    })
    .await;
    reader.command(insert("<leitor>")).await;
    reader.event("refused").await;
    assert!(!one.goals().await.to_string().contains("<leitor>"));
}
