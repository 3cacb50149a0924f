//! New passwords: with the old one, and with what a mail says.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::fixture::{PASSWORD, email};
use super::invitations::{MAIL, NEW_PASSWORD, mailed_token};
use super::{World, without_request_id};
use crate::support::eventually;

/// Settings with mail, and a network of its own for each question.
fn with_mail() -> Vec<(&'static str, &'static str)> {
    let mut settings = MAIL.to_vec();
    settings.push(("KAZUMI_TRUSTED_PROXY", "true"));
    settings
}

async fn post(world: &World, path: &str, body: &Value) -> Response {
    let request = Client::new().post(world.url(path)).header("x-forwarded-for", world.next_address());
    request.json(body).send().await.expect("an answer")
}

async fn ask(world: &World, address: &str) -> Response {
    post(world, "/api/v1/auth/reset-requests", &json!({ "email": address })).await
}

async fn reset(world: &World, token: &str, password: &str) -> Response {
    post(world, "/api/v1/auth/resets", &json!({ "token": token, "password": password })).await
}

async fn count(world: &World, statement: &str) -> i64 {
    world.server.database.owner().await.query_one(statement, &[]).await.expect("a count").get(0)
}

/// Asks for a new password and waits for the mail, which is written after the answer.
async fn reset_token(world: &World, address: &str) -> String {
    let mails = "select count(*) from outbox where kind = 'reset'";
    let before = count(world, mails).await;
    assert_eq!(ask(world, address).await.status(), 202);
    eventually("the mail is written", async || (count(world, mails).await > before).then_some(())).await;
    mailed_token(world, address).await
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_but_the_one_that_set_it() {
    let world = World::new(&MAIL).await;
    let (here, there) = (world.sign_in("class_teacher").await, world.sign_in("class_teacher").await);
    let body = json!({ "old_password": PASSWORD, "password": NEW_PASSWORD });
    let answer = here.send(&world.url("/api/v1/me/password"), &body).await;
    assert_eq!(answer.status(), 200);
    let renewed: Value = answer.json().await.expect("JSON");
    let me = world.url("/api/v1/me");
    let with_new = here.http.get(&me).bearer_auth(renewed["access_token"].as_str().expect("a token"));
    assert_eq!(with_new.send().await.expect("an answer").status(), 200);
    assert_eq!(here.get(&me).await.status(), 401, "the token from before");
    assert_eq!(here.post(&world.url("/api/v1/auth/refresh")).await.status(), 200, "this session goes on");
    assert_eq!(there.get(&me).await.status(), 401);
    assert_eq!(there.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
    let http = Client::new();
    assert_eq!(world.login(&http, &email("class_teacher"), PASSWORD).await.status(), 401);
    assert_eq!(world.login(&http, &email("class_teacher"), NEW_PASSWORD).await.status(), 200);
    assert_eq!(count(&world, "select count(*) from outbox where kind = 'password_changed'").await, 1);
    assert_eq!(count(&world, "select count(*) from login_sessions where revoked_why = 'password'").await, 1);
}

#[tokio::test]
async fn the_old_password_is_needed_and_guesses_at_it_are_slowed_down() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    let url = world.url("/api/v1/me/password");
    for _ in 0..5 {
        let answer = person.send(&url, &json!({ "old_password": "wrong horse", "password": NEW_PASSWORD })).await;
        assert_eq!(answer.status(), 401);
        assert_eq!(without_request_id(answer).await["code"], json!("invalid_credentials"));
    }
    let body = json!({ "old_password": PASSWORD, "password": NEW_PASSWORD });
    assert_eq!(person.send(&url, &body).await.status(), 429);
    world.sign_in("guardian").await;
    let denied = "select count(*) from audit_log where action = 'account.password_change' and outcome = 'denied'";
    assert_eq!(count(&world, denied).await, 5);
}

#[tokio::test]
async fn a_password_that_is_easily_guessed_is_refused_with_the_reason() {
    let world = World::new(&[]).await;
    let person = world.sign_in("occupational_therapist").await;
    for (password, code) in [
        ("curto", "too_short"),
        (&"a1 ".repeat(43), "too_long"),
        (&"x".repeat(513), "too_long"),
        ("password123", "guessable"),
        ("1234567890", "guessable"),
        ("occupational_therapist", "personal"),
    ] {
        let body = json!({ "old_password": PASSWORD, "password": password });
        let answer = person.send(&world.url("/api/v1/me/password"), &body).await;
        assert_eq!(answer.status(), 422, "{password:.20}");
        let problem = without_request_id(answer).await;
        assert_eq!(problem["errors"], json!([{ "field": "password", "code": code }]), "{password:.20}");
    }
    let body = json!({ "old_password": PASSWORD, "password": NEW_PASSWORD, "user_id": "x" });
    assert_eq!(person.send(&world.url("/api/v1/me/password"), &body).await.status(), 422);
}

#[tokio::test]
async fn known_and_unknown_addresses_answer_alike_and_only_the_known_one_gets_a_mail() {
    let world = World::new(&with_mail()).await;
    let owner = world.server.database.owner().await;
    let close =
        "update users set disabled_at = now() where user_id = (select user_id from credentials where email = $1)";
    owner.execute(close, &[&email("operator")]).await.expect("closed");
    let unconfirm = "update credentials set email_confirmed_at = null where email = $1";
    owner.execute(unconfirm, &[&email("restricted_guardian")]).await.expect("unconfirmed");
    let mut answers = Vec::new();
    for address in ["nobody@example.org", &email("operator"), &email("restricted_guardian"), "GUARDIAN@example.org"] {
        let answer = ask(&world, address).await;
        let mut headers: Vec<String> = answer.headers().keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((answer.status().as_u16(), headers, answer.text().await.expect("text")));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 202);
    // Questions are worked on one after the other at the latest when the last one's mail is there.
    eventually("the known one gets a mail", async || {
        (count(&world, "select count(*) from outbox").await > 0).then_some(())
    })
    .await;
    let recipients = "select array_agg(recipient) from outbox";
    let recipients: Vec<String> = owner.query_one(recipients, &[]).await.expect("rows").get(0);
    assert_eq!(recipients, [email("guardian")]);
    assert_eq!(post(&world, "/api/v1/auth/reset-requests", &json!({ "email": "nobody" })).await.status(), 422);
}

#[tokio::test]
async fn a_reset_sets_the_password_once_and_ends_every_session() {
    let world = World::new(&with_mail()).await;
    let person = world.sign_in("guardian").await;
    let token = reset_token(&world, &email("guardian")).await;
    assert_eq!(reset(&world, &token, "password123").await.status(), 422, "a bad try uses nothing up");
    assert_eq!(reset(&world, &token, NEW_PASSWORD).await.status(), 200);
    assert_eq!(person.get(&world.url("/api/v1/me")).await.status(), 401);
    assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
    assert_eq!(world.login(&Client::new(), &email("guardian"), NEW_PASSWORD).await.status(), 200);
    assert_eq!(count(&world, "select count(*) from outbox where kind = 'password_changed'").await, 1);
    let used = reset(&world, &token, "quatro patos na varanda").await;
    let unknown = reset(&world, &"A".repeat(43), NEW_PASSWORD).await;
    let nonsense = reset(&world, "nonsense", NEW_PASSWORD).await;
    assert_eq!((used.status().as_u16(), unknown.status().as_u16(), nonsense.status().as_u16()), (404, 404, 404));
    let used = without_request_id(used).await;
    assert_eq!(used, without_request_id(unknown).await);
    assert_eq!(used, without_request_id(nonsense).await);
    let kept: i32 = world
        .server
        .database
        .owner()
        .await
        .query_one("select octet_length(token_hash) from password_resets", &[])
        .await
        .expect("a row")
        .get(0);
    assert_eq!(kept, 32);
}

#[tokio::test]
async fn a_reset_is_worth_nothing_after_half_an_hour_or_another_new_password() {
    let world = World::new(&with_mail()).await;
    let late = reset_token(&world, &email("guardian")).await;
    let owner = world.server.database.owner().await;
    owner.execute("update password_resets set expires_at = now()", &[]).await.expect("aged");
    assert_eq!(reset(&world, &late, NEW_PASSWORD).await.status(), 404);
    let (first, second) =
        (reset_token(&world, &email("guardian")).await, reset_token(&world, &email("guardian")).await);
    assert_eq!(reset(&world, &second, NEW_PASSWORD).await.status(), 200);
    assert_eq!(reset(&world, &first, "quatro patos na varanda").await.status(), 404);
}

#[tokio::test]
async fn of_a_hundred_resets_at_once_exactly_one_wins() {
    let world = World::new(&with_mail()).await;
    let token = reset_token(&world, &email("guardian")).await;
    let attempts = (0..100).map(|_| reset(&world, &token, NEW_PASSWORD));
    let answers: Vec<StatusCode> =
        futures_util::future::join_all(attempts).await.iter().map(Response::status).collect();
    let counted = |status| answers.iter().filter(|answer| answer.as_u16() == status).count();
    assert_eq!((counted(200), counted(404) + counted(503)), (1, 99), "{answers:?}");
    let version = "select max(auth_version)::bigint from credentials";
    assert_eq!(count(&world, version).await, 2);
}

#[tokio::test]
async fn nobody_is_flooded_with_mails_and_one_network_asks_slowly() {
    let world = World::new(&with_mail()).await;
    for _ in 0..3 {
        reset_token(&world, &email("guardian")).await;
    }
    assert_eq!(ask(&world, &email("guardian")).await.status(), 202);
    reset_token(&world, &email("principal")).await;
    let mails = "select count(*) from outbox where recipient = 'guardian@example.org'";
    assert_eq!(count(&world, mails).await, 3, "the fourth within an hour is not sent");

    let slow = World::new(&MAIL).await;
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(ask(&slow, "nobody@example.org").await.status().as_u16());
    }
    assert_eq!(answers, [202, 202, 202, 202, 202, 429]);
}

#[tokio::test]
async fn without_a_mail_server_everybody_is_told_so() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    for address in [email("guardian"), "nobody@example.org".to_owned()] {
        let answer = ask(&world, &address).await;
        assert_eq!(answer.status(), 503);
        assert_eq!(without_request_id(answer).await["code"], json!("mail_unavailable"));
    }
}
