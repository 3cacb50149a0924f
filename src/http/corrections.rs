//! "Pedidos de correção": the family, or somebody of the team about themselves, asks that something be corrected; direction and coordination answer.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use crate::domain::correction::{self, AskedAs, CorrectionState};
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::protocol::code::Code;
use crate::store::Asker;
use crate::store::corrections::{self, Correction, Corrections};

/// A request and what became of it.
#[derive(Serialize, ToSchema)]
pub struct CorrectionItem {
    correction_id: Uuid,
    asked_by_name: String,
    asked_as: AskedAs,
    /// Whether the asker of this list asked it.
    mine: bool,
    /// What is wrong.
    wrong: String,
    /// What it should say.
    should_say: String,
    #[serde(with = "time::serde::rfc3339")]
    asked_at: OffsetDateTime,
    /// By when it has to be answered: 15 days.
    #[serde(with = "time::serde::rfc3339")]
    due_at: OffsetDateTime,
    state: CorrectionState,
    /// Why; null while it is open.
    #[schema(required)]
    answer: Option<String>,
    #[schema(required)]
    answered_by_name: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    answered_at: Option<OffsetDateTime>,
}

/// The requests about one student.
#[derive(Serialize, ToSchema)]
pub struct CorrectionList {
    student_id: Uuid,
    student_name: String,
    /// As whom the asker may ask; null for who may not.
    #[schema(required)]
    asks_as: Option<AskedAs>,
    /// Whether the asker answers.
    answers: bool,
    /// Newest first, 100 at most.
    requests: Vec<CorrectionItem>,
}

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCorrection {
    /// What is wrong; 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000)]
    wrong: String,
    /// What it should say; 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000)]
    should_say: String,
}

/// What is answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCorrection {
    accepted: bool,
    /// Why; 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000)]
    answer: String,
}

/// Which school.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitingParams {
    /// The school.
    school_id: Uuid,
}

/// A request that waits for an answer.
#[derive(Serialize, ToSchema)]
pub struct WaitingCorrection {
    correction_id: Uuid,
    student_id: Uuid,
    student_name: String,
    asked_as: AskedAs,
    #[serde(with = "time::serde::rfc3339")]
    asked_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    due_at: OffsetDateTime,
}

/// What waits in a school.
#[derive(Serialize, ToSchema)]
pub struct WaitingCorrections {
    corrections: Vec<WaitingCorrection>,
}

/// The requests about a student: the family's for family, direction and coordination; one's own for somebody of the team.
#[utoipa::path(get, path = "/api/v1/students/{student_id}/corrections", tag = "students", operation_id = "list_corrections",
    params(("student_id" = Uuid, Path, description = "The student")), responses(
    (status = 200, description = "Newest first", body = CorrectionList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
) -> Result<web::Json<CorrectionList>, Problem> {
    let student = path.parse().map_err(|_| Code::NotFound)?;
    show(&services, request_id.asked_by(signed_in.0), student).await
}

/// Asks for a correction.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/corrections", tag = "students", operation_id = "ask_correction",
    params(("student_id" = Uuid, Path, description = "The student")), request_body = AskCorrection, responses(
    (status = 200, description = "The requests now", body = CorrectionList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile: there are ten open requests already", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn ask(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
    body: web::Json<AskCorrection>,
) -> Result<web::Json<CorrectionList>, Problem> {
    let student = path.parse().map_err(|_| Code::NotFound)?;
    let words = (text("wrong", &body.wrong)?, text("should_say", &body.should_say)?);
    let asker = request_id.asked_by(signed_in.0);
    corrections::ask(&services.store, asker.clone(), student, words).await.map_err(denied)?;
    show(&services, asker, student).await
}

/// Answers a request, for direction and coordination; not one's own.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/corrections/{correction_id}/answer", tag = "students",
    operation_id = "answer_correction", params(("student_id" = Uuid, Path, description = "The student"),
    ("correction_id" = Uuid, Path, description = "The request")), request_body = AnswerCorrection, responses(
    (status = 200, description = "The requests now", body = CorrectionList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn answer(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<(String, String)>,
    body: web::Json<AnswerCorrection>,
) -> Result<web::Json<CorrectionList>, Problem> {
    let student = path.0.parse().map_err(|_| Code::NotFound)?;
    let request = path.1.parse().map_err(|_| Code::NotFound)?;
    let decision = (body.accepted, text("answer", &body.answer)?);
    let asker = request_id.asked_by(signed_in.0);
    corrections::answer(&services.store, asker.clone(), student, request, decision).await.map_err(denied)?;
    show(&services, asker, student).await
}

/// The requests of a school that wait for an answer, for direction and coordination.
#[utoipa::path(get, path = "/api/v1/admin/corrections", tag = "administration", operation_id = "list_waiting_corrections",
    params(WaitingParams), responses(
    (status = 200, description = "The most urgent first, 200 at most", body = WaitingCorrections),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn waiting(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<WaitingCorrections>, Problem> {
    let query = web::Query::<WaitingParams>::from_query(request.query_string());
    let school = SchoolId(query.map_err(|_| invalid("query", "invalid"))?.school_id);
    let found =
        corrections::waiting(&services.store, request_id.asked_by(signed_in.0), school).await.map_err(denied)?;
    let corrections = found.into_iter().map(|waiting| WaitingCorrection {
        correction_id: waiting.id,
        student_id: waiting.student,
        student_name: waiting.student_name,
        asked_as: waiting.asked_as,
        asked_at: waiting.asked_at,
        due_at: waiting.due_at,
    });
    Ok(web::Json(WaitingCorrections { corrections: corrections.collect() }))
}

async fn show(services: &Services, asker: Asker, student: StudentId) -> Result<web::Json<CorrectionList>, Problem> {
    let user = asker.user;
    let Corrections { student_name, asks_as, answers, requests } =
        corrections::list(&services.store, asker, student).await.map_err(denied)?;
    let requests = requests.into_iter().map(|request| item(request, user)).collect();
    Ok(web::Json(CorrectionList { student_id: student.0, student_name, asks_as, answers, requests }))
}

/// A request as `user` sees it.
pub(super) fn item(request: Correction, user: UserId) -> CorrectionItem {
    CorrectionItem {
        correction_id: request.id,
        mine: request.asked_by == user,
        asked_by_name: request.asked_by_name,
        asked_as: request.asked_as,
        wrong: request.wrong,
        should_say: request.should_say,
        asked_at: request.asked_at,
        due_at: request.due_at,
        state: request.state,
        answer: request.answer,
        answered_by_name: request.answered_by_name,
        answered_at: request.answered_at,
    }
}

fn text(field: &str, text: &str) -> Result<String, Problem> {
    correction::text(text).map_err(|code| invalid(field, code))
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}

fn denied(error: crate::store::Error) -> Problem {
    if matches!(error, crate::store::Error::NotFound | crate::store::Error::Rule(_)) {
        crate::metrics::authz_denied("corrections");
    }
    error.into()
}
