//! Giving and ending functions.

use actix_web::web;
use serde::Deserialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Acting, answer, id, near};
use crate::domain::administration::Warning;
use crate::domain::ids::SchoolId;
use crate::domain::people::Function;
use crate::http::Services;
use crate::http::problem::{Problem, ProblemBody};
use crate::store::administration::functions::{self, NewFunction};
use crate::store::administration::views::Effect;

/// A function to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveFunction {
    function: Function,
    school_id: Uuid,
    /// Not before now; null is now.
    #[serde(default, with = "time::serde::rfc3339::option")]
    valid_from: Option<OffsetDateTime>,
    /// Null is until further notice.
    #[serde(default, with = "time::serde::rfc3339::option")]
    valid_to: Option<OffsetDateTime>,
}

/// When something ends, and as it was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndTie {
    /// `version` as it was read: what somebody else changed since is not changed again.
    pub(super) version: i32,
    /// Not before now; null is now.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) at: Option<OffsetDateTime>,
    /// Warnings of the preview that the person has read.
    #[serde(default)]
    pub(super) accept: Vec<Warning>,
}

/// Gives a member of staff a function in a school.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/functions", tag = "administration", operation_id = "give_function",
    params(("user_id" = Uuid, Path, description = "The person"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = GiveFunction, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn give(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<GiveFunction>,
) -> Result<web::Json<Effect>, Problem> {
    let body = body.into_inner();
    near("valid_from", body.valid_from)?;
    near("valid_to", body.valid_to)?;
    let new = NewFunction {
        function: body.function,
        school: SchoolId(body.school_id),
        from: body.valid_from,
        to: body.valid_to,
    };
    answer(functions::give(&services.store, acting.manner(Vec::new()), id(&path)?, new).await)
}

/// Ends a function, and the memberships in teams that rest on it.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/functions/{function_id}/end", tag = "administration", operation_id = "end_function",
    params(("user_id" = Uuid, Path, description = "The person"), ("function_id" = Uuid, Path, description = "The function"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = EndTie, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<(String, String)>,
    body: web::Json<EndTie>,
) -> Result<web::Json<Effect>, Problem> {
    let (user, function) = (id(&path.0)?, id(&path.1)?);
    let EndTie { version, at, accept } = body.into_inner();
    near("at", at)?;
    answer(functions::end(&services.store, acting.manner(accept), user, function, version, at).await)
}
