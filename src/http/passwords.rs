//! Passwords: changing one's own, asking for a new one by mail, setting it with what a mail or a paper says.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::accounts::{MAX_PASSWORD_BYTES, is_email};
use super::extract::{Authenticated, RequestId, SameSite, client_address};
use super::problem::{FieldError, Problem, ProblemBody};
use super::{Services, metric};
use crate::auth::printed_code::PrintedCode;
use crate::auth::refresh::RefreshToken as OpaqueToken;
use crate::auth::token;
use crate::mail::texts;
use crate::protocol::code::Code;
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::passwords::{self, Change, Shown};
use crate::store::{self, accounts};

/// One name for all reset tokens in the throttle: it is the network that is slowed down.
const ANY_RESET: &str = "password reset";
/// The same for codes on paper.
const ANY_CODE: &str = "password reset code";

/// Refuses a password that is not good enough, in the field `password`.
///
/// * `context`: the person's own words
pub(super) async fn check_new_password(
    services: &Services,
    password: &str,
    context: Vec<String>,
) -> Result<(), Problem> {
    // Before anything is computed: the rule counts characters, and one has at most four bytes.
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(invalid("password", "too_long"));
    }
    match services.passwords.judge(password.to_owned(), context).await? {
        Ok(()) => Ok(()),
        Err(weakness) => Err(invalid("password", weakness.as_str())),
    }
}

/// A new password with the old one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password, 1 to 512 bytes.
    #[schema(format = Password, min_length = 1, max_length = 512)]
    old_password: String,
    /// 10 to 128 characters, not easily guessed.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: String,
}

/// The access token that goes on; the one before ended with the old password.
#[derive(Serialize, ToSchema)]
pub struct RenewedToken {
    /// For `Authorization: Bearer`; keep it in memory only.
    access_token: String,
    /// Seconds until the access token ends.
    expires_in: i32,
}

/// Changes the own password. All other sessions end; this one goes on with the access token in the answer.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "change_password", tag = "accounts", request_body = PasswordChange, responses(
    (status = 200, description = "Changed", body = RenewedToken),
    (status = 401, description = "invalid_credentials, unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn change(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<PasswordChange>,
) -> Result<web::Json<RenewedToken>, Problem> {
    let (user, session) = (asker.0.user, asker.0.session);
    let PasswordChange { old_password, password } = body.into_inner();
    if old_password.is_empty() || old_password.len() > MAX_PASSWORD_BYTES {
        return Err(invalid("old_password", if old_password.is_empty() { "too_short" } else { "too_long" }));
    }
    // As with a step-up: whoever sits at an open session must not lock its owner out of signing in.
    let (account, network) = (format!("step-up {user}"), client_address(&request));
    if let Err(wait) = services.throttle.attempt(&account, network) {
        metric::auth_attempt("throttled");
        return Err(Problem::too_many_attempts(wait));
    }
    let stored = accounts::find_password_hash(&services.store, user).await?;
    if !services.passwords.verify(old_password, Some(stored)).await? {
        metric::auth_attempt("refused");
        let event = Event {
            actor: Some(user),
            session: Some(session),
            request_id: Some(request_id.0),
            ..Event::new(Action::ChangePassword, Outcome::Denied)
        };
        audit::append(&services.store, event).await?;
        return Err(Code::InvalidCredentials.into());
    }
    services.throttle.succeeded(&account, network);
    let email = accounts::find_email(&services.store, user).await?;
    let person = accounts::find_person(&services.store, user).await?;
    check_new_password(&services, &password, words_of(&person, &email)).await?;
    let password_hash = services.passwords.hash(password).await?;
    let letter = services.slot.is_open().then(|| texts::password_changed(email));
    let change = Change { user, session, password_hash, letter, request_id: request_id.0 };
    let person = passwords::change(&services.store, change).await?;
    posted(&services);
    let access_token = services.keys.sign(user, session, person.auth_version, OffsetDateTime::now_utc());
    let expires_in = i32::try_from(token::LIFETIME_SECONDS).expect("ten minutes fit");
    Ok(web::Json(RenewedToken { access_token, expires_in }))
}

/// Who forgot the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// E-mail address, any case.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
}

/// Asks for a mail with a link to a new password. The answer is the same, and comes as fast, whether there is such an account or not.
#[utoipa::path(post, path = "/api/v1/auth/reset-requests", operation_id = "request_reset", tag = "accounts", security(()),
    request_body = ResetRequest, responses(
    (status = 202, description = "If there is such an account, a mail is on its way"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "mail_unavailable", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn request(
    services: web::Data<Services>,
    _: SameSite,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<ResetRequest>,
) -> Result<HttpResponse, Problem> {
    let email = body.email.trim().to_lowercase();
    if !is_email(&email) {
        return Err(invalid("email", "invalid"));
    }
    if !services.slot.is_open() {
        return Err(Code::MailUnavailable.into());
    }
    services.throttle.attempt(&format!("{ANY_RESET} {email}"), client_address(&request)).map_err(|wait| {
        metric::password_reset("throttled");
        Problem::too_many_attempts(wait)
    })?;
    metric::password_reset("requested");
    // After the answer, so that its time says nothing. Who gets no mail asks again.
    let inner = services.clone();
    services.store.runtime().spawn(async move {
        let token = OpaqueToken::draw();
        let letter = texts::reset(email, &token.expose());
        match passwords::request(&inner.store, letter, token.hash(), request_id.0).await {
            Ok(true) => posted(&inner),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a request for a new password was lost"),
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

/// A new password with what the mail or the paper said: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// From the mail's link, 43 characters.
    #[serde(default)]
    #[schema(max_length = 64)]
    token: Option<String>,
    /// From the school's paper: twelve characters, in any case and with any spaces or dashes.
    #[serde(default)]
    #[schema(max_length = 64)]
    code: Option<String>,
    /// 10 to 128 characters, not easily guessed.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: String,
}

/// The account that has a new password.
#[derive(Serialize, ToSchema)]
pub struct ResetDone {
    /// The address to sign in with: who came in with a code on paper may have forgotten it, too.
    email: String,
}

/// Sets a new password, with the token from a mail (good for half an hour) or the code from a paper (good for a day, with five wrong tries).
/// Once; all sessions end.
#[utoipa::path(post, path = "/api/v1/auth/resets", operation_id = "reset_password", tag = "accounts", security(()),
    request_body = Reset, responses(
    (status = 200, description = "Set; sign in with it", body = ResetDone),
    (status = 404, description = "not_found: unknown, used, too late, or too many wrong tries", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn reset(
    services: web::Data<Services>,
    _: SameSite,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<Reset>,
) -> Result<web::Json<ResetDone>, Problem> {
    let Reset { token, code, password } = body.into_inner();
    let network = client_address(&request);
    // The holder of a token may need some tries at a good password; a token cannot be guessed. Codes are slowed down by network.
    let account = match (&token, &code) {
        (Some(token), None) => format!("{ANY_RESET} {token:.64}"),
        (None, Some(_)) => ANY_CODE.to_owned(),
        _ => return Err(invalid("token", "missing")),
    };
    services.throttle.attempt(&account, network).map_err(|wait| {
        metric::password_reset("throttled");
        Problem::too_many_attempts(wait)
    })?;
    let refused = |error: store::Error| {
        metric::password_reset("refused");
        Problem::from(error)
    };
    let token = token.as_deref().and_then(OpaqueToken::parse).map(|token| Shown::Token(token.hash()));
    let code = code.as_deref().and_then(PrintedCode::parse);
    let code = code.map(|code| Shown::Code(code.locator(), code.hash(&services.refresh_secret)));
    let shown = token.or(code).ok_or_else(|| refused(store::Error::NotFound))?;
    let open = passwords::find_reset(&services.store, shown).await.map_err(refused)?;
    check_new_password(&services, &password, words_of(&open.person, &open.email)).await?;
    let password_hash = services.passwords.hash(password).await?;
    let email = open.email.clone();
    let letter = services.slot.is_open().then(|| texts::password_changed(email.clone()));
    passwords::reset(&services.store, open, password_hash, letter, request_id.0).await.map_err(refused)?;
    // The secret was right: nothing is held against this network.
    services.throttle.succeeded(&account, network);
    metric::password_reset("done");
    posted(&services);
    Ok(web::Json(ResetDone { email }))
}

/// What somebody who knows the person would try.
fn words_of(person: &accounts::Person, email: &str) -> Vec<String> {
    let schools = person.functions.iter().filter_map(|held| held.school.as_ref()).map(|(_, name)| name.clone());
    [person.name.clone(), email.to_owned()].into_iter().chain(schools).collect()
}

fn posted(services: &Services) {
    if services.slot.is_open() {
        metric::mail("queued");
        services.slot.ring();
    }
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}
