//! What somebody may not do, they cannot do by any protocol, and nobody notices that they tried.

use std::time::Duration;

use super::raw::{Heard, RawClient, Scribe};
use super::{bare, document_of, pei_of};
use crate::support::node_client::Kind;
use crate::support::{NodeClient, TestServer, eventually};

async fn stored_updates(server: &TestServer) -> i64 {
    server.database.owner().await.query_one("select count(*) from pei_updates", &[]).await.expect("a count").get(0)
}

#[tokio::test]
async fn a_readers_update_is_refused_stored_nowhere_and_shown_to_nobody() {
    let server = TestServer::spawn().await;
    // The speech therapist reads the didactic section that the class teacher writes.
    let (reader, writer) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = document_of(&writer, "Lara", "acess_didatica").await;
    let mut observer = RawClient::join(&server, &document, &writer.access_token).await;
    let mut client = RawClient::open(&server, &document).await;
    client.token(&reader.access_token).await;
    assert_eq!(client.hear().await, Heard::Granted("readonly".to_owned()));
    let before = stored_updates(&server).await;
    for _ in 0..3 {
        client.update(&Scribe::new().write("intruso")).await.expect("the socket stays");
        assert!(!client.saved().await, "a reader's update was taken");
    }
    assert_eq!(stored_updates(&server).await, before);
    // The observer's next edit is the first thing it hears of: nothing of the reader came before it.
    observer.update(&Scribe::new().write("meu")).await.expect("the socket stays");
    let heard = observer
        .hear_until(|heard| match heard {
            Heard::Update(_) => Some(false),
            Heard::Saved(taken) => Some(*taken),
            _ => None,
        })
        .await;
    assert!(heard, "an update of the reader was shown");
    assert!(!contains(&observer.whole_document().await, b"intruso"));
}

#[tokio::test]
async fn a_reader_over_y_websocket_is_cut_off_with_a_permanent_code() {
    let server = TestServer::spawn().await;
    let (reader, writer) = (server.login("rafael.meira").await, server.login("luciana.prado").await);
    let document = bare(&document_of(&writer, "Lara", "acess_didatica").await);
    let mut client = NodeClient::start(Kind::Y3, &server, &document, &reader).await.synced().await;
    let before = stored_updates(&server).await;
    client.append("intruso").await;
    assert_eq!(client.event("closed").await["code"], 4403);
    assert_eq!(stored_updates(&server).await, before);
}

#[tokio::test]
async fn a_guardian_cannot_join_a_team_section_by_any_protocol() {
    let server = TestServer::spawn().await;
    let (guardian, teacher) = (server.login("patricia.coutinho").await, server.login("luciana.prado").await);
    let document = document_of(&teacher, "Lara", "ec_demandas").await;
    for name in [document.clone(), bare(&document)] {
        let mut client = RawClient::open(&server, &name).await;
        client.token(&guardian.access_token).await;
        assert_eq!(client.hear().await, Heard::Denied("not_found".to_owned()));
        // What the client says nevertheless is not answered.
        client.sync(0, &[0]).await.expect("the socket stays");
        assert_eq!(client.hear_within(Duration::from_millis(300)).await, None);
    }
    for kind in [Kind::Y2, Kind::Y3] {
        let mut client = NodeClient::start(kind, &server, &bare(&document), &guardian).await;
        assert_eq!(client.event("closed").await["code"], 4404, "{kind:?}");
        let ticket = guardian.ticket().await;
        let mut client = NodeClient::with_credential(kind, &server, &bare(&document), "--ticket", &ticket).await;
        assert_eq!(client.event("closed").await["code"], 4404, "{kind:?} with a ticket");
    }
    let mut client = NodeClient::start(Kind::Hocuspocus, &server, &document, &guardian).await;
    assert_eq!(client.event("auth_failed").await["reason"], "not_found");
    let sections = guardian.get(&format!("/api/v1/peis/{}", pei_of(&guardian, "Lara").await)).await;
    assert!(!sections.body.to_string().contains("ec_demandas"), "the section is named to the guardian");
}

#[tokio::test]
async fn an_unlinked_teacher_is_told_that_nothing_is_there() {
    let server = TestServer::spawn().await;
    // Jéssica teaches in the other school.
    let (stranger, teacher) = (server.login("jessica.moura").await, server.login("luciana.prado").await);
    let pei = pei_of(&teacher, "Lara").await;
    let document = document_of(&teacher, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::open(&server, &document).await;
    client.token(&stranger.access_token).await;
    assert_eq!(client.hear().await, Heard::Denied("not_found".to_owned()));
    let hidden = stranger.get(&format!("/api/v1/peis/{pei}")).await;
    let absent = stranger.get(&format!("/api/v1/peis/{}", kazumi::domain::ids::PeiId::generate())).await;
    assert_eq!((hidden.status.as_u16(), hidden.code()), (404, "not_found"));
    let anonymous_of = |mut body: serde_json::Value| {
        body["request_id"] = serde_json::Value::Null;
        body
    };
    assert_eq!(anonymous_of(hidden.body), anonymous_of(absent.body));
}

#[tokio::test]
async fn a_restricted_guardian_and_a_closed_plan_admit_no_writing() {
    let server = TestServer::spawn().await;
    let (restricted, custodian) = (server.login("marcio.sales").await, server.login("vera.sales").await);
    let document = document_of(&custodian, "Pietra", "ec_familia").await;
    let mut client = RawClient::open(&server, &document).await;
    client.token(&restricted.access_token).await;
    assert_eq!(client.hear().await, Heard::Denied("not_found".to_owned()));
    // Téo's plan is in force: the teacher who would write in it reads.
    let teacher = server.login("luciana.prado").await;
    let mut client = RawClient::open(&server, &document_of(&teacher, "Téo", "ec_potencialidades").await).await;
    client.token(&teacher.access_token).await;
    assert_eq!(client.hear().await, Heard::Granted("readonly".to_owned()));
}

#[tokio::test]
async fn a_right_that_ends_between_join_and_commit_stores_nothing() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &writer.access_token).await;
    let mut observer = RawClient::join(&server, &document, &server.login("rafael.meira").await.access_token).await;
    let owner = server.database.owner().await;
    // Nobody hears of it, and no date passes between two looks: what is left is the statement that writes.
    owner.batch_execute("alter table grants disable trigger user").await.expect("the owner may");
    owner
        .execute("update grants set valid_to = now() - interval '1 hour', valid_from = now() - interval '1 day'", &[])
        .await
        .expect("the owner may");
    client.update(&Scribe::new().write("tarde")).await.expect("the socket is open");
    assert!(!client.saved().await);
    let reason = client
        .hear_until(|heard| match heard {
            Heard::Ended(reason) => Some(reason.clone()),
            _ => None,
        })
        .await;
    assert_eq!(reason, "4403 forbidden");
    assert_eq!(stored_updates(&server).await, 0);
    let shown = observer.hear_within(Duration::from_millis(300)).await;
    assert!(!matches!(shown, Some(Heard::Update(_))), "{shown:?}");
}

#[tokio::test]
async fn nobody_writes_under_a_client_id_of_somebody_else() {
    let server = TestServer::spawn().await;
    let (first, second) = (server.login("luciana.prado").await, server.login("rafael.meira").await);
    let document = document_of(&first, "Lara", "ec_potencialidades").await;
    let mut owner_of_id = RawClient::join(&server, &document, &first.access_token).await;
    let mut impostor = RawClient::join(&server, &document, &second.access_token).await;
    let mut scribe = Scribe::new();
    owner_of_id.update(&scribe.write("meu")).await.expect("the socket is open");
    assert!(owner_of_id.saved().await);
    impostor.update(&scribe.write("teu")).await.expect("the socket is open");
    assert!(!impostor.saved().await, "an edit under a foreign client id was taken");
    assert!(!contains(&owner_of_id.whole_document().await, b"teu"));
}

#[tokio::test]
async fn another_lineage_or_a_stale_token_is_refused_and_a_page_of_another_origin_too() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let foreign = format!("{}.{}.s1", bare(&document), kazumi::domain::ids::Lineage::generate());
    let mut client = RawClient::open(&server, &foreign).await;
    client.token(&writer.access_token).await;
    assert_eq!(client.hear().await, Heard::Denied("wrong_lineage".to_owned()));
    let mut client = RawClient::open(&server, &document).await;
    client.token("not.a.token").await;
    assert_eq!(client.hear().await, Heard::Denied("unauthenticated".to_owned()));
    // After logout the token is still signed and in time, but its session is over.
    writer.post("/api/v1/auth/logout", &serde_json::Value::Null).await;
    let mut client = RawClient::open(&server, &document).await;
    client.token(&writer.access_token).await;
    assert_eq!(client.hear().await, Heard::Denied("session_ended".to_owned()));
    let answer = reqwest::Client::new()
        .get(server.url("/ws/collab"))
        .header("Origin", "https://evil.example")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 403);
}

#[tokio::test]
async fn each_read_is_on_record_before_the_first_bytes_and_once_per_half_hour() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    for _ in 0..3 {
        drop(RawClient::join(&server, &document, &writer.access_token).await);
    }
    let owner = server.database.owner().await;
    let rows = eventually("the record", async || {
        let rows = owner.query("select user_id::text from access_log", &[]).await.expect("rows");
        (!rows.is_empty()).then_some(rows)
    })
    .await;
    // Two when the half hour turned in between.
    assert!(rows.len() <= 2, "{} rows", rows.len());
    assert_eq!(rows[0].get::<_, String>(0), writer.user["user_id"].as_str().expect("an id"));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
