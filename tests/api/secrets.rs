//! Secrets that are shown once: refresh cookies and tickets for sockets, replayed, tossed, stolen, and used by many at once.

use std::collections::HashSet;

use futures_util::StreamExt;
use futures_util::future::join_all;
use kazumi::domain::pei::Section;
use reqwest::{Client, Response};
use serde_json::Value;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::World;
use super::fixture::{PASSWORD, Person, email};
use super::places::Target;

/// The value of the refresh cookie that an answer sets.
fn cookie(answer: &Response) -> String {
    let text = answer.headers()["set-cookie"].to_str().expect("text");
    let (name, rest) = text.split_once('=').expect("a cookie");
    assert_eq!(name, "kazumi_rt");
    rest.split(';').next().expect("a value").to_owned()
}

async fn sign_in(world: &World, relation: &str) -> (String, Value) {
    let answer = world.login(&Client::new(), &email(relation), PASSWORD).await;
    let cookie = cookie(&answer);
    (cookie, answer.json().await.expect("JSON"))
}

/// Refreshes with these cookies, as they stand in the header.
async fn refresh(world: &World, cookies: &[&str]) -> Response {
    let mut request = Client::new().post(world.url("/api/v1/auth/refresh")).header("x-kazumi", "1");
    let pairs: Vec<_> = cookies.iter().map(|value| format!("kazumi_rt={value}")).collect();
    request = request.header("cookie", pairs.join("; "));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_cookie_that_somebody_tossed_beside_the_real_one_signs_nobody_in() {
    let world = World::new(&[]).await;
    let (victim, _) = sign_in(&world, "guardian").await;
    let (attacker, _) = sign_in(&world, "class_teacher").await;
    for cookies in [[&*attacker, &*victim], [&*victim, &*attacker], [&*victim, &*victim]] {
        assert_eq!(refresh(&world, &cookies).await.status(), 401, "{cookies:?}");
    }
    // Neither token was used up.
    assert_eq!(refresh(&world, &[&victim]).await.status(), 200);
    assert_eq!(refresh(&world, &[&attacker]).await.status(), 200);
}

#[tokio::test]
async fn fifty_refreshes_at_once_get_one_successor_and_a_living_session() {
    let world = World::new(&[]).await;
    let (token, _) = sign_in(&world, "guardian").await;
    let shown = [&*token];
    let answers = join_all((0..50).map(|_| refresh(&world, &shown))).await;
    let successors: HashSet<String> = answers
        .iter()
        .map(|answer| {
            assert_eq!(answer.status(), 200);
            cookie(answer)
        })
        .collect();
    assert_eq!(successors.len(), 1, "one family, one branch");
    let successor = successors.into_iter().next().expect("one");
    let next = cookie(&refresh(&world, &[&successor]).await);
    // Replaying the first one now is theft, and it ends the thief's and the owner's session.
    assert_eq!(refresh(&world, &[&token]).await.status(), 401);
    assert_eq!(refresh(&world, &[&next]).await.status(), 401);
    let owner = world.server.database.owner().await;
    let why = "select array_agg(revoked_why) from login_sessions where revoked_at is not null";
    let why: Vec<String> = owner.query_one(why, &[]).await.expect("rows").get(0);
    assert_eq!(why, ["reuse"]);
}

#[tokio::test]
async fn a_session_that_was_there_before_signing_in_is_not_the_one_after_it() {
    let world = World::new(&[]).await;
    // Somebody signs in a browser with their own account, and leaves their cookie in it.
    let (planted, _) = sign_in(&world, "class_teacher").await;
    let body = serde_json::json!({ "email": email("guardian"), "password": PASSWORD });
    let request = Client::new().post(world.url("/api/v1/auth/login")).json(&body);
    let answer = request.header("cookie", format!("kazumi_rt={planted}")).send().await.expect("an answer");
    let fresh = cookie(&answer);
    assert_ne!(fresh, planted);
    let name = async |token: &str| {
        let body: Value = refresh(&world, &[token]).await.json().await.expect("JSON");
        body["user"]["name"].clone()
    };
    assert_eq!(name(&fresh).await, "guardian");
    assert_ne!(name(&planted).await, "guardian");
    for made_up in ["", "x", &"A".repeat(43), &"A".repeat(4000), "shared."] {
        assert_eq!(refresh(&world, &[made_up]).await.status(), 401, "{made_up:.50}");
    }
}

async fn ticket(world: &World, person: &Person) -> String {
    let body: Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
    body["ticket"].as_str().expect("a ticket").to_owned()
}

/// Whether a ticket opens the section; otherwise the code of the refusal.
async fn redeem(world: &World, ticket: &str, origin: Option<&str>) -> Result<(), u16> {
    let document = world.child(Target::Own).document(Section::Strengths);
    let url = world.server.ws_url(&format!("/ws/y/{document}?ticket={ticket}"));
    let mut request = url.into_client_request().expect("an address");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    let mut socket = match connect_async(request).await {
        Ok((socket, _)) => socket,
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => return Err(answer.status().as_u16()),
        Err(other) => panic!("{other}"),
    };
    match socket.next().await {
        Some(Ok(Message::Binary(_))) => Ok(()),
        Some(Ok(Message::Close(Some(frame)))) => Err(frame.code.into()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn of_a_hundred_who_show_one_ticket_at_once_exactly_one_is_let_in() {
    let world = World::new(&[]).await;
    let person = world.sign_in("class_teacher").await;
    let ticket = ticket(&world, &person).await;
    let answers = join_all((0..100).map(|_| redeem(&world, &ticket, None))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(4401))), "{answers:?}");
    assert_eq!(redeem(&world, &ticket, None).await, Err(4401), "and nobody afterwards");
}

#[tokio::test]
async fn a_ticket_ends_with_its_time_and_with_its_session_and_serves_no_other_site() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let person = world.sign_in("class_teacher").await;
    let late = ticket(&world, &person).await;
    owner.execute("update ws_tickets set expires_at = now() - interval '1 second'", &[]).await.expect("aged");
    assert_eq!(redeem(&world, &late, None).await, Err(4401));
    let elsewhere = ticket(&world, &person).await;
    for origin in ["https://evil.example", "null", &format!("http://127.0.0.1.evil.example:{}", world.server.port)] {
        assert_eq!(redeem(&world, &elsewhere, Some(origin)).await, Err(403), "{origin}");
    }
    assert_eq!(redeem(&world, &elsewhere, None).await, Ok(()), "a refused page has not used it up");
    for made_up in ["", "x", &"A".repeat(43), &person.token] {
        assert_eq!(redeem(&world, made_up, None).await, Err(4401), "{made_up:.50}");
    }
    let ended = ticket(&world, &person).await;
    person.post(&world.url("/api/v1/auth/logout")).await;
    assert_eq!(redeem(&world, &ended, None).await, Err(4401), "signed out meanwhile");
}
