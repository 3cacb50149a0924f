//! Where the signed-in person is signed in, and ending that from here.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Authenticated, RequestId};
use super::problem::{Problem, ProblemBody};
use super::second_factor::actor;
use super::{Services, metric};
use crate::domain::device::{Browser, System};
use crate::domain::ids::LoginSessionId;
use crate::store::{Error, devices};

/// A session on one device.
#[derive(Serialize, ToSchema)]
pub struct MySession {
    session_id: Uuid,
    browser: Browser,
    system: System,
    /// Others use that computer too.
    shared_computer: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// To within ten minutes.
    #[serde(with = "time::serde::rfc3339")]
    last_used_at: OffsetDateTime,
    /// The session that asks.
    current: bool,
    /// It is over: one of its secrets was used twice, as after a theft. Listed for 30 days.
    ended_for_safety: bool,
}

/// The person's sessions, the last used first.
#[derive(Serialize, ToSchema)]
pub struct MySessions {
    sessions: Vec<MySession>,
}

/// The open sessions of the signed-in person, and those that were ended for safety in the last 30 days.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "accounts", operation_id = "my_sessions", responses(
    (status = 200, description = "At most 100", body = MySessions),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(services: web::Data<Services>, asker: Authenticated) -> Result<web::Json<MySessions>, Problem> {
    let found = devices::list(&services.store, asker.0.user).await?;
    let sessions = found.into_iter().map(|device| MySession {
        session_id: device.session.0,
        browser: device.browser,
        system: device.system,
        shared_computer: device.shared_computer,
        created_at: device.created_at,
        last_used_at: device.last_used_at,
        current: device.session == asker.0.session,
        ended_for_safety: device.ended_for_safety,
    });
    Ok(web::Json(MySessions { sessions: sessions.collect() }))
}

/// Ends one session of the signed-in person, with its sockets.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session_id}", tag = "accounts", operation_id = "end_my_session",
    params(("session_id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found: somebody else's, over, or unknown", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn end(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    session: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let ended = match session.parse().map(LoginSessionId) {
        Ok(session) => devices::end(&services.store, actor(asker.0, request_id), session).await,
        Err(_) => Err(Error::NotFound),
    };
    ended.inspect_err(|_| metric::authz_denied("session"))?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all sessions of the signed-in person but this one.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "accounts", operation_id = "end_my_other_sessions",
    responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end_others(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
) -> Result<HttpResponse, Problem> {
    devices::end_others(&services.store, actor(asker.0, request_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
