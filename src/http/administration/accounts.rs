//! Closing and opening accounts, and ending their sessions.

use actix_web::web;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Acting, answer, id};
use crate::domain::administration::Warning;
use crate::http::Services;
use crate::http::problem::{Problem, ProblemBody};
use crate::store::administration::accounts::{self, AccountAct};
use crate::store::administration::views::Effect;

/// What goes with an act on an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnAccount {
    /// Warnings of the preview that the person has read.
    #[serde(default)]
    accept: Vec<Warning>,
}

/// Closes an account: nobody signs in with it, and its sessions end.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/close", tag = "administration", operation_id = "close_account",
    params(("user_id" = Uuid, Path, description = "The person"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = OnAccount, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn close(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<OnAccount>,
) -> Result<web::Json<Effect>, Problem> {
    let manner = acting.manner(body.into_inner().accept);
    answer(accounts::change(&services.store, manner, id(&path)?, AccountAct::Close).await)
}

/// Opens a closed account again.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/open", tag = "administration", operation_id = "open_account",
    params(("user_id" = Uuid, Path, description = "The person"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = OnAccount, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
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
    body: web::Json<OnAccount>,
) -> Result<web::Json<Effect>, Problem> {
    let manner = acting.manner(body.into_inner().accept);
    answer(accounts::change(&services.store, manner, id(&path)?, AccountAct::Open).await)
}

/// Ends all sessions of a person.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/end-sessions", tag = "administration", operation_id = "end_sessions",
    params(("user_id" = Uuid, Path, description = "The person"), ("dry_run" = Option<bool>, Query, description = "Only say what would change")), request_body = OnAccount, responses(
    (status = 200, description = "What changed, or would change", body = Effect),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end_sessions(
    services: web::Data<Services>,
    acting: Acting,
    path: web::Path<String>,
    body: web::Json<OnAccount>,
) -> Result<web::Json<Effect>, Problem> {
    let manner = acting.manner(body.into_inner().accept);
    answer(accounts::change(&services.store, manner, id(&path)?, AccountAct::EndSessions).await)
}
