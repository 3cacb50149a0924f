//! What surrounds every answer: headers, the browser application, the description, figures, and a log without secrets.

use reqwest::{Client, redirect};
use serde_json::Value;

use super::World;
use super::fixture::{CANARY, PASSWORD, email};
use crate::support::eventually;

#[tokio::test]
async fn security_headers_and_a_request_id_are_on_every_answer() {
    let world = World::new(&[]).await;
    let http = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    for path in ["/healthz", "/nothing", "/api/v1/me", "/api/v1/nothing", "/api/docs", "/api/docs/", "/metrics"] {
        let answer = http.get(world.url(path)).send().await.expect("an answer");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers()[name], value, "{path}");
        }
        let policy = answer.headers()["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers()["x-request-id"].len(), 36, "{path}");
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
        assert!(!answer.headers().contains_key("strict-transport-security"), "plain loopback: {path}");
    }
}

#[tokio::test]
async fn answers_with_data_are_never_kept_by_a_cache() {
    let world = World::new(&[]).await;
    let answer = world.sign_in("guardian").await.get(&world.pei_url()).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn the_browser_application_is_served_with_its_pages_and_nothing_around_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let dist = folder.path().join("dist");
    std::fs::create_dir_all(dist.join("assets")).expect("a folder");
    std::fs::write(dist.join("index.html"), "<!doctype html>start").expect("written");
    std::fs::write(dist.join("assets/app-1a2b.js"), "export {}").expect("written");
    std::fs::write(folder.path().join("secret.txt"), "secret").expect("written");
    let world = World::new(&[("KAZUMI_STATIC_DIR", dist.to_str().expect("text"))]).await;
    let http = Client::new();
    for (path, status, cache, body) in [
        ("/", 200, "no-cache", "start"),
        ("/pei/123", 200, "no-cache", "start"),
        ("/assets/app-1a2b.js", 200, "public, max-age=31536000, immutable", "export"),
        ("/assets/gone-9f.js", 404, "no-store", "not_found"),
        ("/api/v1/nothing", 404, "no-store", "not_found"),
        ("/ws/nothing", 404, "no-store", "not_found"),
        ("/%2e%2e/secret.txt", 200, "no-cache", "start"),
        ("/..%2fsecret.txt", 200, "no-cache", "start"),
    ] {
        let answer = http.get(world.url(path)).send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["cache-control"].to_str().ok()),
            (status, Some(cache)),
            "{path}"
        );
        let text = answer.text().await.expect("text");
        assert!(text.contains(body) && !text.contains("secret"), "{path}: {text}");
    }
}

#[tokio::test]
async fn the_description_is_the_committed_one_and_its_page_loads_nothing_from_elsewhere() {
    let committed = include_str!("../../docs/openapi.json");
    assert_eq!(committed, kazumi::http::openapi::json(), "run: kazumi openapi > docs/openapi.json");
    let world = World::new(&[]).await;
    let served = reqwest::get(world.url("/api/openapi.json")).await.expect("an answer").text().await.expect("text");
    assert_eq!(served, committed);
    let page = reqwest::get(world.url("/api/docs/")).await.expect("an answer").text().await.expect("text");
    assert!(page.contains("swagger-ui") && !page.contains("src=\"http") && !page.contains("href=\"http"), "{page}");
}

#[tokio::test]
async fn figures_count_requests_by_template_and_never_by_path() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    person.get(&world.pei_url()).await;
    for number in 0..50 {
        person.get(&world.url(&format!("/api/v1/unknown/{number}"))).await;
    }
    let figures = reqwest::get(world.url("/metrics")).await.expect("an answer").text().await.expect("text");
    let count = |part: &str| figures.lines().filter(|line| line.contains(part)).count();
    assert_eq!(count(r#"http_requests_total{method="GET",route="/api/v1/peis/{pei_id}",status="200"}"#), 1);
    assert_eq!(count(r#"http_requests_total{method="GET",route="unmatched",status="404"}"#), 1);
    assert!(!figures.contains(&world.pei.to_string()) && !figures.contains("unknown/"));
    assert_eq!(count(r#"auth_attempts_total{result="ok"} 1"#), 1);
}

#[tokio::test]
async fn the_log_names_requests_and_holds_no_person_and_no_secret() {
    let world = World::new(&[("KAZUMI_LOG", "trace"), ("KAZUMI_LOG_FORMAT", "json")]).await;
    let person = world.sign_in("class_teacher").await;
    world.login(&Client::new(), &email("class_teacher"), "wrong-password-7").await;
    let probe = format!("{}?q=query-text-7", world.pei_url());
    assert_eq!(person.get(&probe).await.status(), 200);
    assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 200);
    let ticket: Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
    let bad_id = person.http.get(world.url("/healthz")).header("x-request-id", "forged\" level=ERROR");
    assert_eq!(bad_id.send().await.expect("an answer").status(), 200);

    eventually("the log is written", async || world.server.log().contains("/api/v1/ws/tickets").then_some(())).await;
    let log = world.server.log();
    assert!(log.contains(r#""route":"/api/v1/peis/{pei_id}""#), "requests are logged by template");
    let token_body = person.token.split('.').nth(1).expect("three parts");
    let pei = world.pei.to_string();
    for (what, text) in [
        ("e-mail", "@example.org"),
        ("password", PASSWORD),
        ("wrong password", "wrong-password-7"),
        ("access token", token_body),
        ("ticket", ticket["ticket"].as_str().expect("a ticket")),
        ("name", CANARY),
        ("query", "query-text-7"),
        ("path", &pei),
        ("cookie", "kazumi_rt="),
        ("argon2 hash", "$argon2id"),
        ("network address", "peer"),
        ("forged id", "forged"),
    ] {
        let line = log.lines().find(|line| line.contains(text));
        assert!(line.is_none(), "{what} in the log: {}", line.unwrap_or_default());
    }
}
