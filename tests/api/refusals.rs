//! Bad input: a stable code, the right status, never a 500, never our insides.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::fixture::{PASSWORD, email};
use super::{World, without_request_id};

async fn post_login(world: &World, content_type: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
    let request = Client::new().post(world.url("/api/v1/auth/login")).header("content-type", content_type);
    let answer = request.body(body).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    (answer.status().as_u16(), without_request_id(answer).await)
}

#[tokio::test]
async fn bodies_that_are_not_the_agreed_one_are_refused_by_kind() {
    let world = World::new(&[]).await;
    let json_type = "application/json";
    let good = json!({ "email": email("guardian"), "password": PASSWORD });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    let deep = "[".repeat(100_000);
    for (content_type, body, status, code, field) in [
        (json_type, "{".to_owned(), 400, "malformed", None),
        (json_type, String::new(), 400, "malformed", None),
        (json_type, deep, 413, "payload_too_large", None),
        (json_type, "[".repeat(60_000), 422, "validation", Some(("body", "invalid"))),
        (json_type, "\u{feff}{}".to_owned(), 400, "malformed", None),
        (json_type, "{}".to_owned(), 422, "validation", Some(("email", "missing"))),
        (json_type, with("role", json!("principal")), 422, "validation", Some(("role", "unknown"))),
        (json_type, with("email", json!(7)), 422, "validation", Some(("body", "invalid"))),
        (json_type, with("email", json!("nobody")), 422, "validation", Some(("email", "invalid"))),
        (json_type, with("email", json!("a\u{0}@example.org")), 422, "validation", Some(("email", "invalid"))),
        (json_type, with("password", json!("")), 422, "validation", Some(("password", "too_short"))),
        (json_type, with("password", json!("x".repeat(600))), 422, "validation", Some(("password", "too_long"))),
        (json_type, with("password", json!("x".repeat(70_000))), 413, "payload_too_large", None),
        ("text/plain", good.to_string(), 415, "unsupported_media_type", None),
        ("application/x-www-form-urlencoded", "email=a".to_owned(), 415, "unsupported_media_type", None),
    ] {
        let shown = body.chars().take(60).collect::<String>();
        let (found, problem) = post_login(&world, content_type, body).await;
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{shown}");
        if let Some((name, code)) = field {
            assert_eq!(problem["errors"], json!([{ "field": name, "code": code }]), "{shown}");
        }
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let world = World::new(&[]).await;
    for (method, path, status, code) in [
        (Method::GET, "/api/v1/nothing", 404, "not_found"),
        (Method::GET, "/api", 404, "not_found"),
        (Method::GET, "/nothing", 404, "not_found"),
        (Method::GET, "/api/docs/nothing.js", 404, "not_found"),
        (Method::GET, "/api/v1/auth/login", 405, "method_not_allowed"),
        (Method::DELETE, "/api/v1/students", 405, "method_not_allowed"),
        (Method::GET, "/api/v1/peis/%00", 401, "unauthenticated"),
    ] {
        let request = Client::new().request(method, world.url(path)).header("x-request-id", "proxy-given-id");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
        if status == 405 {
            assert!(answer.headers().contains_key("allow"));
        }
        let problem: Value = answer.json().await.expect("JSON");
        assert_eq!((&problem["code"], &problem["request_id"]), (&json!(code), &json!("proxy-given-id")), "{path}");
        assert_eq!(problem["type"], json!(format!("urn:kazumi:problem:{code}")));
    }
}

#[tokio::test]
async fn the_cookie_counts_only_for_our_own_pages() {
    let world = World::new(&[("KAZUMI_PUBLIC_ORIGINS", "https://pei.example.org")]).await;
    let same = format!("http://127.0.0.1:{}", world.server.port);
    for (headers, allowed) in [
        (vec![("x-kazumi", "1")], true),
        (vec![("x-kazumi", "1"), ("origin", same.as_str()), ("sec-fetch-site", "same-origin")], true),
        (vec![("x-kazumi", "1"), ("origin", "https://pei.example.org")], true),
        (vec![], false),
        (vec![("x-kazumi", "0")], false),
        (vec![("origin", same.as_str())], false),
        (vec![("x-kazumi", "1"), ("origin", "null")], false),
        (vec![("x-kazumi", "1"), ("origin", "https://pei.example.org.evil.test")], false),
        (vec![("x-kazumi", "1"), ("sec-fetch-site", "cross-site")], false),
        (vec![("x-kazumi", "1"), ("sec-fetch-site", "same-site")], false),
    ] {
        for path in ["/api/v1/auth/refresh", "/api/v1/auth/logout"] {
            let mut request = Client::new().post(world.url(path));
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status() != 403, allowed, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_sign_somebody_in() {
    let world = World::new(&[]).await;
    let body = json!({ "email": email("guardian"), "password": PASSWORD });
    let request = Client::new().post(world.url("/api/v1/auth/login")).header("origin", "https://evil.test").json(&body);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 403);
    assert_eq!(without_request_id(answer).await["code"], json!("bad_origin"));
}
