//! Signing in, staying signed in, signing out, and who one is.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Authenticated, OwnScript, RequestId, SameSite, client_address};
use super::problem::{FieldError, Problem, ProblemBody};
use super::{Services, metric};
use crate::auth::refresh::RefreshToken;
use crate::auth::token;
use crate::domain::device;
use crate::domain::ids::LoginSessionId;
use crate::domain::people::{Function, UserKind};
use crate::domain::second_factor::Owed;
use crate::protocol::code::Code;
use crate::store::accounts::{self, Person};
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::sessions::{self, NewSession, Rotation};

/// Shortest and longest e-mail address, in bytes (RFC 5321 limits the path to 254).
const EMAIL_BYTES: std::ops::RangeInclusive<usize> = 3..=254;
/// Longest password that is hashed, in bytes: 128 characters of four.
pub(super) const MAX_PASSWORD_BYTES: usize = 512;

/// Whether this may be an address. Whether it is one, only a mail can tell.
pub(super) fn is_email(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || c.is_whitespace();
    EMAIL_BYTES.contains(&text.len()) && text.contains('@') && !text.contains(is_odd)
}

/// What signing in needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// E-mail address, any case.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    /// Password, 1 to 512 bytes.
    #[schema(format = Password, min_length = 1, max_length = 512)]
    password: String,
    /// Others use this computer too: the session ends with the browser.
    #[serde(default)]
    shared_computer: bool,
}

impl Login {
    fn check(&self) -> Result<(), Problem> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, code| errors.push(FieldError { field: field.to_owned(), code });
        if !is_email(&self.email) {
            refuse("email", "invalid");
        }
        match self.password.len() {
            0 => refuse("password", "too_short"),
            1..=MAX_PASSWORD_BYTES => {}
            _ => refuse("password", "too_long"),
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }
}

/// A function somebody exercises.
#[derive(Serialize, ToSchema)]
pub struct MyFunction {
    function: Function,
    /// Null for the whole network.
    #[schema(required)]
    school_id: Option<Uuid>,
    #[schema(required)]
    school_name: Option<String>,
}

/// The signed-in person.
#[derive(Serialize, ToSchema)]
pub struct Me {
    user_id: Uuid,
    name: String,
    kind: UserKind,
    functions: Vec<MyFunction>,
}

impl From<Person> for Me {
    fn from(person: Person) -> Self {
        let functions = person.functions.into_iter().map(|held| {
            let (school_id, school_name) = held.school.map(|(id, name)| (id.0, name)).unzip();
            MyFunction { function: held.function, school_id, school_name }
        });
        Self { user_id: person.user.0, name: person.name, kind: person.kind, functions: functions.collect() }
    }
}

/// An access token and whose it is. The refresh token travels in a cookie that scripts cannot read.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// For `Authorization: Bearer`; keep it in memory only.
    access_token: String,
    /// Seconds until the access token ends.
    expires_in: i32,
    /// What is still owed before the session opens anything but `/auth/second-factor`: null for nothing.
    #[schema(required)]
    second_factor: Option<Owed>,
    /// Without functions as long as something is owed.
    user: Me,
}

/// Signs in with e-mail and password.
///
/// The answer to a wrong password and to an unknown address is the same, and takes the same time.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "accounts", request_body = Login, security(()), responses(
    (status = 200, description = "Signed in; sets the refresh cookie", body = SignedIn),
    (status = 401, description = "invalid_credentials", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn login(
    services: web::Data<Services>,
    _: SameSite,
    request_id: RequestId,
    request: HttpRequest,
    body: web::Json<Login>,
) -> Result<HttpResponse, Problem> {
    let Login { email, password, shared_computer } = {
        body.check()?;
        body.into_inner()
    };
    if let Err(wait) = services.throttle.attempt(&email, client_address(&request)) {
        metric::auth_attempt("throttled");
        return Err(Problem::too_many_attempts(wait));
    }
    let known = accounts::find_credentials(&services.store, &email).await?;
    let (user, stored) = known.map(|known| (known.user, known.password_hash)).unzip();
    let opens =
        services.passwords.verify(password, stored).await.inspect_err(|_| metric::auth_attempt("overloaded"))?;
    let Some(user) = user.filter(|_| opens) else { return Err(refuse(&services, user, request_id).await?) };

    match open_session(&services, &request, user, shared_computer, request_id.clone()).await {
        Ok(answer) => {
            services.throttle.succeeded(&email, client_address(&request));
            metric::auth_attempt("ok");
            Ok(answer)
        }
        // A disabled account answers like a wrong password.
        Err(crate::store::Error::NotFound) => Err(refuse(&services, Some(user), request_id).await?),
        Err(other) => Err(other.into()),
    }
}

/// Starts a session for somebody who has just shown who they are; the answer is that of signing in.
pub(super) async fn open_session(
    services: &Services,
    request: &HttpRequest,
    user: crate::domain::ids::UserId,
    shared_computer: bool,
    request_id: RequestId,
) -> Result<HttpResponse, crate::store::Error> {
    let token = RefreshToken::draw();
    let new = NewSession {
        user,
        token_hash: token.hash(),
        shared_computer,
        device: device::describe(user_agent(request)),
        insists: services.insists_on_second_factor,
    };
    let session = sessions::create(&services.store, new, request_id.0, OffsetDateTime::now_utc()).await?;
    let kept = Kept { token, shared_computer };
    Ok(signed_in(services, session.person, session.session, &kept, session.expires_at, session.owed))
}

async fn refuse(
    services: &Services,
    user: Option<crate::domain::ids::UserId>,
    request_id: RequestId,
) -> Result<Problem, Problem> {
    metric::auth_attempt("refused");
    let event = Event { actor: user, request_id: Some(request_id.0), ..Event::new(Action::Login, Outcome::Denied) };
    audit::append(&services.store, event).await?;
    Ok(Code::InvalidCredentials.into())
}

/// Exchanges the refresh cookie for a new access token and a new refresh cookie.
///
/// A repeat, as after a lost answer, gets the same successor as long as that was not used; any other reuse ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "accounts", security(()),
    params(("X-Kazumi" = String, Header, description = "Always 1")), responses(
    (status = 200, description = "Still signed in; sets the refresh cookie", body = SignedIn),
    (status = 401, description = "session_ended", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "bad_origin", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn refresh(
    services: web::Data<Services>,
    _: OwnScript,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Some(Kept { token: shown, shared_computer }) = shown_token(&services, &request) else {
        return Ok(ended(&services));
    };
    let derive = {
        let (shown, secret) = (shown.clone(), services.refresh_secret.clone());
        move |session, generation| shown.successor(&secret, session, generation).hash()
    };
    let Rotation::Continued { user, session, generation, expires_at, owed } =
        sessions::rotate(&services.store, shown.hash(), derive, request_id.0).await?
    else {
        return Ok(ended(&services));
    };
    match accounts::find_person(&services.store, user).await {
        Ok(person) => {
            metric::auth_attempt("refreshed");
            let token = shown.successor(&services.refresh_secret, session, generation);
            Ok(signed_in(&services, person, session, &Kept { token, shared_computer }, expires_at, owed))
        }
        Err(crate::store::Error::NotFound) => Ok(ended(&services)),
        Err(other) => Err(other.into()),
    }
}

/// Ends the session of the refresh cookie. Done even if there is none.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "accounts", security(()),
    params(("X-Kazumi" = String, Header, description = "Always 1")), responses(
    (status = 204, description = "Signed out; removes the refresh cookie"),
    (status = 403, description = "bad_origin", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn logout(
    services: web::Data<Services>,
    _: OwnScript,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(shown) = shown_token(&services, &request) {
        sessions::logout(&services.store, shown.token.hash(), request_id.0).await?;
    }
    let mut response = HttpResponse::NoContent().finish();
    forget_cookie(&services, &mut response);
    Ok(response)
}

/// The signed-in person and the functions exercised today.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses(
    (status = 200, description = "The signed-in person", body = Me),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn me(services: web::Data<Services>, asker: Authenticated) -> Result<web::Json<Me>, Problem> {
    Ok(web::Json(accounts::find_person(&services.store, asker.0.user).await?.into()))
}

/// What the browser calls itself, if it says.
fn user_agent(request: &HttpRequest) -> &str {
    request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn signed_in(
    services: &Services,
    mut person: Person,
    session: LoginSessionId,
    kept: &Kept,
    expires_at: OffsetDateTime,
    owed: Option<Owed>,
) -> HttpResponse {
    let now = OffsetDateTime::now_utc();
    let access_token = services.keys.sign(person.user, session, person.auth_version, now);
    let seconds = (!kept.shared_computer).then(|| (expires_at - now).whole_seconds());
    let cookie = services.site.refresh_cookie(kept.cookie_value(), seconds);
    let expires_in = i32::try_from(token::LIFETIME_SECONDS).expect("ten minutes fit");
    if owed.is_some() {
        person.functions.clear();
    }
    HttpResponse::Ok().cookie(cookie).json(SignedIn {
        access_token,
        expires_in,
        second_factor: owed,
        user: person.into(),
    })
}

/// What the refresh cookie holds.
struct Kept {
    token: RefreshToken,
    /// The cookie goes with the browser. Kept in its value, so that the next cookie knows.
    shared_computer: bool,
}

/// In front of the token in a cookie that goes with the browser.
const SHARED: &str = "shared.";

impl Kept {
    fn cookie_value(&self) -> String {
        let mark = if self.shared_computer { SHARED } else { "" };
        format!("{mark}{}", self.token.expose())
    }

    fn parse(value: &str) -> Option<Self> {
        let (shared_computer, token) = value.strip_prefix(SHARED).map_or((false, value), |token| (true, token));
        Some(Self { token: RefreshToken::parse(token)?, shared_computer })
    }
}

/// The refresh token in the cookie, if there is one that can be ours. Two cookies of the name are none: somebody else may have put one of
/// them there, and nobody knows which.
fn shown_token(services: &Services, request: &HttpRequest) -> Option<Kept> {
    let name = services.site.refresh_cookie_name();
    let cookies = request.cookies().ok()?;
    let mut shown = cookies.iter().filter(|cookie| cookie.name() == name);
    let one = shown.next().filter(|_| shown.next().is_none())?;
    Kept::parse(one.value())
}

fn ended(services: &Services) -> HttpResponse {
    let mut response = Problem::from(Code::SessionEnded).error_response();
    forget_cookie(services, &mut response);
    response
}

fn forget_cookie(services: &Services, response: &mut HttpResponse) {
    let cookie = services.site.refresh_cookie(String::new(), Some(0));
    // The only failure is a cookie that is no header value; this one is a constant.
    let _ = response.add_cookie(&cookie);
}
