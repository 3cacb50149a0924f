//! Access tokens at the door. The whole corpus of bad ones is in `auth::token`; here a few must fail over HTTP, too.

use kazumi::auth::token::{KeyRing, generate_key_pem};
use kazumi::domain::ids::LoginSessionId;
use reqwest::Client;
use serde_json::json;
use time::OffsetDateTime;

use super::{World, without_request_id};

#[tokio::test]
async fn tokens_that_are_not_ours_or_no_longer_count_are_refused_with_their_code() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    let user = person.me["user_id"].as_str().expect("an id").parse().expect("an id");
    let now = OffsetDateTime::now_utc();
    let foreign = KeyRing::from_pem(&generate_key_pem()).expect("a key");
    let (head, _) = person.token.rsplit_once('.').expect("three parts");
    for (authorization, code) in [
        (format!("Bearer {}", world.expired_token()), "token_expired"),
        (format!("Bearer {}", foreign.sign(user, LoginSessionId::generate(), 1, now)), "unauthenticated"),
        (format!("Bearer {}", world.keys().sign(user, LoginSessionId::generate(), 1, now)), "session_ended"),
        (format!("Bearer {head}."), "unauthenticated"),
        (format!("Basic {}", person.token), "unauthenticated"),
        (format!("bearer{}", person.token), "unauthenticated"),
        (person.token.clone(), "unauthenticated"),
        ("Bearer ".to_owned(), "unauthenticated"),
    ] {
        let request = Client::new().get(world.url("/api/v1/me")).header("authorization", &authorization);
        let answer = request.send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["www-authenticate"].to_str().ok()),
            (401, Some("Bearer"))
        );
        assert_eq!(without_request_id(answer).await["code"], json!(code), "{authorization:.40}");
    }
}

#[tokio::test]
async fn a_changed_password_and_a_closed_account_end_tokens_at_once() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    for (relation, change) in [
        ("guardian", "update credentials set auth_version = auth_version + 1 where user_id = $1"),
        ("operator", "update users set disabled_at = now() where user_id = $1"),
    ] {
        let person = world.sign_in(relation).await;
        let user: uuid::Uuid = person.me["user_id"].as_str().expect("an id").parse().expect("an id");
        assert_eq!(owner.execute(change, &[&user]).await.expect("changed"), 1);
        assert_eq!(person.get(&world.url("/api/v1/me")).await.status(), 401, "{relation}");
    }
}

#[tokio::test]
async fn a_ticket_is_not_an_access_token() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    let ticket: serde_json::Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
    let request = Client::new().get(world.url("/api/v1/me")).bearer_auth(ticket["ticket"].as_str().expect("a ticket"));
    assert_eq!(request.send().await.expect("an answer").status(), 401);
}
