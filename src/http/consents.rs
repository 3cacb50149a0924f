//! "Autorizações": what a family allows beyond the school's duty, who decided, and deciding. Taking something back is one request and acts with its commit.

use actix_web::web;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use crate::domain::consent::{self, ConsentKind, ConsentState, TEXT_VERSION};
use crate::domain::ids::{StudentId, UserId};
use crate::protocol::code::Code;
use crate::store::Asker;
use crate::store::consents::{self, Consents, Decision, NewDecision};

/// Longest word about where a paper is kept, in characters.
const MAX_EVIDENCE: usize = 200;

/// One thing that is allowed or not.
#[derive(Serialize, ToSchema)]
pub struct ConsentItem {
    kind: ConsentKind,
    /// Only `given` allows it.
    state: ConsentState,
    /// What is read before deciding.
    text: &'static str,
    text_version: i32,
    /// What the asker said last; null for nothing, and for who does not decide.
    #[schema(required)]
    mine: Option<bool>,
}

/// One decision.
#[derive(Serialize, ToSchema)]
pub struct ConsentDecision {
    kind: ConsentKind,
    given: bool,
    text_version: i32,
    guardian_id: Uuid,
    guardian_name: String,
    /// Null for what was said on the screen.
    #[schema(required)]
    paper: Option<PaperConsent>,
    #[serde(with = "time::serde::rfc3339")]
    decided_at: OffsetDateTime,
}

/// What was signed.
#[derive(Serialize, ToSchema)]
pub struct PaperConsent {
    recorded_by_name: String,
    /// Where the paper is kept.
    evidence: String,
}

/// What is allowed for one student.
#[derive(Serialize, ToSchema)]
pub struct ConsentList {
    student_id: Uuid,
    student_name: String,
    /// Whether the asker decides for the child.
    decides: bool,
    /// Whether the asker records what guardians signed.
    records: bool,
    consents: Vec<ConsentItem>,
    /// Newest first, 100 at most; null for who may not see who decided.
    #[schema(required)]
    history: Option<Vec<ConsentDecision>>,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    kind: ConsentKind,
    /// True allows it; false refuses it or takes it back.
    given: bool,
    /// The `text_version` that was read.
    text_version: i32,
    /// What a guardian signed, recorded by the school; absent for the asker's own decision.
    paper: Option<SignedPaper>,
}

/// What a guardian signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedPaper {
    guardian_id: Uuid,
    /// Where the paper is kept; 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    evidence: String,
}

/// What is allowed for a student: the state for everybody who may see the child, who decided for family, direction and coordination.
#[utoipa::path(get, path = "/api/v1/students/{student_id}/consents", tag = "students", operation_id = "list_consents",
    params(("student_id" = Uuid, Path, description = "The student")), responses(
    (status = 200, description = "Each kind", body = ConsentList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
) -> Result<web::Json<ConsentList>, Problem> {
    let student = path.parse().map_err(|_| Code::NotFound)?;
    let asker = request_id.asked_by(signed_in.0);
    show(&services, asker, student).await
}

/// Allows something, refuses it or takes it back. A guardian who decides for the child, for themselves; direction and coordination, what such a guardian
/// signed.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/consents", tag = "students", operation_id = "decide_consent",
    params(("student_id" = Uuid, Path, description = "The student")), request_body = Decide, responses(
    (status = 200, description = "What holds now", body = ConsentList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn decide(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
    body: web::Json<Decide>,
) -> Result<web::Json<ConsentList>, Problem> {
    let student = path.parse().map_err(|_| Code::NotFound)?;
    let asker = request_id.asked_by(signed_in.0);
    let Decide { kind, given, text_version, paper } = body.into_inner();
    let on_paper =
        paper.map(|paper| Ok::<_, Problem>((UserId(paper.guardian_id), evidence(&paper.evidence)?))).transpose()?;
    let new = NewDecision { kind, given, text_version, on_paper };
    consents::decide(&services.store, asker.clone(), student, new).await.map_err(denied)?;
    show(&services, asker, student).await
}

async fn show(services: &Services, asker: Asker, student: StudentId) -> Result<web::Json<ConsentList>, Problem> {
    let user = asker.user;
    let found = consents::list(&services.store, asker, student).await.map_err(denied)?;
    Ok(web::Json(answer(student, user, found)))
}

fn answer(student: StudentId, user: UserId, found: Consents) -> ConsentList {
    let mine = |kind| {
        let history = found.history.as_ref().filter(|_| found.decides)?;
        history.iter().find(|said| said.kind == kind && said.guardian == user).map(|said| said.given)
    };
    let consents = found
        .states
        .iter()
        .map(|&(kind, state)| ConsentItem {
            kind,
            state,
            text: consent::text(kind),
            text_version: TEXT_VERSION,
            mine: mine(kind),
        })
        .collect();
    ConsentList {
        student_id: student.0,
        decides: found.decides,
        records: found.records,
        consents,
        history: found.history.map(|history| history.into_iter().map(Into::into).collect()),
        student_name: found.student_name,
    }
}

impl From<Decision> for ConsentDecision {
    fn from(decision: Decision) -> Self {
        let Decision { kind, given, text_version, evidence, decided_at, guardian, guardian_name, recorded_by_name } =
            decision;
        let paper = evidence.map(|evidence| PaperConsent { recorded_by_name, evidence });
        Self { kind, given, text_version, guardian_id: guardian.0, guardian_name, paper, decided_at }
    }
}

fn evidence(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let code = match text.chars().count() {
        _ if text.chars().any(char::is_control) => "invalid",
        0 => "too_short",
        1..=MAX_EVIDENCE => return Ok(text.to_owned()),
        _ => "too_long",
    };
    Err(Problem::invalid(vec![FieldError { field: "evidence".to_owned(), code }]))
}

fn denied(error: crate::store::Error) -> Problem {
    if matches!(error, crate::store::Error::NotFound | crate::store::Error::Rule(_)) {
        crate::metrics::authz_denied("consents");
    }
    error.into()
}
