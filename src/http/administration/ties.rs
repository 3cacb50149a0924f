//! Memberships in the team of a student, and guardianships.

use actix_web::web;
use serde::Deserialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::functions::EndTie;
use super::{Acting, answer, id, invalid, near};
use crate::domain::ids::UserId;
use crate::domain::people::Function;
use crate::http::Services;
use crate::http::problem::{Problem, ProblemBody};
use crate::store::administration::guardians::{self, End, GuardianshipChange, NewGuardianship};
use crate::store::administration::links::{self, NewLink};
use crate::store::administration::views::{Custody, Effect};

/// Longest kinship, in characters.
const MAX_KINSHIP: usize = 60;

/// A membership to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveLink {
    user_id: Uuid,
    /// One that the person exercises in the student's school.
    function: Function,
    /// Not before now; null is now.
    #[serde(default, with = "time::serde::rfc3339::option")]
    valid_from: Option<OffsetDateTime>,
    /// Null is until further notice.
    #[serde(default, with = "time::serde::rfc3339::option")]
    valid_to: Option<OffsetDateTime>,
}

/// A guardianship to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveGuardianship {
    user_id: Uuid,
    /// In the family's words, e.g. "avó"; 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    kinship: String,
    custody: Custody,
    can_view: bool,
    can_write: bool,
    /// A court forbids access: outranks everything else.
    judicial_restriction: bool,
}

/// What changes in a guardianship; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeGuardianship {
    /// `version` as it was read: what somebody else changed since is not changed again.
    version: i32,
    #[schema(min_length = 1, max_length = 60)]
    kinship: Option<String>,
    custody: Option<Custody>,
    can_view: Option<bool>,
    can_write: Option<bool>,
    judicial_restriction: Option<bool>,
    /// Ends it now.
    #[serde(default)]
    end: bool,
    /// Ends it on a date to come.
    #[serde(default, with = "time::serde::rfc3339::option")]
    end_at: Option<OffsetDateTime>,
}

fn kinship(text: String) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(invalid("kinship", "too_short")),
        1..=MAX_KINSHIP if !text.chars().any(char::is_control) => Ok(text.to_owned()),
        1..=MAX_KINSHIP => Err(invalid("kinship", "invalid")),
        _ => Err(invalid("kinship", "too_long")),
    }
}

/// Makes a member of staff a member of a student's team.
#[utoipa::path(post, path = "/api/v1/admin/students/{student_id}/team", tag = "administration", operation_id = "give_link",
    params(("student_id" = Uuid, Path, description = "The student"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = GiveLink, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn give_link(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<GiveLink>,
) -> Result<web::Json<Effect>, Problem> {
    let body = body.into_inner();
    near("valid_from", body.valid_from)?;
    near("valid_to", body.valid_to)?;
    let new = NewLink { user: UserId(body.user_id), function: body.function, from: body.valid_from, to: body.valid_to };
    answer(links::give(&services.store, acting.manner(Vec::new()), id(&path)?, new).await)
}

/// Ends a membership in a student's team.
#[utoipa::path(post, path = "/api/v1/admin/students/{student_id}/team/{link_id}/end", tag = "administration", operation_id = "end_link",
    params(("student_id" = Uuid, Path, description = "The student"), ("link_id" = Uuid, Path, description = "The membership"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = EndTie, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end_link(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<(String, String)>,
    body: web::Json<EndTie>,
) -> Result<web::Json<Effect>, Problem> {
    let (student, link) = (id(&path.0)?, id(&path.1)?);
    let EndTie { version, at, accept } = body.into_inner();
    near("at", at)?;
    answer(links::end(&services.store, acting.manner(accept), student, link, version, at).await)
}

/// Makes somebody a guardian of a student.
#[utoipa::path(post, path = "/api/v1/admin/students/{student_id}/guardians", tag = "administration", operation_id = "give_guardianship",
    params(("student_id" = Uuid, Path, description = "The student"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = GiveGuardianship, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn give_guardianship(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<GiveGuardianship>,
) -> Result<web::Json<Effect>, Problem> {
    let body = body.into_inner();
    let new = NewGuardianship {
        user: UserId(body.user_id),
        kinship: kinship(body.kinship)?,
        custody: body.custody,
        can_view: body.can_view,
        can_write: body.can_write,
        judicial_restriction: body.judicial_restriction,
    };
    answer(guardians::give(&services.store, acting.manner(Vec::new()), id(&path)?, new).await)
}

/// Changes or ends a guardianship.
#[utoipa::path(patch, path = "/api/v1/admin/students/{student_id}/guardians/{guardianship_id}", tag = "administration", operation_id = "change_guardianship",
    params(("student_id" = Uuid, Path, description = "The student"), ("guardianship_id" = Uuid, Path, description = "The guardianship"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = ChangeGuardianship, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn change_guardianship(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<(String, String)>,
    body: web::Json<ChangeGuardianship>,
) -> Result<web::Json<Effect>, Problem> {
    let (student, guardianship) = (id(&path.0)?, id(&path.1)?);
    let body = body.into_inner();
    near("end_at", body.end_at)?;
    let end = match (body.end, body.end_at) {
        (false, None) => None,
        (true, None) => Some(End::Now),
        (false, Some(at)) => Some(End::At(at)),
        (true, Some(_)) => return Err(invalid("end_at", "invalid")),
    };
    let change = GuardianshipChange {
        seen: body.version,
        kinship: body.kinship.map(kinship).transpose()?,
        custody: body.custody,
        can_view: body.can_view,
        can_write: body.can_write,
        judicial_restriction: body.judicial_restriction,
        end,
    };
    answer(guardians::change(&services.store, acting.manner(Vec::new()), student, guardianship, change).await)
}
