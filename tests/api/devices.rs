//! A person's own sessions: seeing them, ending them from afar, and how long they last.

use kazumi::domain::pei::Section;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::fixture::{PASSWORD, Person, email};
use super::{World, without_request_id};
use crate::collaboration::raw::RawClient;
use crate::support::eventually;

const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

async fn sign_in_with(world: &World, relation: &str, agent: &str, shared: bool) -> Person {
    let http = Client::builder().cookie_store(true).user_agent(agent).build().expect("a client");
    let body = json!({ "email": email(relation), "password": PASSWORD, "shared_computer": shared });
    let answer = http.post(world.url("/api/v1/auth/login")).json(&body).send().await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    let token = body["access_token"].as_str().expect("a token").to_owned();
    Person { http, token, me: body["user"].clone() }
}

async fn sessions(world: &World, person: &Person) -> Vec<Value> {
    let body: Value = person.get(&world.url("/api/v1/me/sessions")).await.json().await.expect("JSON");
    body["sessions"].as_array().expect("a list").clone()
}

async fn delete(world: &World, person: &Person, path: &str) -> Response {
    person.http.delete(world.url(path)).bearer_auth(&person.token).send().await.expect("an answer")
}

#[tokio::test]
async fn one_sees_ones_own_devices_in_plain_words_and_nobody_elses() {
    let world = World::new(&[]).await;
    let here = sign_in_with(&world, "class_teacher", ANDROID, false).await;
    sign_in_with(&world, "class_teacher", "curl/8", true).await;
    let other = world.sign_in("guardian").await;
    let found = sessions(&world, &here).await;
    assert_eq!(found.len(), 2);
    let current = found.iter().find(|session| session["current"] == true).expect("this one");
    assert_eq!((&current["browser"], &current["system"]), (&json!("chrome"), &json!("android_phone")));
    let elsewhere = found.iter().find(|session| session["current"] == false).expect("the other one");
    assert_eq!((&elsewhere["browser"], &elsewhere["shared_computer"]), (&json!("other"), &json!(true)));
    assert_eq!(sessions(&world, &other).await.len(), 1);

    // Somebody else's session and none at all look alike, and stay.
    let id = current["session_id"].as_str().expect("an id");
    let denied = delete(&world, &other, &format!("/api/v1/me/sessions/{id}")).await;
    assert_eq!(denied.status(), 404);
    let never = delete(&world, &other, &format!("/api/v1/me/sessions/{}", uuid::Uuid::now_v7())).await;
    assert_eq!(without_request_id(denied).await, without_request_id(never).await);
    assert_eq!(here.get(&world.url("/api/v1/me")).await.status(), 200);
    let owner = world.server.database.owner().await;
    let kept = "select string_agg(s::text, ' ') from login_sessions s";
    let kept: String = owner.query_one(kept, &[]).await.expect("rows").get(0);
    assert!(!kept.contains("Mozilla") && !kept.contains("127.0.0.1"), "no fingerprint is kept: {kept}");
}

#[tokio::test]
async fn ending_a_session_closes_its_sockets_on_every_server() {
    let world = World::new(&[]).await;
    let sibling = world.server.sibling().await;
    let (here, there) = (world.sign_in("class_teacher").await, world.sign_in("class_teacher").await);
    let document = world.children[0].document(Section::Goals);
    let mut socket = RawClient::join(&sibling, &document, &there.token).await;
    let mine = RawClient::join(&sibling, &document, &here.token).await;
    let found = sessions(&world, &here).await;
    let target = found.iter().find(|session| session["current"] == false).expect("the other one");
    let path = format!("/api/v1/me/sessions/{}", target["session_id"].as_str().expect("an id"));
    assert_eq!(delete(&world, &here, &path).await.status(), 204);
    assert_eq!(socket.closed().await, 4401);
    assert_eq!(without_request_id(there.get(&world.url("/api/v1/me")).await).await["code"], "session_ended");
    assert_eq!(delete(&world, &here, &path).await.status(), 404, "it is over");

    let third = world.sign_in("class_teacher").await;
    assert_eq!(delete(&world, &here, "/api/v1/me/sessions").await.status(), 204);
    assert_eq!(third.get(&world.url("/api/v1/me")).await.status(), 401);
    assert_eq!(here.get(&world.url("/api/v1/me")).await.status(), 200, "the one that asks stays");
    mine.goodbye().await;
    let owner = world.server.database.owner().await;
    let records = "select count(*) from audit_log where action = 'account.end_session' and resource like 'session/%'";
    assert_eq!(owner.query_one(records, &[]).await.expect("a count").get::<_, i64>(0), 2);
}

#[tokio::test]
async fn a_session_that_was_ended_for_safety_is_shown() {
    let world = World::new(&[]).await;
    let (here, there) = (world.sign_in("guardian").await, world.sign_in("guardian").await);
    let owner = world.server.database.owner().await;
    let end = "update login_sessions set revoked_at = now(), revoked_why = 'reuse' where session_id <> $1::text::uuid";
    let own = sessions(&world, &here).await;
    let own = own.iter().find(|session| session["current"] == true).expect("this one")["session_id"].clone();
    owner.execute(end, &[&own.as_str().expect("text")]).await.expect("ended");
    assert_eq!(there.get(&world.url("/api/v1/me")).await.status(), 401);
    let found = sessions(&world, &here).await;
    assert_eq!(found.iter().filter(|session| session["ended_for_safety"] == true).count(), 1, "{found:?}");
}

#[tokio::test]
async fn a_shared_computer_that_is_left_alone_ends_its_session() {
    let world = World::new(&[]).await;
    let shared = sign_in_with(&world, "class_teacher", ANDROID, true).await;
    let owner = world.server.database.owner().await;
    let left = "select extract(epoch from expires_at - now())::bigint from login_sessions";
    let left_seconds = async || owner.query_one(left, &[]).await.expect("a row").get::<_, i64>(0);
    assert!((1700..=1800).contains(&left_seconds().await));
    // Use moves the end along, never beyond the day's work.
    owner.execute("update login_sessions set expires_at = now() + interval '1 minute'", &[]).await.expect("aged");
    assert_eq!(shared.post(&world.url("/api/v1/auth/refresh")).await.status(), 200);
    assert!((1700..=1800).contains(&left_seconds().await));
    owner.execute("update login_sessions set latest_end = now() + interval '5 minutes'", &[]).await.expect("aged");
    assert_eq!(shared.post(&world.url("/api/v1/auth/refresh")).await.status(), 200);
    assert!((200..=300).contains(&left_seconds().await));
    owner.execute("update login_sessions set expires_at = now()", &[]).await.expect("aged");
    eventually("the session is over", async || {
        (shared.get(&world.url("/api/v1/me")).await.status() == 401).then_some(())
    })
    .await;
    assert_eq!(shared.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
}

#[tokio::test]
async fn a_session_that_is_left_alone_ends_long_before_its_last_day_and_use_moves_its_end() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let left = "select extract(epoch from expires_at - now())::bigint, extract(epoch from latest_end - now())::bigint
                from login_sessions s join credentials c using (user_id) where c.email = $1";
    for (relation, alone, most) in [("class_teacher", 8 * 3_600, 12 * 3_600), ("guardian", 30 * 86_400, 90 * 86_400)] {
        let person = sign_in_with(&world, relation, ANDROID, false).await;
        let hours = async || -> (i64, i64) {
            let row = owner.query_one(left, &[&email(relation)]).await.expect("a row");
            (row.get(0), row.get(1))
        };
        let near = |found: i64, wanted: i64| (wanted - 100..=wanted).contains(&found);
        let (ends, latest) = hours().await;
        assert!(near(ends, alone) && near(latest, most), "{relation}: {ends} of {latest}");
        let aged = "update login_sessions set expires_at = now() + interval '1 minute'";
        owner.execute(aged, &[]).await.expect("aged");
        assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 200);
        assert!(near(hours().await.0, alone), "{relation}");
        owner.execute("update login_sessions set latest_end = now() + interval '5 minutes'", &[]).await.expect("aged");
        assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 200);
        assert!(near(hours().await.0, 300), "{relation}: never beyond its last day");
        owner.execute("update login_sessions set expires_at = now()", &[]).await.expect("aged");
        assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
    }
}
