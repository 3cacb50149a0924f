//! Taking an invitation, with the secret from a mail or from paper. The secret travels in the body, never in an address. Unknown, used,
//! withdrawn, expired and worn-out secrets have one answer.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::accounts::{is_email, open_session};
use super::extract::{Authenticated, RequestId, SameSite, client_address};
use super::invitations::{MAX_NAME, check_text};
use super::passwords::check_new_password;
use super::problem::{FieldError, Problem, ProblemBody};
use super::{Services, accounts, metric};
use crate::auth::printed_code::PrintedCode;
use crate::auth::refresh::RefreshToken as OpaqueToken;
use crate::domain::invitation::{Offer, first_name};
use crate::domain::people::{Function, UserKind};
use crate::protocol::code::Code;
use crate::store;
use crate::store::invitations::accept::{self, JoinError, Member, Newcomer, Open, Shown};

/// Longest secret that is looked at, in bytes.
const MAX_SECRET_BYTES: usize = 64;
/// One name for all printed codes in the throttle: it is the network that is slowed down.
const ANY_CODE: &str = "printed code";

/// The secret of an invitation: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// From the mail's link, 43 characters.
    #[serde(default)]
    #[schema(max_length = 64)]
    token: Option<String>,
    /// From paper: twelve characters, in any case and with any spaces or dashes.
    #[serde(default)]
    #[schema(max_length = 64)]
    code: Option<String>,
}

/// What an invitation says to whoever holds its secret.
#[derive(Serialize, ToSchema)]
pub struct InvitationPreview {
    /// `staff` or `guardian`.
    kind: UserKind,
    /// The invited person's name, to be corrected or kept.
    name: String,
    /// The fixed address; null for a printed code, whose holder gives one.
    #[schema(required)]
    email: Option<String>,
    school_name: String,
    /// Staff: the function in the school.
    #[schema(required)]
    function: Option<Function>,
    /// Staff: the function in a student's team.
    #[schema(required)]
    team_function: Option<Function>,
    /// Who invites, by function.
    inviter_function: Function,
    /// Guardian: the child's first name.
    #[schema(required)]
    student_first_name: Option<String>,
    /// Guardian: the kinship.
    #[schema(required)]
    kinship: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// Taking an invitation as somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// From the mail's link, 43 characters; or `code`.
    #[serde(default)]
    #[schema(max_length = 64)]
    token: Option<String>,
    /// From paper; or `token`.
    #[serde(default)]
    #[schema(max_length = 64)]
    code: Option<String>,
    /// The own name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// With a printed code: the address to sign in with. With a token it is fixed; if given, it must be that one.
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    email: Option<String>,
    /// 10 to 128 characters, not easily guessed.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: String,
    /// Others use this computer too: the session ends with the browser.
    #[serde(default)]
    shared_computer: bool,
}

/// Shows what an invitation says. Uses nothing up; a wrong code costs one of its five tries.
#[utoipa::path(post, path = "/api/v1/invitations/preview", operation_id = "preview_invitation", tag = "people", security(()),
    request_body = Secret, responses(
    (status = 200, description = "An open invitation", body = InvitationPreview),
    (status = 404, description = "not_found: unknown, used, withdrawn, expired, or too many wrong tries", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn preview(
    services: web::Data<Services>,
    _: SameSite,
    request: HttpRequest,
    body: web::Json<Secret>,
) -> Result<web::Json<InvitationPreview>, Problem> {
    let open = open(&services, &request, body.token.as_deref(), body.code.as_deref()).await?;
    forgive(&services, &request, body.token.as_deref());
    let invitation = open.invitation;
    let kind = invitation.offer.kind();
    let student = invitation.student_name.as_deref().filter(|_| kind == UserKind::Guardian);
    let student_first_name = student.map(|name| first_name(name).to_owned());
    let (function, team_function, kinship) = match invitation.offer {
        Offer::Staff { function, team } => (function, team.map(|(_, function)| function), None),
        Offer::Guardian { kinship, .. } => (None, None, Some(kinship)),
    };
    Ok(web::Json(InvitationPreview {
        kind,
        name: invitation.name,
        email: invitation.email,
        school_name: invitation.school.1,
        function,
        team_function,
        inviter_function: invitation.inviter_function,
        student_first_name,
        kinship,
        expires_at: invitation.expires_at,
    }))
}

/// Takes an invitation: makes the account it describes, and signs in.
///
/// Kind, school, function and student are the invitation's; only name and password are chosen here. One use: of many at once, one succeeds.
#[utoipa::path(post, path = "/api/v1/invitations/accept", operation_id = "accept_invitation", tag = "people", security(()),
    request_body = Acceptance, responses(
    (status = 200, description = "Signed in; sets the refresh cookie", body = accounts::SignedIn),
    (status = 404, description = "not_found: unknown, used, withdrawn, expired, or too many wrong tries", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 409, description = "account_exists: sign in and join instead", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn accept(
    services: web::Data<Services>,
    _: SameSite,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<Acceptance>,
) -> Result<HttpResponse, Problem> {
    let Acceptance { token, code, name, email, password, shared_computer } = body.into_inner();
    if let Err(code) = check_text(&name, MAX_NAME) {
        return Err(invalid("name", code));
    }
    let open = open(&services, &request, token.as_deref(), code.as_deref()).await?;
    let email = email.map(|email| email.trim().to_lowercase());
    let fixed = open.invitation.email.clone();
    match (&fixed, &email) {
        (Some(fixed), Some(email)) if fixed != email => return Err(invalid("email", "invalid")),
        (None, None) => return Err(invalid("email", "missing")),
        (None, Some(email)) if !is_email(email) => return Err(invalid("email", "invalid")),
        _ => {}
    }
    let context = [Some(name.clone()), fixed.or_else(|| email.clone()), Some(open.invitation.school.1.clone())];
    let context = context.into_iter().chain([open.invitation.student_name.clone()]).flatten().collect();
    check_new_password(&services, &password, context).await?;
    let password_hash = services.passwords.hash(password).await?;
    let newcomer = Newcomer { name: name.trim().to_owned(), email, password_hash };
    match accept::accept(&services.store, open, newcomer, request_id.0.clone()).await {
        Ok(user) => {
            metric::invitation("accepted");
            forgive(&services, &request, token.as_deref());
            Ok(open_session(&services, &request, user, shared_computer, request_id).await?)
        }
        Err(store::Error::Conflict { constraint }) if constraint == "credentials_email_unique" => {
            metric::invitation("refused");
            Err(Code::AccountExists.into())
        }
        Err(error) => Err(refusal(error)),
    }
}

/// Takes an invitation with the account one is signed in with: a second child, another school.
#[utoipa::path(post, path = "/api/v1/invitations/join", operation_id = "join_with_invitation", tag = "people", request_body = Secret, responses(
    (status = 204, description = "Added to this account"),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden: it is meant for another address, network or kind of account", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found: unknown, used, withdrawn, expired, or too many wrong tries", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn join(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<Secret>,
) -> Result<HttpResponse, Problem> {
    let open = open(&services, &request, body.token.as_deref(), body.code.as_deref()).await?;
    let member = Member { user: asker.0.user, session: asker.0.session };
    match accept::join(&services.store, open, member, request_id.0).await {
        Ok(()) => {
            metric::invitation("accepted");
            forgive(&services, &request, body.token.as_deref());
            Ok(HttpResponse::NoContent().finish())
        }
        Err(JoinError::NotForThisAccount) => {
            metric::invitation("refused");
            Err(Code::Forbidden.into())
        }
        Err(JoinError::Store(error)) => Err(refusal(error)),
    }
}

/// Finds the invitation of a secret, after counting the attempt.
async fn open(
    services: &Services,
    request: &HttpRequest,
    token: Option<&str>,
    code: Option<&str>,
) -> Result<Open, Problem> {
    let secret = match (token, code) {
        (Some(secret), None) | (None, Some(secret)) if (1..=MAX_SECRET_BYTES).contains(&secret.len()) => secret,
        (Some(_), None) => return Err(invalid("token", "invalid")),
        (None, Some(_)) => return Err(invalid("code", "invalid")),
        _ => return Err(invalid("token", "missing")),
    };
    // A token cannot be guessed; it is its holder's attempts at passwords that are slowed down. Codes are slowed down by network.
    let account = token.unwrap_or(ANY_CODE);
    services.throttle.attempt(account, client_address(request)).map_err(|wait| {
        metric::invitation("throttled");
        Problem::too_many_attempts(wait)
    })?;
    let shown = match token {
        Some(_) => OpaqueToken::parse(secret).map(|token| Shown::Token(token.hash())),
        None => PrintedCode::parse(secret).map(|code| Shown::Code(code.locator(), code.hash(&services.refresh_secret))),
    };
    let Some(shown) = shown else { return Err(refusal(store::Error::NotFound)) };
    accept::open(&services.store, shown).await.map_err(refusal)
}

/// The secret was right: nothing is held against this network.
fn forgive(services: &Services, request: &HttpRequest, token: Option<&str>) {
    services.throttle.succeeded(token.unwrap_or(ANY_CODE), client_address(request));
}

fn refusal(error: store::Error) -> Problem {
    metric::invitation("refused");
    match error {
        // The policies say no where the inviter's rights ended in between.
        store::Error::NotFound | store::Error::Refused => Code::NotFound.into(),
        other => other.into(),
    }
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}
