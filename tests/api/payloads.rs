//! A valid request for every address, so that a denial in the matrix is never a complaint about the body in disguise. One factory:
//! an address whose description has a body, and that is not named here, fails the matrix with a sentence that says so.

use std::sync::LazyLock;

use kazumi::http;
use serde_json::{Value, json};

use super::factors;
use super::fixture::{PASSWORD, email};
use super::invitations::NEW_PASSWORD;
use super::places::Child;

/// The body of a request of `relation` about `child`; none for an address that takes none.
pub fn body(route: &str, relation: &str, about: &Child) -> Option<Value> {
    match route {
        "POST /api/v1/auth/login" => Some(json!({ "email": email(relation), "password": PASSWORD })),
        "POST /api/v1/auth/step-up" => match factors::HOLDERS.contains(&relation) {
            true => Some(json!({ "password": PASSWORD, "code": factors::next_code() })),
            false => Some(json!({ "password": PASSWORD })),
        },
        "POST /api/v1/auth/second-factor/confirm" | "POST /api/v1/auth/second-factor/verify" => {
            Some(json!({ "code": factors::wrong_code() }))
        }
        "POST /api/v1/me/password" => Some(json!({ "old_password": PASSWORD, "password": NEW_PASSWORD })),
        "POST /api/v1/auth/reset-requests" => Some(json!({ "email": email(relation) })),
        "POST /api/v1/auth/resets" => Some(json!({ "token": "A".repeat(43), "password": NEW_PASSWORD })),
        "POST /api/v1/invitations" => {
            let tie = json!({ "kinship": "avó", "custody": "none", "can_write": true });
            let student = about.student.to_string();
            Some(json!({ "kind": "guardian", "name": "Ana", "student_id": student, "guardianship": tie }))
        }
        "POST /api/v1/students/{student_id}/consents" => {
            Some(json!({ "kind": "photo", "given": true, "text_version": 1 }))
        }
        "POST /api/v1/students/{student_id}/corrections" => {
            Some(json!({ "wrong": "O nome está escrito errado.", "should_say": "O nome certo." }))
        }
        "POST /api/v1/students/{student_id}/corrections/{correction_id}/answer" => {
            Some(json!({ "accepted": true, "answer": "Corrigimos." }))
        }
        // The fixture has opened that of the guardian who never signs in.
        "POST /api/v1/students/{student_id}/desks" => match relation.ends_with("guardian") {
            true => Some(json!({ "desk": "coordination" })),
            false => Some(json!({ "desk": "coordination", "guardian_id": about.guardian.0 })),
        },
        "POST /api/v1/rooms/{room_id}/announcements" => Some(json!({
            "client_id": uuid::Uuid::now_v7(), "title": "Reunião", "text": "Na sexta, às 18h.", "needs_confirmation": true
        })),
        "PUT /api/v1/rooms/{room_id}/announcements/{seq}/confirmation" => Some(json!({ "how": "tap" })),
        "POST /api/v1/rooms/{room_id}/messages/{seq}/report" => {
            Some(json!({ "reason": "offence", "note": "Isto ofende a minha filha." }))
        }
        "POST /api/v1/reports/{report_id}/decision" => {
            Some(json!({ "decision": "talked", "note": "Conversamos com as duas." }))
        }
        // Secrets that nobody was given: what the right ones do is `invitations.rs`.
        "POST /api/v1/invitations/preview" | "POST /api/v1/invitations/join" => {
            Some(json!({ "token": "A".repeat(43) }))
        }
        "POST /api/v1/invitations/accept" => {
            Some(json!({ "token": "A".repeat(43), "name": "Ana", "password": NEW_PASSWORD }))
        }
        other if other.contains(" /api/v1/admin/") && describes_a_body(other) => Some(of_administration(other, about)),
        other => {
            assert!(
                !describes_a_body(other),
                "{other} takes a body and has no payload yet: add a valid one to tests/api/payloads.rs"
            );
            None
        }
    }
}

/// Acts of administration, about the child's member or guardian who never signs in.
fn of_administration(route: &str, about: &Child) -> Value {
    match route.rsplit('/').next().unwrap_or_default() {
        "functions" => json!({ "function": "psychologist", "school_id": about.school }),
        "break-glass" => json!({ "reason": "Convulsão no recreio, o SAMU pergunta pelos remédios." }),
        "end" if route.contains("break-glass") => json!({}),
        "end" => json!({ "version": 1 }),
        "close" | "open" | "end-sessions" => json!({}),
        // Is in the team already: an honest asker is told so.
        "team" => json!({ "user_id": about.member.0, "function": "support_professional" }),
        "guardians" => json!({
            "user_id": about.member.0, "kinship": "tia", "custody": "none", "can_view": true, "can_write": false,
            "judicial_restriction": false
        }),
        "{guardianship_id}" => json!({ "version": 1, "judicial_restriction": true }),
        _ => panic!("{route} has no payload yet: add a valid one to tests/api/payloads.rs"),
    }
}

/// What stands behind the question mark: acts of administration are tried, so that one row does not take away what the next needs.
pub fn query(route: &str, about: &Child) -> String {
    match route {
        "GET /api/v1/rooms/search" => "?q=conversa".to_owned(),
        "GET /api/v1/admin/corrections" => format!("?school_id={}", about.school),
        "GET /api/v1/admin/people" | "GET /api/v1/admin/students" => format!("?school_id={}&limit=100", about.school),
        "GET /api/v1/admin/break-glass" => format!("?school_id={}", about.school),
        "GET /api/v1/admin/break-glass/students" => {
            format!("?school_id={}&name={}", about.school, about.canary("").trim_end_matches('-'))
        }
        other if other.contains(" /api/v1/admin/") && describes_a_body(other) => "?dry_run=true".to_owned(),
        _ => String::new(),
    }
}

/// Where a request belongs in the order of one asker's requests: reading first, what ends the asker's own session last.
pub fn rank(route: &str) -> u8 {
    match route {
        "POST /api/v1/auth/logout" => 9,
        // Its token ends with it.
        "POST /api/v1/me/password" => 8,
        other if other.starts_with("GET ") => 0,
        _ => 1,
    }
}

/// Whether the generated description names a body for this address.
fn describes_a_body(route: &str) -> bool {
    let (method, template) = route.split_once(' ').expect("method and template");
    // Made once: it takes longer than a request.
    static DESCRIBED: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&http::openapi::json()).expect("JSON"));
    DESCRIBED["paths"][template][method.to_lowercase()]["requestBody"].is_object()
}
