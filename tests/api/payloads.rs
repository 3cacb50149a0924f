//! A valid request for every address, so that a denial in the matrix is never a complaint about the body in disguise. One factory:
//! an address whose description has a body, and that is not named here, fails the matrix with a sentence that says so.

use kazumi::http;
use serde_json::{Value, json};

use super::factors;
use super::fixture::{PASSWORD, email};
use super::places::Child;

/// The body of a request of `relation` about `child`; none for an address that takes none.
pub fn body(route: &str, relation: &str, _about: &Child) -> Option<Value> {
    match route {
        "POST /api/v1/auth/login" => Some(json!({ "email": email(relation), "password": PASSWORD })),
        "POST /api/v1/auth/step-up" => match factors::HOLDERS.contains(&relation) {
            true => Some(json!({ "password": PASSWORD, "code": factors::next_code() })),
            false => Some(json!({ "password": PASSWORD })),
        },
        "POST /api/v1/auth/second-factor/confirm" | "POST /api/v1/auth/second-factor/verify" => {
            Some(json!({ "code": factors::wrong_code() }))
        }
        other => {
            assert!(
                !describes_a_body(other),
                "{other} takes a body and has no payload yet: add a valid one to tests/api/payloads.rs"
            );
            None
        }
    }
}

/// Where a request belongs in the order of one asker's requests: reading first, what ends the asker's own session last.
pub fn rank(route: &str) -> u8 {
    match route {
        "POST /api/v1/auth/logout" => 9,
        other if other.starts_with("GET ") => 0,
        _ => 1,
    }
}

/// Whether the generated description names a body for this address.
fn describes_a_body(route: &str) -> bool {
    let (method, template) = route.split_once(' ').expect("method and template");
    let described: Value = serde_json::from_str(&http::openapi::json()).expect("JSON");
    described["paths"][template][method.to_lowercase()]["requestBody"].is_object()
}
