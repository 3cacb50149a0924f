//! What was open in the program that Kazumi replaces, each with a test that it stays shut.
//!
//! Shut elsewhere: any account reading any plan and guardians reading other children (`matrix.rs`, `frames.rs`); tokens without issuer,
//! audience and session (`forged_tokens.rs`); deleting an account taking what others wrote (`rls_catalogue.rs`); the token in
//! `localStorage` (`frontend/e2e/hostile-text.spec.ts`); the database published with a fixed password (`tests/operations`).
//!
//! Still without the feature they concern, to be tested with it: grades read by any guardian and interventions of any plan (records of the
//! plan); the tax number of guardians given to anybody and schools edited by any manager (administration); a password changed without
//! the old one and sessions that survive it (identity); documents uploaded for anybody, served without a session, typed by their sender,
//! removed by a path with `..` (attachments); messages destroyed with an account (chat).

use std::path::Path;
use std::process::Command;

use kazumi::http::ENDPOINTS;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::World;
use super::payloads;
use super::places::Target;
use crate::authz::{RELATIONS, matrix};

/// Addresses that change something and that somebody without a session may ask: with a secret of their own, or to end what they have.
/// A request for a new password answers everybody alike and changes nothing but by mail.
const OPEN_DOORS: [&str; 2] = ["POST /api/v1/auth/logout", "POST /api/v1/auth/reset-requests"];

#[tokio::test]
async fn nobody_makes_an_account_for_themselves() {
    let anonymous = RELATIONS.iter().position(|name| *name == "anonymous").expect("a column");
    for row in matrix().iter().filter(|row| row.kind == "route" && !row.name.starts_with("GET ")) {
        let is_refused = matches!(row.cells[anonymous].as_str(), "401" | "403" | "404");
        assert!(is_refused || OPEN_DOORS.contains(&row.name.as_str()), "{} is open to everybody", row.name);
    }
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let people = "select count(*) from users";
    let before: i64 = owner.query_one(people, &[]).await.expect("a count").get(0);
    let body = json!({ "email": "novo@example.org", "password": "correct horse battery", "name": "Novo",
                       "role": "network_manager", "tipo_usuario": "gestor", "kind": "operator" });
    for path in
        ["auth/register", "auth/signup", "auth/login", "auth/refresh", "auth/step-up", "users", "me", "invitations"]
    {
        for method in [Method::POST, Method::PUT, Method::PATCH] {
            let request = Client::new().request(method, world.url(&format!("/api/v1/{path}"))).header("x-kazumi", "1");
            let status = request.json(&body).send().await.expect("an answer").status();
            assert!(status.is_client_error(), "{path}: {status}");
        }
    }
    let after: i64 = owner.query_one(people, &[]).await.expect("a count").get(0);
    assert_eq!(before, after);
}

#[tokio::test]
async fn an_account_without_a_tie_finds_no_student_at_all() {
    let world = World::new(&[]).await;
    for relation in ["operator", "unlinked_same_school", "ended_link", "restricted_guardian"] {
        let person = world.sign_in(relation).await;
        let list: Value = person.get(&world.url("/api/v1/students")).await.json().await.expect("JSON");
        assert_eq!(list["students"], json!([]), "{relation}");
        for child in &world.children {
            let answer = person.get(&world.url(&format!("/api/v1/peis/{}", child.pei))).await;
            assert_eq!(answer.status(), 404, "{relation}");
        }
    }
}

#[tokio::test]
async fn no_body_may_carry_more_than_its_description_says() {
    let world = World::new(&[]).await;
    let person = world.sign_in("class_teacher").await;
    let own = world.child(Target::Own);
    let mut tried = 0;
    for endpoint in ENDPOINTS {
        let route = format!("{} {}", endpoint.method, endpoint.template);
        let Some(body) = payloads::body(&route, "class_teacher", own) else { continue };
        let mut path = endpoint.template.to_owned();
        for name in endpoint.template.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            path = path.replace(&format!("{{{name}}}"), &own.parameter(endpoint.template, name));
        }
        for (name, value) in [
            ("admin", json!(true)),
            ("role", json!("network_manager")),
            ("tipo_usuario", json!("gestor")),
            ("user_id", json!(own.member)),
            ("author_id", json!(own.member)),
            ("pei_id", json!(world.child(Target::OtherSchool).pei)),
            ("__proto__", json!({ "admin": true })),
        ] {
            if body.get(name).is_some() {
                continue;
            }
            let mut more = body.clone();
            more[name] = value;
            let request = person.http.request(endpoint.method.parse().expect("a method"), world.url(&path));
            let request = request.header("x-kazumi", "1").bearer_auth(&person.token).json(&more);
            let answer = request.send().await.expect("an answer");
            assert!(matches!(answer.status().as_u16(), 422 | 403 | 404), "{route} takes {name}: {}", answer.status());
            tried += 1;
        }
    }
    assert!(tried >= 14, "{tried} bodies");
}

#[tokio::test]
async fn no_other_site_is_told_that_it_may_ask() {
    let world = World::new(&[]).await;
    let token = world.sign_in("class_teacher").await.token;
    for endpoint in ENDPOINTS {
        let path = endpoint.template.replace("{part:.*}", "").replace("{pei_id}", &world.pei.to_string());
        for origin in ["https://evil.example", "null", "http://localhost:3000"] {
            let ask = |method: Method| Client::new().request(method, world.url(&path)).header("origin", origin);
            let preflight = ask(Method::OPTIONS)
                .header("access-control-request-method", endpoint.method)
                .header("access-control-request-headers", "authorization,x-kazumi,content-type");
            let plain = ask(endpoint.method.parse().expect("a method")).bearer_auth(&token);
            for request in [preflight, plain] {
                let answer = request.send().await.expect("an answer");
                let told = answer.headers().keys().find(|name| name.as_str().starts_with("access-control-"));
                assert_eq!(told, None, "{path} for {origin}");
            }
        }
    }
}

#[test]
fn a_server_with_a_secret_from_an_example_does_not_start() {
    for secret in [
        "",
        "changeme",
        "your-secret-key-change-in-production-please",
        "kazumi-kazumi-kazumi-kazumi-kazumi-kz",
        &"a1".repeat(40),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
        command.arg("serve").env_clear().env("KAZUMI_REFRESH_SECRET", secret);
        let output = command.output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains("KAZUMI_REFRESH_SECRET"), "{secret}: {text}");
        assert!(secret.is_empty() || !text.contains(secret), "{text}");
    }
}

#[test]
fn no_log_dump_key_or_environment_is_committed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        // An unpacked archive of the sources: what it holds was chosen when it was made.
        return;
    }
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output().expect("git runs");
    assert!(output.status.success());
    let files = String::from_utf8(output.stdout).expect("text");
    let files: Vec<&str> = files.split('\0').filter(|file| !file.is_empty()).collect();
    assert!(files.len() > 100);
    for file in files {
        let name = file.rsplit('/').next().unwrap_or(file);
        let is_secret =
            [".log", ".pem", ".key", ".dump", ".sqlite", ".p12", ".har"].iter().any(|end| name.ends_with(end));
        let is_environment = name.starts_with(".env") && name != ".env.example";
        assert!(!is_secret && !is_environment, "{file} is committed");
    }
}
