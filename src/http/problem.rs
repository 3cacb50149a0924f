//! The one place where a refusal becomes an answer: `application/problem+json` (RFC 9457) with a stable `code`.
//!
//! A handler returns a [`Problem`]; the middleware writes it out, because only it knows the request's id. What the client
//! reads never holds SQL, paths, tokens or what the client sent.

use actix_web::body::BoxBody;
use actix_web::error::JsonPayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::password::PasswordError;
use crate::auth::token::TokenError;
use crate::domain::administration::Refusal;
use crate::protocol::code::Code;
use crate::store;

/// One field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name, or `body` when none can be named.
    pub field: String,
    /// `unknown`, `missing`, `invalid`, `too_short` or `too_long`; of a new password also `guessable` and `personal`.
    pub code: &'static str,
}

/// The answer's form, for the generated description.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// `urn:kazumi:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence in English, the same for every occurrence.
    pub title: &'static str,
    /// The HTTP status again.
    pub status: u16,
    /// What can be done about it, in English.
    pub detail: &'static str,
    /// The stable name that the screen translates.
    pub code: &'static str,
    /// Name it when asking for help.
    pub request_id: String,
    /// The refused fields, with code `validation`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u64>,
    allowed_methods: Option<String>,
}

impl Problem {
    /// Fields that were refused, with code `validation`.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::from(Code::Validation) }
    }

    /// Too many attempts; `wait` is rounded up to whole seconds.
    #[must_use]
    pub fn too_many_attempts(wait: std::time::Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self { retry_after_seconds: Some(seconds.max(1)), ..Self::from(Code::TooManyAttempts) }
    }

    /// The path exists for other methods, given as the value of `Allow`.
    #[must_use]
    pub fn method_not_allowed(allowed: String) -> Self {
        Self { allowed_methods: Some(allowed), ..Self::from(Code::MethodNotAllowed) }
    }

    /// The answer's bytes; sets the headers that go with them.
    pub fn render(self, request_id: &str, headers: &mut HeaderMap) -> BoxBody {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code.status() == 401 {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = self.allowed_methods.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            headers.insert(ALLOW, allow);
        }
        let (title, detail) = words(self.code);
        let body = ProblemBody {
            kind: format!("urn:kazumi:problem:{}", self.code.as_str()),
            title,
            status: self.code.status(),
            detail,
            code: self.code.as_str(),
            request_id: request_id.to_owned(),
            errors: self.errors,
        };
        BoxBody::new(serde_json::to_vec(&body).expect("texts and numbers are always JSON"))
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        // A refusal for lack of room passes quickly; clients that obey come back spread out by their own jitter.
        let retry_after_seconds = (code.status() == 503).then_some(1);
        Self { code, errors: Vec::new(), retry_after_seconds, allowed_methods: None }
    }
}

impl From<store::Error> for Problem {
    /// Logs what the client is not told.
    fn from(error: store::Error) -> Self {
        let code = match &error {
            store::Error::Rule(refusal) => return refusal.clone().into(),
            store::Error::NotFound => Code::NotFound,
            store::Error::Unavailable(_) => Code::StoreUnavailable,
            store::Error::Conflict { .. }
            | store::Error::Refused
            | store::Error::Corrupt(_)
            | store::Error::Database { .. } => Code::Internal,
        };
        match code {
            Code::StoreUnavailable => tracing::warn!(%error, "the database is unavailable"),
            Code::Internal => tracing::error!(%error, "database work failed"),
            _ => {}
        }
        code.into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let field = |field: &str, code| Self::invalid(vec![FieldError { field: field.to_owned(), code }]);
        match refusal {
            Refusal::NotAllowed => Code::Forbidden.into(),
            Refusal::Changed => Code::ChangedMeanwhile.into(),
            Refusal::Field(name) => field(name, "invalid"),
            Refusal::NotAccepted(_) => field("accept", "missing"),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Overloaded => Code::Overloaded.into(),
            PasswordError::Failed => Code::Internal.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Code::TokenExpired.into(),
            TokenError::Invalid => Code::Unauthenticated.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).expect("the table of codes holds valid statuses")
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// What was wrong with a JSON body. Registered for every handler.
pub fn from_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Code::PayloadTooLarge.into()
        }
        JsonPayloadError::ContentType => Code::UnsupportedMediaType.into(),
        JsonPayloadError::Deserialize(error) if error.is_data() => Problem::invalid(vec![field_error(error)]),
        _ => Code::Malformed.into(),
    };
    problem.into()
}

/// Names the field if serde did, and only if the name could be one of ours: the text may come from the client.
fn field_error(error: &serde_json::Error) -> FieldError {
    let text = error.to_string();
    let code = if text.starts_with("unknown field") {
        "unknown"
    } else if text.starts_with("missing field") {
        "missing"
    } else {
        "invalid"
    };
    let named = text.split('`').nth(1).filter(|_| code != "invalid").filter(|name| {
        (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    FieldError { field: named.unwrap_or("body").to_owned(), code }
}

/// Title and detail of each code. English, for developers; people read the screen's translation of the code.
const fn words(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::Malformed => ("Malformed request", "The request is not in the agreed form."),
        Code::Validation => ("Invalid values", "Correct the fields listed in errors."),
        Code::Unauthenticated => ("Not signed in", "Send a valid access token."),
        Code::TokenExpired => ("Access token expired", "Refresh the access token."),
        Code::InvalidCredentials => ("Wrong e-mail or password", "Check both and try again."),
        Code::SecondFactorRequired => ("Second factor required", "Send a code, or set a second factor up first."),
        Code::SessionEnded => ("Session ended", "Sign in again."),
        Code::Forbidden => ("Not allowed", "The signed-in person may not do this."),
        Code::StepUpRequired => ("Confirm who you are", "Send your password to /api/v1/auth/step-up, then try again."),
        Code::BadOrigin => ("Origin refused", "The request must come from a page of this application."),
        Code::NotFound => ("Not found", "Nothing here, or not for the signed-in person."),
        Code::MethodNotAllowed => ("Method not allowed", "The Allow header names the methods of this path."),
        Code::UnsupportedMediaType => ("Unsupported media type", "Send application/json."),
        Code::ChangedMeanwhile => ("Changed meanwhile", "Read it again: somebody else was faster."),
        Code::WrongLineage => ("Outdated copy", "Load the document again; copies are not merged."),
        Code::PayloadTooLarge => ("Too large", "Send less in one request."),
        Code::TooManyAttempts => ("Too many attempts", "Wait as long as Retry-After says."),
        Code::Overloaded => ("Overloaded", "Try again in a moment."),
        Code::MailUnavailable => ("No mail", "This server sends no mail; give the person a printed code."),
        Code::ClientIdReused => ("Name used before", "Give another message another name."),
        Code::TooLate => ("Too late", "The time in which this could be done has passed."),
        Code::AccountExists => ("Account exists", "Sign in, then accept with POST /api/v1/invitations/join."),
        Code::StoreUnavailable => ("Storage unavailable", "Try again in a moment."),
        Code::Restarting => ("Restarting", "Try again in a moment."),
        Code::SlowConsumer => ("Too slow", "Reconnect and synchronise."),
        Code::Flood => ("Too fast", "Send less often."),
        Code::Internal => ("Internal error", "Try again; name the request_id when asking for help."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its name matters")]
        email: String,
    }

    fn sample(text: &str) -> FieldError {
        field_error(&serde_json::from_str::<Sample>(text).unwrap_err())
    }

    #[test]
    fn a_refused_field_is_named_only_when_the_name_could_be_ours() {
        let named = |field: &str, code| FieldError { field: field.to_owned(), code };
        assert_eq!(sample(r#"{"email":"a","role":"x"}"#), named("role", "unknown"));
        assert_eq!(sample("{}"), named("email", "missing"));
        assert_eq!(sample(r#"{"email":1}"#), named("body", "invalid"));
        assert_eq!(sample(r#"{"<script>":1}"#), named("body", "unknown"));
    }

    #[test]
    fn a_wait_is_rounded_up_and_never_zero() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2)] {
            let problem = Problem::too_many_attempts(std::time::Duration::from_millis(millis));
            assert_eq!(problem.retry_after_seconds, Some(seconds));
        }
    }
}
