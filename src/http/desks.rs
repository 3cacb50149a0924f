//! Desks ("canais"): a guardian asks for a room of their own with the coordination or with special education. What is said there travels on sockets.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{Problem, ProblemBody};
use crate::domain::conversation::Desk;
use crate::domain::ids::UserId;
use crate::protocol::code::Code;
use crate::store::Error;
use crate::store::rooms::desks;

/// Which desk, and whose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDesk {
    desk: Desk,
    /// Whose desk it is; absent for the asker's own. Needed from those who sit there.
    guardian_id: Option<Uuid>,
}

/// A desk's room.
#[derive(Serialize, ToSchema)]
pub struct DeskRoom {
    room_id: Uuid,
}

/// Opens the room of a guardian at a desk, or finds it. A guardian for themselves; those who write at the desk, for a guardian of the child.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/desks", tag = "rooms", operation_id = "open_desk",
    params(("student_id" = Uuid, Path, description = "The student")), request_body = OpenDesk, responses(
    (status = 200, description = "It was open", body = DeskRoom),
    (status = 201, description = "Opened now", body = DeskRoom),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn open(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
    body: web::Json<OpenDesk>,
) -> Result<HttpResponse, Problem> {
    let student = path.parse().map_err(|_| Code::NotFound)?;
    let asker = request_id.asked_by(signed_in.0);
    let OpenDesk { desk, guardian_id } = body.into_inner();
    let opened =
        desks::open(&services.store, asker, student, desk, guardian_id.map(UserId)).await.map_err(|error| {
            if matches!(error, Error::NotFound | Error::Rule(_)) {
                crate::metrics::authz_denied("desks");
            }
            Problem::from(error)
        })?;
    let status = if opened.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(DeskRoom { room_id: opened.room.0 }))
}
