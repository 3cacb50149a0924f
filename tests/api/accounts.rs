//! Signing in, staying signed in, signing out.

use reqwest::header::SET_COOKIE;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::fixture::{PASSWORD, email};
use super::{World, without_request_id};

/// The refresh cookie's value in an answer.
fn cookie(answer: &Response) -> String {
    let header = answer.headers().get(SET_COOKIE).expect("a cookie").to_str().expect("text");
    let value = header.strip_prefix("kazumi_rt=").expect("the refresh cookie");
    value.split(';').next().expect("a value").to_owned()
}

/// Shows a refresh token, outside any cookie jar.
async fn refresh(world: &World, token: &str) -> Response {
    let request = Client::new().post(world.url("/api/v1/auth/refresh")).header("x-kazumi", "1");
    request.header("cookie", format!("kazumi_rt={token}")).send().await.expect("an answer")
}

async fn signed_in(world: &World) -> String {
    cookie(&world.login(&Client::new(), &email("class_teacher"), PASSWORD).await)
}

#[tokio::test]
async fn signing_in_gives_a_token_a_cookie_for_the_server_alone_and_the_person() {
    let world = World::new(&[]).await;
    let answer = world.login(&Client::new(), "CLASS_teacher@Example.org", PASSWORD).await;
    assert_eq!(answer.status(), 200);
    let header = answer.headers()[SET_COOKIE].to_str().expect("text").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(header.contains(part), "{header}");
    }
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!((&body["expires_in"], &body["user"]["kind"]), (&json!(600), &json!("staff")));
    assert_eq!(body["user"]["functions"][0]["school_name"], json!("School"));
    let me = Client::new().get(world.url("/api/v1/me")).bearer_auth(body["access_token"].as_str().expect("a token"));
    let me: Value = me.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(me, body["user"]);
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_closed_account_answer_alike() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let close =
        "update users set disabled_at = now() where user_id = (select user_id from credentials where email = $1)";
    owner.execute(close, &[&email("operator")]).await.expect("closed");
    let mut answers = Vec::new();
    for (address, password) in
        [(email("guardian"), "wrong horse"), ("nobody@example.org".to_owned(), PASSWORD), (email("operator"), PASSWORD)]
    {
        let answer = world.login(&Client::new(), &address, password).await;
        assert_eq!(answer.status(), 401);
        assert!(answer.headers().get(SET_COOKIE).is_none());
        answers.push(without_request_id(answer).await);
    }
    assert_eq!(answers[0]["code"], json!("invalid_credentials"));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn the_sixth_guess_waits_and_the_owner_of_another_account_does_not() {
    let world = World::new(&[]).await;
    let http = Client::new();
    for _ in 0..5 {
        assert_eq!(world.login(&http, &email("guardian"), "wrong horse").await.status(), 401);
    }
    let answer = world.login(&http, &email("guardian"), PASSWORD).await;
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(without_request_id(answer).await["code"], json!("too_many_attempts"));
    assert_eq!(world.login(&http, &email("class_teacher"), PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn refreshing_rotates_the_token() {
    let world = World::new(&[]).await;
    let first = signed_in(&world).await;
    let answer = refresh(&world, &first).await;
    assert_eq!(answer.status(), 200);
    let second = cookie(&answer);
    assert_ne!(first, second);
    let body: Value = answer.json().await.expect("JSON");
    let me = Client::new().get(world.url("/api/v1/me")).bearer_auth(body["access_token"].as_str().expect("a token"));
    assert_eq!(me.send().await.expect("an answer").status(), 200);
    assert_eq!(refresh(&world, &second).await.status(), 200);
}

#[tokio::test]
async fn a_client_whose_answer_was_lost_gets_the_same_successor() {
    let world = World::new(&[]).await;
    let first = signed_in(&world).await;
    let (one, two) = tokio::join!(refresh(&world, &first), refresh(&world, &first));
    assert_eq!((one.status().as_u16(), two.status().as_u16()), (200, 200));
    assert_eq!(cookie(&one), cookie(&two));
    assert_eq!(cookie(&refresh(&world, &first).await), cookie(&one));
}

#[tokio::test]
async fn a_stolen_token_ends_the_session_of_both() {
    let world = World::new(&[]).await;
    let first = signed_in(&world).await;
    let answer = refresh(&world, &first).await;
    let second = cookie(&answer);
    let body: Value = answer.json().await.expect("JSON");
    let third = cookie(&refresh(&world, &second).await);

    let reuse = refresh(&world, &first).await;
    assert_eq!(reuse.status(), 401);
    assert!(reuse.headers()[SET_COOKIE].to_str().expect("text").contains("Max-Age=0"), "the cookie is taken back");
    assert_eq!(without_request_id(reuse).await["code"], json!("session_ended"));
    assert_eq!(refresh(&world, &third).await.status(), 401);
    let me = Client::new().get(world.url("/api/v1/me")).bearer_auth(body["access_token"].as_str().expect("a token"));
    let me = me.send().await.expect("an answer");
    assert_eq!(without_request_id(me).await["code"], json!("session_ended"), "access tokens end with the session");

    let owner = world.server.database.owner().await;
    let statement = "select count(*) from audit_log where action = 'account.refresh_reused' and outcome = 'denied'";
    assert_eq!(owner.query_one(statement, &[]).await.expect("a count").get::<_, i64>(0), 1);
    let why: String = owner.query_one("select revoked_why from login_sessions", &[]).await.expect("a row").get(0);
    assert_eq!(why, "reuse");
}

#[tokio::test]
async fn a_late_repeat_is_theft_even_if_the_successor_was_never_used() {
    let world = World::new(&[]).await;
    let first = signed_in(&world).await;
    let second = cookie(&refresh(&world, &first).await);
    let owner = world.server.database.owner().await;
    let age = "update refresh_tokens set used_at = used_at - interval '61 minutes' where used_at is not null";
    assert_eq!(owner.execute(age, &[]).await.expect("aged"), 1);
    assert_eq!(refresh(&world, &first).await.status(), 401);
    assert_eq!(refresh(&world, &second).await.status(), 401);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let world = World::new(&[]).await;
    let first = signed_in(&world).await;
    let owner = world.server.database.owner().await;
    owner.execute("update login_sessions set expires_at = now()", &[]).await.expect("aged");
    assert_eq!(refresh(&world, &first).await.status(), 401);
}

#[tokio::test]
async fn on_a_shared_computer_the_cookie_goes_with_the_browser_and_stays_that_way() {
    let world = World::new(&[]).await;
    let body = json!({ "email": email("class_teacher"), "password": PASSWORD, "shared_computer": true });
    let request = Client::new().post(world.server.url("/api/v1/auth/login")).json(&body);
    let mut answer = request.send().await.expect("an answer");
    for _ in 0..3 {
        assert_eq!(answer.status(), 200);
        let header = answer.headers()[SET_COOKIE].to_str().expect("text").to_owned();
        assert!(!header.contains("Max-Age") && !header.contains("Expires"), "{header}");
        answer = refresh(&world, &cookie(&answer)).await;
    }
}

#[tokio::test]
async fn signing_out_ends_both_tokens_and_may_be_repeated() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    assert_eq!(person.get(&world.url("/api/v1/me")).await.status(), 200);
    for _ in 0..2 {
        assert_eq!(person.post(&world.url("/api/v1/auth/logout")).await.status(), 204);
    }
    let me = person.get(&world.url("/api/v1/me")).await;
    assert_eq!(without_request_id(me).await["code"], json!("session_ended"));
    assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
}

#[tokio::test]
async fn no_secret_is_stored_in_clear() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    let ticket: Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
    let owner = world.server.database.owner().await;
    for (table, hash, length) in [("refresh_tokens", "token_hash", 32), ("ws_tickets", "ticket_hash", 32)] {
        let statement = format!("select octet_length({hash}) from {table}");
        assert_eq!(owner.query_one(&statement, &[]).await.expect("a row").get::<_, i32>(0), length);
    }
    assert_eq!((ticket["ticket"].as_str().map(str::len), &ticket["expires_in"]), (Some(43), &json!(30)));
}

#[tokio::test]
async fn one_network_is_slowed_down_and_only_a_trusted_proxy_may_say_which_it_is() {
    /// More than a minute's share of one network; each attempt names another account and another address.
    const ATTEMPTS: u16 = 90;
    for (trusted, throttled) in [("false", true), ("true", false)] {
        let world = World::new(&[("KAZUMI_TRUSTED_PROXY", trusted)]).await;
        let http = Client::new();
        let mut refused = false;
        for number in 0..ATTEMPTS {
            let body = json!({ "email": format!("nobody-{number}@example.org"), "password": "wrong horse" });
            let forwarded = format!("203.0.113.9, 192.0.2.{number}");
            let request = http.post(world.url("/api/v1/auth/login")).header("x-forwarded-for", forwarded).json(&body);
            refused |= request.send().await.expect("an answer").status() == 429;
            if refused {
                break;
            }
        }
        assert_eq!(refused, throttled, "trusted proxy: {trusted}");
    }
}
