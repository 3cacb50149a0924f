//! Showing again who one is, in a session that is open: acts that change who sees a child need a fresh proof.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::MAX_PASSWORD_BYTES;
use super::extract::{Authenticated, RequestId, client_address};
use super::problem::{FieldError, Problem, ProblemBody};
use super::second_factor::{actor, read_code, show};
use super::{Services, metric};
use crate::protocol::code::Code;
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{accounts, second_factor, sessions};

/// The proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The person's own password, 1 to 512 bytes.
    #[schema(format = Password, min_length = 1, max_length = 512)]
    password: String,
    /// A code of the person's device or a recovery code, from whoever has a second factor.
    #[serde(default)]
    #[schema(min_length = 6, max_length = 40)]
    code: Option<String>,
}

/// Shows again who one is. For five minutes this session may then do what needs a fresh proof.
///
/// Guesses are slowed down like those of signing in, and apart from them: whoever sits at an open session must not lock its owner out.
#[utoipa::path(post, path = "/api/v1/auth/step-up", tag = "accounts", request_body = StepUp, responses(
    (status = 204, description = "Confirmed for five minutes"),
    (status = 401, description = "invalid_credentials, second_factor_required, unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn confirm(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<StepUp>,
) -> Result<HttpResponse, Problem> {
    let (user, session) = (asker.0.user, asker.0.session);
    let StepUp { password, code } = body.into_inner();
    let typed = code.as_deref().map(read_code).transpose()?;
    if password.is_empty() || password.len() > MAX_PASSWORD_BYTES {
        let code = if password.is_empty() { "too_short" } else { "too_long" };
        return Err(Problem::invalid(vec![FieldError { field: "password".to_owned(), code }]));
    }
    let (account, network) = (format!("step-up {user}"), client_address(&request));
    if let Err(wait) = services.throttle.attempt(&account, network) {
        metric::auth_attempt("throttled");
        return Err(Problem::too_many_attempts(wait));
    }
    let stored = accounts::find_password_hash(&services.store, user).await?;
    if !services.passwords.verify(password, Some(stored)).await? {
        metric::auth_attempt("refused");
        let event = Event {
            actor: Some(user),
            session: Some(session),
            request_id: Some(request_id.0),
            ..Event::new(Action::StepUp, Outcome::Denied)
        };
        audit::append(&services.store, event).await?;
        return Err(Code::InvalidCredentials.into());
    }
    services.throttle.succeeded(&account, network);
    if second_factor::status(&services.store, user).await?.enrolled {
        let typed = typed.ok_or(Code::SecondFactorRequired)?;
        show(&services, actor(asker.0, request_id), typed, Action::StepUp).await?;
        metric::auth_attempt("confirmed");
        return Ok(HttpResponse::NoContent().finish());
    }
    metric::auth_attempt("confirmed");
    sessions::confirm(&services.store, user, session, request_id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
