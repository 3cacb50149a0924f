//! A new password with a code on paper, for people whom no mail reaches: who may make one, for whom, and what it is worth.

use reqwest::{Client, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::admin::{read, recorded, user};
use super::fixture::{Person, email};
use super::invitations::{MAIL, NEW_PASSWORD};
use super::{World, without_request_id};

/// A network of its own for each question.
const PROXY: (&str, &str) = ("KAZUMI_TRUSTED_PROXY", "true");

async fn world() -> World {
    let mut settings = MAIL.to_vec();
    settings.push(PROXY);
    World::new(&settings).await
}

/// As after an invitation on paper: nobody knows whether the address is theirs.
async fn unconfirm(world: &World, relation: &str) -> Uuid {
    let statement = "update credentials set email_confirmed_at = null where email = $1";
    let changed = world.server.database.owner().await.execute(statement, &[&email(relation)]).await;
    assert_eq!(changed.expect("unconfirmed"), 1);
    user(world, relation).await
}

async fn make(world: &World, asker: &Person, user: Uuid) -> Response {
    asker.post(&world.url(&format!("/api/v1/admin/people/{user}/reset-code"))).await
}

async fn code(world: &World, asker: &Person, user: Uuid) -> String {
    let answer = make(world, asker, user).await;
    assert_eq!(answer.status(), 201);
    answer.json::<Value>().await.expect("JSON")["code"].as_str().expect("a code").to_owned()
}

async fn reset(world: &World, code: &str, password: &str) -> Response {
    let request = Client::new().post(world.url("/api/v1/auth/resets")).header("x-forwarded-for", world.next_address());
    request.json(&json!({ "code": code, "password": password })).send().await.expect("an answer")
}

/// The same code with another last letter.
fn wrong(code: &str) -> String {
    let (head, last) = code.split_at(code.len() - 1);
    format!("{head}{}", if last == "7" { "8" } else { "7" })
}

#[tokio::test]
async fn a_family_without_mail_gets_a_code_and_with_it_a_new_password_once() {
    let world = world().await;
    let guardian = unconfirm(&world, "guardian").await;
    let (principal, mother) = (world.sign_in("principal").await, world.sign_in("guardian").await);
    let (status, detail) = read(&world, &principal, &format!("/api/v1/admin/people/{guardian}")).await;
    assert_eq!((status, &detail["may_reset"]), (200, &json!(true)));
    let code = code(&world, &principal, guardian).await;
    assert_eq!(mother.get(&world.url("/api/v1/me")).await.status(), 200, "a code alone ends nothing");
    assert_eq!(reset(&world, &code, "password123").await.status(), 422, "a bad try uses nothing up");
    let answer = reset(&world, &code.to_lowercase().replace(' ', "-"), NEW_PASSWORD).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({ "email": email("guardian") }));
    assert_eq!(mother.get(&world.url("/api/v1/me")).await.status(), 401);
    assert_eq!(mother.post(&world.url("/api/v1/auth/refresh")).await.status(), 401);
    assert_eq!(world.login(&Client::new(), &email("guardian"), NEW_PASSWORD).await.status(), 200);
    assert_eq!(reset(&world, &code, "quatro patos na varanda").await.status(), 404, "once");
    assert_eq!(recorded(&world, "make_reset_code", "allowed").await, 1);
    let owner = world.server.database.owner().await;
    let told = "select count(*) from outbox where kind = 'password_changed' and recipient = $1";
    assert_eq!(owner.query_one(told, &[&email("guardian")]).await.expect("a count").get::<_, i64>(0), 1);
    let kept = "select string_agg(r::text, ' ') from password_resets r";
    let kept: String = owner.query_one(kept, &[]).await.expect("rows").get(0);
    assert!(!kept.contains(&code.replace(' ', "")) && !kept.contains(&code[5..]), "{kept}");
}

#[tokio::test]
async fn nobody_makes_one_for_themselves_for_somebody_above_or_elsewhere_or_whom_a_mail_reaches() {
    let world = world().await;
    for relation in ["principal", "coordinator", "network_manager", "class_teacher", "guardian", "other_school"] {
        unconfirm(&world, relation).await;
    }
    let of = async |relation| user(&world, relation).await;
    for (asker, about, expected) in [
        ("principal", "principal", 403),
        ("principal", "network_manager", 404),
        ("principal", "other_school", 404),
        // Has confirmed the address: a mail is the way.
        ("principal", "psychologist", 403),
        ("coordinator", "guardian", 403),
        ("class_teacher", "guardian", 404),
        ("guardian", "class_teacher", 404),
        ("network_manager", "network_manager", 404),
        ("principal", "guardian", 201),
        ("principal", "coordinator", 201),
        ("network_manager", "principal", 201),
    ] {
        let (person, about_id) = (world.sign_in(asker).await, of(about).await);
        let answer = make(&world, &person, about_id).await;
        let status = answer.status().as_u16();
        assert_eq!(status, expected, "{asker} for {about}");
        if status == 404 {
            let nothing = make(&world, &person, Uuid::now_v7()).await;
            assert_eq!(without_request_id(answer).await, without_request_id(nothing).await);
        }
    }
    let rows = world.server.database.owner().await;
    let rows: i64 = rows.query_one("select count(*) from password_resets", &[]).await.expect("a count").get(0);
    assert_eq!(rows, 3);
    assert!(recorded(&world, "make_reset_code", "denied").await >= 8);
}

#[tokio::test]
async fn it_needs_a_fresh_proof() {
    let world = world().await;
    let guardian = unconfirm(&world, "guardian").await;
    let principal = world.sign_in("principal").await;
    let owner = world.server.database.owner().await;
    owner.execute("update login_sessions set confirmed_at = now() - interval '1 hour'", &[]).await.expect("aged");
    let answer = make(&world, &principal, guardian).await;
    assert_eq!(answer.status(), 403);
    assert_eq!(without_request_id(answer).await["code"], json!("step_up_required"));
}

#[tokio::test]
async fn five_wrong_codes_a_day_a_newer_code_and_a_maker_who_left_make_it_worthless() {
    let world = world().await;
    let guardian = unconfirm(&world, "guardian").await;
    let principal = world.sign_in("principal").await;
    let owner = world.server.database.owner().await;

    let guessed = code(&world, &principal, guardian).await;
    for _ in 0..5 {
        assert_eq!(reset(&world, &wrong(&guessed), NEW_PASSWORD).await.status(), 404);
    }
    assert_eq!(reset(&world, &guessed, NEW_PASSWORD).await.status(), 404, "worn out");

    let old = code(&world, &principal, guardian).await;
    let new = code(&world, &principal, guardian).await;
    assert_eq!(reset(&world, &old, NEW_PASSWORD).await.status(), 404, "replaced");
    let left: String = {
        let span = "select (expires_at - created_at)::text from password_resets order by created_at desc limit 1";
        owner.query_one(span, &[]).await.expect("a row").get(0)
    };
    assert_eq!(left, "1 day");
    owner.execute("update password_resets set expires_at = now() where used_at is null", &[]).await.expect("aged");
    assert_eq!(reset(&world, &new, NEW_PASSWORD).await.status(), 404, "too late");

    let orphaned = code(&world, &principal, guardian).await;
    let leave = "update staff_functions set valid_to = now() where function = 'principal' and user_id = $1";
    owner.execute(leave, &[&user(&world, "principal").await]).await.expect("left");
    assert_eq!(reset(&world, &orphaned, NEW_PASSWORD).await.status(), 404, "its maker may no longer");
}

#[tokio::test]
async fn a_secret_of_one_kind_is_none_of_the_other_and_one_must_be_given() {
    let world = world().await;
    for (body, expected) in [
        (json!({ "password": NEW_PASSWORD }), 422),
        (json!({ "token": "A".repeat(43), "code": "7K2M 9QRT X4BD", "password": NEW_PASSWORD }), 422),
        (json!({ "code": "A".repeat(43), "password": NEW_PASSWORD }), 404),
        (json!({ "token": "7K2M 9QRT X4BD", "password": NEW_PASSWORD }), 404),
        (json!({ "code": "7K2M 9QRT X4BD", "password": NEW_PASSWORD }), 404),
    ] {
        let request = Client::new().post(world.url("/api/v1/auth/resets"));
        let request = request.header("x-forwarded-for", world.next_address());
        assert_eq!(request.json(&body).send().await.expect("an answer").status(), expected, "{body}");
    }
}
