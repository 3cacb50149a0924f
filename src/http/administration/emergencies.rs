//! Emergency access: finding a child by name, opening its record with a reason, ending that, and looking at who did.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Acting, answer, denied, id, invalid, query, search};
use crate::domain::break_glass;
use crate::domain::ids::SchoolId;
use crate::http::Services;
use crate::http::extract::{Authenticated, Confirmed, RequestId};
use crate::http::problem::{Problem, ProblemBody};
use crate::mail::texts;
use crate::store::administration::emergencies::{self, Writes};
use crate::store::administration::views::{Effect, Emergency, EmergencyStudent};

/// Why a record is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// In the person's words; 20 to 500 characters. The family reads it.
    #[schema(min_length = 20, max_length = 500)]
    reason: String,
}

/// Nothing more is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBreakGlass {}

/// Which child.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmergencySearch {
    /// The school.
    school_id: Uuid,
    /// The whole name, or at least two words of it, with or without accents; at most 100 characters.
    name: String,
}

/// Which school.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmergencyReview {
    /// The school.
    school_id: Uuid,
}

/// Children of that name.
#[derive(Serialize, ToSchema)]
pub struct EmergencyStudents {
    students: Vec<EmergencyStudent>,
}

/// Who opened records.
#[derive(Serialize, ToSchema)]
pub struct Emergencies {
    emergencies: Vec<Emergency>,
}

/// Finds a child by name, to open its record in an emergency. Needs a fresh proof.
#[utoipa::path(get, path = "/api/v1/admin/break-glass/students", tag = "emergencies",
    operation_id = "find_emergency_students", params(EmergencySearch), responses(
    (status = 200, description = "Five at most", body = EmergencyStudents),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn find(
    services: web::Data<Services>,
    confirmed: Confirmed,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<EmergencyStudents>, Problem> {
    let EmergencySearch { school_id, name } = query(&request)?;
    let name = search(Some(name))?.ok_or_else(|| invalid("name", "too_short"))?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let asker = request_id.asked_by(confirmed.0);
    let students = emergencies::find(&services.store, asker, SchoolId(school_id), name).await.map_err(denied)?;
    Ok(web::Json(EmergencyStudents { students }))
}

/// Lists who opened records of a school's students in an emergency, for direction and coordination.
#[utoipa::path(get, path = "/api/v1/admin/break-glass", tag = "emergencies", operation_id = "list_emergencies",
    params(EmergencyReview), responses(
    (status = 200, description = "Newest first, 200 at most", body = Emergencies),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<Emergencies>, Problem> {
    let EmergencyReview { school_id } = query(&request)?;
    let asker = request_id.asked_by(signed_in.0);
    let emergencies = emergencies::list(&services.store, asker, SchoolId(school_id)).await.map_err(denied)?;
    Ok(web::Json(Emergencies { emergencies }))
}

/// Opens a child's record in an emergency: to read, for an hour, with a reason that the family reads. Needs a fresh proof.
#[utoipa::path(post, path = "/api/v1/admin/students/{student_id}/break-glass", tag = "emergencies",
    operation_id = "open_emergency", params(("student_id" = Uuid, Path, description = "The student"),
    ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = BreakGlass, responses(
    (status = 200, description = "What is open, or would be", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn open(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<BreakGlass>,
) -> Result<web::Json<Effect>, Problem> {
    let reason = break_glass::reason(&body.reason).map_err(|code| invalid("reason", code))?;
    let letter = services.slot.is_open().then_some(texts::emergency as Writes);
    let manner = acting.manner(Vec::new());
    let dry_run = manner.dry_run;
    let effect = emergencies::open(&services.store, manner, id(&path)?, reason, letter).await;
    if effect.is_ok() && !dry_run {
        crate::metrics::emergency_opened();
        services.slot.ring();
    }
    answer(effect)
}

/// Ends an emergency before its time.
#[utoipa::path(post, path = "/api/v1/admin/students/{student_id}/break-glass/{break_glass_id}/end", tag = "emergencies",
    operation_id = "end_emergency", params(("student_id" = Uuid, Path, description = "The student"),
    ("break_glass_id" = Uuid, Path, description = "The emergency"),
    ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = EndBreakGlass, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<(String, String)>,
    _: web::Json<EndBreakGlass>,
) -> Result<web::Json<Effect>, Problem> {
    let (student, emergency) = (id(&path.0)?, id(&path.1)?);
    answer(emergencies::end(&services.store, acting.manner(Vec::new()), student, emergency).await)
}
