//! A code on paper for somebody who forgot the password and whom no mail reaches.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{denied, id};
use crate::auth::printed_code::PrintedCode;
use crate::domain::ids::UserId;
use crate::http::extract::{Confirmed, RequestId};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::{Services, metric};
use crate::store;
use crate::store::administration::resets::{self, NewCode};

/// Draws before giving up: each meets another code once in a million for each that is kept.
const DRAWS: usize = 5;

/// A code to print.
#[derive(Serialize, ToSchema)]
pub struct ResetCode {
    /// In groups of four. Shown this once and stored nowhere.
    code: String,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// Makes a code on paper with which a person sets a new password, in the presence of who makes it. Good for a day, once, with five wrong tries.
///
/// For people whom no mail is known to reach, by those who may close the account; never for oneself.
#[utoipa::path(post, path = "/api/v1/admin/people/{user_id}/reset-code", tag = "administration", operation_id = "make_reset_code",
    params(("user_id" = Uuid, Path, description = "The person")), responses(
    (status = 201, description = "Made; codes made before for this person end", body = ResetCode),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn make(
    services: web::Data<Services>,
    asker: Confirmed,
    request_id: RequestId,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let user: UserId = id(&path).inspect_err(|_| crate::metrics::authz_denied("administration"))?;
    let asker = request_id.asked_by(asker.0);
    let mut draws = DRAWS;
    loop {
        draws -= 1;
        let code = PrintedCode::draw();
        let new = NewCode { locator: code.locator(), hash: code.hash(&services.refresh_secret) };
        match resets::issue(&services.store, asker.clone(), user, new).await {
            Ok(expires_at) => {
                metric::password_reset("code_made");
                return Ok(HttpResponse::Created().json(ResetCode { code: code.expose(), expires_at }));
            }
            Err(store::Error::Conflict { constraint }) if constraint == "password_resets_locator" && draws > 0 => {}
            Err(error) => return Err(denied(error)),
        }
    }
}
