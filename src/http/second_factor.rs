//! The second factor: setting it up, showing it, switching it off. The only addresses, besides refreshing and signing out, that a session
//! which still owes one may use.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::extract::{Authenticated, Confirmed, PartlyAuthenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use super::{Services, metric};
use crate::auth::principal::Principal;
use crate::auth::second_factor::{DeviceSecret, RecoveryCode, Typed};
use crate::domain::ids::UserId;
use crate::domain::second_factor::{Owed, RECOVERY_CODES, is_needed};
use crate::protocol::code::Code;
use crate::store::accounts;
use crate::store::audit::Action;
use crate::store::second_factor::{self, Actor, Judge, Shown};

/// Longest code that is read, in bytes; a recovery code with its hyphens has 19.
const MAX_CODE_BYTES: usize = 40;

/// What the person has, and what this session owes.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorStatus {
    /// A second factor is in use.
    enrolled: bool,
    /// This person may not go without one.
    needed: bool,
    /// What this session still owes; null for nothing.
    #[schema(required)]
    owed: Option<Owed>,
    /// Recovery codes that were not used, 0 to 10.
    recovery_codes_left: i64,
}

/// A secret for the person's device. Shown once.
#[derive(Serialize, ToSchema)]
pub struct Enrolment {
    /// Base32, for typing.
    secret: String,
    /// `otpauth://…`, for a QR code.
    address: String,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedCode {
    /// Six digits, or a recovery code where one counts; spaces and hyphens do not matter.
    #[schema(min_length = 6, max_length = 40)]
    code: String,
}

impl TypedCode {
    fn read(&self) -> Result<Typed, Problem> {
        read_code(&self.code)
    }
}

/// Reads what was typed. Nothing that cannot be a code is looked up.
pub(super) fn read_code(text: &str) -> Result<Typed, Problem> {
    let refuse = |code| Problem::invalid(vec![FieldError { field: "code".to_owned(), code }]);
    if text.len() > MAX_CODE_BYTES {
        return Err(refuse("too_long"));
    }
    Typed::parse(text).ok_or_else(|| refuse("invalid"))
}

/// Recovery codes. Shown once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten, in groups of four characters.
    #[schema(min_items = 10, max_items = 10)]
    recovery_codes: Vec<String>,
}

/// What the person has, and what this session owes.
#[utoipa::path(get, path = "/api/v1/auth/second-factor", tag = "accounts", operation_id = "second_factor_status",
    responses(
    (status = 200, description = "The state of the second factor", body = SecondFactorStatus),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn status(
    services: web::Data<Services>,
    asker: PartlyAuthenticated,
) -> Result<web::Json<SecondFactorStatus>, Problem> {
    let user = asker.principal.user;
    let status = second_factor::status(&services.store, user).await?;
    // Set up in another session meanwhile: now a code is what is owed.
    let owed = asker.owed.map(|owed| if status.enrolled { Owed::Totp } else { owed });
    Ok(web::Json(SecondFactorStatus {
        enrolled: status.enrolled,
        needed: needs_one(&services, user).await?,
        owed,
        recovery_codes_left: status.recovery_codes_left,
    }))
}

/// Begins to set up a second factor; it counts once a first code confirms it.
///
/// In a session that owes nothing this needs a fresh proof of who is there.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/enrol", tag = "accounts", operation_id = "second_factor_enrol",
    responses(
    (status = 200, description = "A secret, shown once", body = Enrolment),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "forbidden (one is in use), step_up_required", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn enrol(services: web::Data<Services>, asker: PartlyAuthenticated) -> Result<web::Json<Enrolment>, Problem> {
    may_set_up(&services, &asker).await?;
    let user = asker.principal.user;
    let secret = DeviceSecret::draw();
    if !second_factor::begin(&services.store, user, secret.seal(&services.sealing_key, user)).await? {
        return Err(Code::Forbidden.into());
    }
    Ok(web::Json(Enrolment { secret: secret.to_text(), address: secret.to_address() }))
}

/// Finishes setting up with a first code. The session owes nothing any more.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/confirm", tag = "accounts",
    operation_id = "second_factor_confirm", request_body = TypedCode, responses(
    (status = 200, description = "In use; recovery codes, shown once", body = RecoveryCodes),
    (status = 401, description = "invalid_credentials, unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "step_up_required", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn confirm(
    services: web::Data<Services>,
    asker: PartlyAuthenticated,
    request_id: RequestId,
    body: web::Json<TypedCode>,
) -> Result<web::Json<RecoveryCodes>, Problem> {
    may_set_up(&services, &asker).await?;
    let Typed::Code(code) = body.read()? else {
        return Err(Problem::invalid(vec![FieldError { field: "code".to_owned(), code: "invalid" }]));
    };
    let user = asker.principal.user;
    slow_down(&services, user)?;
    let (codes, hashes) = draw_codes(user);
    let judge = judge(&services, user, code);
    let done = second_factor::finish(&services.store, actor(asker.principal, request_id), judge, hashes).await?;
    count(&services, user, done)?;
    Ok(web::Json(codes))
}

/// Shows what the session owes: a code of the device, or a recovery code. Refresh afterwards.
///
/// Each code is good once. Guesses are slowed down per account, apart from those at passwords.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/verify", tag = "accounts",
    operation_id = "second_factor_verify", request_body = TypedCode, responses(
    (status = 204, description = "The session counts"),
    (status = 401, description = "invalid_credentials, unauthenticated, token_expired, session_ended",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "forbidden (nothing is owed)", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn verify(
    services: web::Data<Services>,
    asker: PartlyAuthenticated,
    request_id: RequestId,
    body: web::Json<TypedCode>,
) -> Result<HttpResponse, Problem> {
    let typed = body.read()?;
    if asker.owed.is_none() {
        return Err(Code::Forbidden.into());
    }
    show(&services, actor(asker.principal, request_id), typed, Action::SecondFactor).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replaces the recovery codes. Needs a fresh proof of who is there.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/recovery-codes", tag = "accounts",
    operation_id = "second_factor_renew_codes", responses(
    (status = 200, description = "New recovery codes, shown once", body = RecoveryCodes),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden (no second factor is in use)", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn renew_codes(
    services: web::Data<Services>,
    asker: Confirmed,
    request_id: RequestId,
) -> Result<web::Json<RecoveryCodes>, Problem> {
    let (codes, hashes) = draw_codes(asker.0.user);
    if !second_factor::renew_codes(&services.store, actor(asker.0, request_id), hashes).await? {
        return Err(Code::Forbidden.into());
    }
    Ok(web::Json(codes))
}

/// Switches the second factor off. Needs a fresh proof; done even if there was none.
#[utoipa::path(delete, path = "/api/v1/auth/second-factor", tag = "accounts", operation_id = "second_factor_remove",
    responses(
    (status = 204, description = "Off"),
    (status = 401, description = "unauthenticated, token_expired, session_ended, second_factor_required",
     body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "step_up_required, forbidden (this person needs one)", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn remove(
    services: web::Data<Services>,
    asker: Confirmed,
    request_id: RequestId,
) -> Result<HttpResponse, Problem> {
    if needs_one(&services, asker.0.user).await? {
        return Err(Code::Forbidden.into());
    }
    second_factor::remove(&services.store, actor(asker.0, request_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows a code for an act: takes it once, or says that it is wrong.
pub(super) async fn show(services: &Services, actor: Actor, typed: Typed, action: Action) -> Result<(), Problem> {
    let user = actor.user;
    slow_down(services, user)?;
    let shown = match typed {
        Typed::Code(code) => Shown::Code(judge(services, user, code)),
        Typed::Recovery(code) => Shown::Recovery(code.hash(user)),
    };
    let good = second_factor::answer(&services.store, actor, shown, action).await?;
    count(services, user, good)
}

/// Who is in a session and a request, for the store.
pub(super) fn actor(principal: Principal, request_id: RequestId) -> Actor {
    Actor { user: principal.user, session: principal.session, request_id: request_id.0 }
}

/// A session that owes setting up may; one that owes a code may not; any other needs a fresh proof.
async fn may_set_up(services: &Services, asker: &PartlyAuthenticated) -> Result<(), Problem> {
    match asker.owed {
        Some(Owed::Enrol) => Ok(()),
        Some(Owed::Totp) => Err(Code::SecondFactorRequired.into()),
        None => Authenticated(asker.principal).confirmed(services).await,
    }
}

async fn needs_one(services: &Services, user: UserId) -> Result<bool, Problem> {
    let person = accounts::find_person(&services.store, user).await?;
    let functions = person.functions.iter().map(|held| held.function);
    Ok(services.insists_on_second_factor && is_needed(person.kind, functions))
}

/// One count for the account, wherever the guesses come from: only who knows the password gets here.
fn slow_down(services: &Services, user: UserId) -> Result<(), Problem> {
    services.throttle.attempt(&throttle_key(user), None).map_err(|wait| {
        metric::auth_attempt("throttled");
        Problem::too_many_attempts(wait)
    })
}

fn count(services: &Services, user: UserId, good: bool) -> Result<(), Problem> {
    if !good {
        metric::auth_attempt("code_refused");
        return Err(Code::InvalidCredentials.into());
    }
    metric::auth_attempt("code_ok");
    services.throttle.succeeded(&throttle_key(user), None);
    Ok(())
}

fn throttle_key(user: UserId) -> String {
    format!("second-factor {user}")
}

fn judge(services: &Services, user: UserId, code: String) -> Judge {
    let key = std::sync::Arc::clone(&services.sealing_key);
    Box::new(move |sealed| match DeviceSecret::open(&key, user, sealed) {
        Ok(secret) => secret.step_of(&code, OffsetDateTime::now_utc().unix_timestamp()),
        Err(error) => {
            tracing::error!(%user, %error, "was KAZUMI_REFRESH_SECRET changed? recovery codes still work");
            None
        }
    })
}

fn draw_codes(user: UserId) -> (RecoveryCodes, Vec<Vec<u8>>) {
    let drawn: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::draw()).collect();
    let hashes = drawn.iter().map(|code| code.hash(user)).collect();
    (RecoveryCodes { recovery_codes: drawn.iter().map(RecoveryCode::expose).collect() }, hashes)
}
