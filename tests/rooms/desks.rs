//! Desks: a guardian and a function of the school, and nobody else's guardian.

use kazumi::domain::permission::Access;
use kazumi::store::rooms::log::{Fate, sync_passed};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::members::{change, members, set};
use super::socket::ChatSocket;
use super::{Demo, stored};
use crate::support::{Session, TestServer};

/// A server, and the demo network as the tests of rooms see it.
async fn served() -> (TestServer, Demo) {
    let server = TestServer::spawn().await;
    let demo = Demo::beside(&server).await;
    (server, demo)
}

async fn open(demo: &Demo, session: &Session, student: &str, body: Value) -> (StatusCode, Value) {
    let path = format!("/api/v1/students/{}/desks", demo.student(student).await);
    let answer = session.post(&path, &body).await;
    (answer.status, answer.body)
}

fn room_of(answer: &(StatusCode, Value)) -> kazumi::domain::ids::RoomId {
    answer.1["room_id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"))
}

#[tokio::test]
async fn each_guardian_has_a_desk_of_their_own_and_never_sees_another_ones() {
    let (server, demo) = served().await;
    let (mother, grandfather, coordination) =
        (server.login("denise.barreto").await, server.login("jorge.barreto").await, server.login("marina.couto").await);
    let first = open(&demo, &mother, "Téo", json!({ "desk": "coordination" })).await;
    assert_eq!(first.0, StatusCode::CREATED, "{first:?}");
    let hers = room_of(&first);
    let again = open(&demo, &mother, "Téo", json!({ "desk": "coordination" })).await;
    assert_eq!((again.0, room_of(&again)), (StatusCode::OK, hers));
    // The coordination finds hers and opens his.
    let guardian = json!(demo.person("denise.barreto").await);
    let found = open(&demo, &coordination, "Téo", json!({ "desk": "coordination", "guardian_id": guardian })).await;
    assert_eq!((found.0, room_of(&found)), (StatusCode::OK, hers));
    let guardian = json!(demo.person("jorge.barreto").await);
    let opened = open(&demo, &coordination, "Téo", json!({ "desk": "coordination", "guardian_id": guardian })).await;
    assert_eq!(opened.0, StatusCode::CREATED, "{opened:?}");
    let his = room_of(&opened);
    assert_ne!(hers, his);
    assert_eq!(members(&demo, hers).await, set(&["Denise Barreto", "Marina Couto", "Otávio Lins"]));
    assert_eq!(members(&demo, his).await, set(&["Jorge Barreto", "Marina Couto", "Otávio Lins"]));
    // At the other desk sit those of special education; the coordination reads along.
    let aee = room_of(&open(&demo, &mother, "Téo", json!({ "desk": "aee" })).await);
    assert_eq!(members(&demo, aee).await, set(&["Denise Barreto", "Camila Nóbrega", "Marina Couto"]));
    assert_eq!(demo.seen("marina.couto", aee).await.expect("a room").access, Access::Read);
    assert_eq!(demo.send(aee, "marina.couto", "Posso?").await, Fate::Refused);

    stored(demo.send(hers, "denise.barreto", "Canario-da-mae").await);
    stored(demo.send(his, "marina.couto", "Canario-do-avo").await);
    assert_eq!(demo.send(hers, "jorge.barreto", "Oi").await, Fate::Refused);
    for (session, own, other, name) in
        [(&mother, "mae", "avo", "Denise Barreto"), (&grandfather, "avo", "mae", "Jorge Barreto")]
    {
        let (_, heard) = ChatSocket::enter(&server, &session.access_token, &json!({})).await;
        let inbox = heard.all("inbox")[0]["rooms"].as_array().cloned().unwrap_or_default();
        let desks: Vec<_> = inbox.iter().filter(|room| room["kind"] == "desk_coordination").collect();
        assert_eq!(desks.len(), 1, "{inbox:?}");
        assert_eq!((&desks[0]["guardian_name"], &desks[0]["guardian"]), (&json!(name), &session.user["user_id"]));
        let all: String = heard.0.iter().map(Value::to_string).collect();
        assert!(all.contains(&format!("Canario-d{}-{own}", if own == "mae" { "a" } else { "o" })), "{all}");
        assert!(!all.contains(&format!("-{other}")), "{all}");
    }
    // Those who sit there see for whom each is.
    let (_, heard) = ChatSocket::enter(&server, &coordination.access_token, &json!({})).await;
    let inbox = heard.all("inbox")[0]["rooms"].as_array().cloned().unwrap_or_default();
    let names: std::collections::BTreeSet<String> = inbox
        .iter()
        .filter(|room| room["kind"] == "desk_coordination")
        .map(|room| room["guardian_name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, set(&["Denise Barreto", "Jorge Barreto"]));
}

#[tokio::test]
async fn a_desk_is_opened_by_the_guardian_or_by_who_writes_there_for_a_guardian_of_the_child() {
    let (server, demo) = served().await;
    let (mother, teacher, principal) =
        (server.login("denise.barreto").await, server.login("luciana.prado").await, server.login("otavio.lins").await);
    let id = async |account: &str| json!(demo.person(account).await);
    let desk = async |session: &Session, student: &str, body: Value| {
        let (status, answer) = open(&demo, session, student, body).await;
        (status.as_u16(), answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let is = |found: (u16, String), status: u16, code: &str| assert_eq!(found, (status, code.to_owned()));
    let father = id("jorge.barreto").await;
    is(desk(&mother, "Téo", json!({ "desk": "aee", "guardian_id": father })).await, 403, "forbidden");
    is(desk(&mother, "Lara", json!({ "desk": "aee" })).await, 404, "not_found");
    is(desk(&teacher, "Téo", json!({ "desk": "coordination", "guardian_id": father })).await, 403, "forbidden");
    is(desk(&principal, "Téo", json!({ "desk": "coordination" })).await, 422, "validation");
    let of_another_child = id("patricia.coutinho").await;
    is(
        desk(&principal, "Téo", json!({ "desk": "coordination", "guardian_id": of_another_child })).await,
        422,
        "validation",
    );
    let of_the_team = id("luciana.prado").await;
    is(desk(&principal, "Téo", json!({ "desk": "coordination", "guardian_id": of_the_team })).await, 422, "validation");
    is(desk(&principal, "Téo", json!({ "desk": "aee", "guardian_id": father })).await, 403, "forbidden");
    is(desk(&mother, "Téo", json!({ "desk": "reception" })).await, 422, "validation");
    // Whom a court keeps away has no desk, and nobody opens one for them.
    let (kept_away, theirs) = (server.login("marcio.sales").await, server.login("rosangela.peixoto").await);
    is(desk(&kept_away, "Pietra", json!({ "desk": "coordination" })).await, 404, "not_found");
    let restricted = id("marcio.sales").await;
    is(desk(&theirs, "Pietra", json!({ "desk": "coordination", "guardian_id": restricted })).await, 422, "validation");
    let count: i64 = demo
        .owner
        .query_one("select count(*) from rooms where guardian_id is not null", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(count, 0);
    let recorded = "select count(*) from audit_log where action = 'desk.open' and outcome = 'denied'";
    let recorded: i64 = demo.owner.query_one(recorded, &[]).await.expect("a count").get(0);
    assert_eq!(recorded, 9, "all but the one that was no desk");
}

#[tokio::test]
async fn who_is_family_of_the_child_is_in_no_other_guardians_desk_whatever_their_function() {
    let (server, mut demo) = served().await;
    let hers =
        room_of(&open(&demo, &server.login("denise.barreto").await, "Téo", json!({ "desk": "coordination" })).await);
    assert!(members(&demo, hers).await.contains("Marina Couto"));
    let marina = demo.person("marina.couto").await;
    change(
        &mut demo,
        "Téo",
        &format!(
            "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody)
             select gen_random_uuid(), student_id, '{marina}', 'tia', 'none' from students where name like 'Téo %'"
        ),
    )
    .await;
    assert_eq!(members(&demo, hers).await, set(&["Denise Barreto", "Otávio Lins"]));
    let coordination = server.login("marina.couto").await;
    let denise = json!(demo.person("denise.barreto").await);
    let refused = open(&demo, &coordination, "Téo", json!({ "desk": "coordination", "guardian_id": denise })).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN);
    let own = room_of(&open(&demo, &coordination, "Téo", json!({ "desk": "coordination" })).await);
    assert_eq!(members(&demo, own).await, set(&["Marina Couto", "Otávio Lins"]));
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
}

#[tokio::test]
async fn a_desk_follows_the_ties_and_stays_when_its_guardian_is_gone() {
    let (server, mut demo) = served().await;
    let mother = server.login("denise.barreto").await;
    let hers = room_of(&open(&demo, &mother, "Téo", json!({ "desk": "coordination" })).await);
    stored(demo.send(hers, "denise.barreto", "Bom dia.").await);
    let denise = demo.person("denise.barreto").await;
    let kept_away = format!("update guardianships set judicial_restriction = true where user_id = '{denise}'");
    change(&mut demo, "Téo", &kept_away).await;
    assert_eq!(members(&demo, hers).await, set(&["Marina Couto", "Otávio Lins"]));
    assert!(demo.seen("denise.barreto", hers).await.is_none());
    assert_eq!(demo.send(hers, "denise.barreto", "Ainda?").await, Fate::Refused);
    assert_eq!(
        demo.seen("marina.couto", hers).await.and_then(|room| room.last_message).map(|last| last.body),
        Some(Some("Bom dia.".to_owned()))
    );
    let lifted = format!("update guardianships set judicial_restriction = false where user_id = '{denise}'");
    change(&mut demo, "Téo", &lifted).await;
    let again = demo.seen("denise.barreto", hers).await.expect("she is in again");
    assert!(again.last_message.is_none(), "without a past");
}

#[tokio::test]
async fn two_who_open_the_same_desk_at_once_find_one_room() {
    let (server, demo) = served().await;
    let mother = server.login("denise.barreto").await;
    let path = format!("/api/v1/students/{}/desks", demo.student("Téo").await);
    let body = json!({ "desk": "coordination" });
    let answers = futures_util::future::join_all((0..8).map(|_| mother.post(&path, &body))).await;
    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let rooms: std::collections::BTreeSet<String> = answers.iter().map(|answer| answer.body.to_string()).collect();
    assert_eq!((created, rooms.len()), (1, 1), "{answers:?}");
}
