//! "Denúncias": somebody reports a message, direction and coordination of the child's school read what was frozen and decide, and who reported sees what became
//! of it.

use actix_web::web::Query;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use crate::domain::ids::RoomId;
use crate::domain::report::{self, ReportDecision, ReportReason, ReportState};
use crate::protocol::code::Code;
use crate::store::reports::{self, ListedReport, NewReport, OwnReport, Report, TooMany};

/// When somebody who reported too many may report again, at most.
const TRY_AGAIN: Duration = Duration::from_secs(24 * 3_600);

/// What is reported.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportMessage {
    reason: ReportReason,
    /// 1 to 500 characters, if any.
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// What is decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideReport {
    decision: ReportDecision,
    /// Why; 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    note: String,
}

/// Which reports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// Those that wait, or those that were decided; without it those that wait.
    state: Option<ReportState>,
}

/// A report as who made it sees it.
#[derive(Serialize, ToSchema)]
pub struct OwnReportItem {
    report_id: Uuid,
    student_id: Uuid,
    /// Null for a student that the reporter does not see any more.
    #[schema(required)]
    student_name: Option<String>,
    room_id: Uuid,
    /// Which message.
    seq: i64,
    reason: ReportReason,
    #[schema(required)]
    note: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    reported_at: OffsetDateTime,
    state: ReportState,
    /// Null while it is open.
    #[schema(required)]
    decision: Option<ReportDecision>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    decided_at: Option<OffsetDateTime>,
}

/// What somebody reported.
#[derive(Serialize, ToSchema)]
pub struct OwnReports {
    /// Newest first, 100 at most.
    reports: Vec<OwnReportItem>,
}

/// A report in the list of those who decide.
#[derive(Serialize, ToSchema)]
pub struct ReportItem {
    report_id: Uuid,
    student_id: Uuid,
    student_name: String,
    reason: ReportReason,
    /// Who wrote the message.
    #[schema(required)]
    reported_name: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    reported_at: OffsetDateTime,
    state: ReportState,
    #[schema(required)]
    decision: Option<ReportDecision>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    decided_at: Option<OffsetDateTime>,
    /// False for who wrote the message and for who reported it.
    may_decide: bool,
}

/// Reports of the schools somebody answers for.
#[derive(Serialize, ToSchema)]
pub struct ReportQueue {
    /// The oldest first of those that wait, the newest first of those that were decided; 200 at most.
    reports: Vec<ReportItem>,
}

/// A report with what was frozen.
#[derive(Serialize, ToSchema)]
pub struct ReportFile {
    #[serde(flatten)]
    item: ReportItem,
    room_id: Uuid,
    /// Which message.
    seq: i64,
    /// Who wrote it.
    reported_id: Uuid,
    /// Who reported; null for who wrote the message.
    #[schema(required)]
    reporter_id: Option<Uuid>,
    #[schema(required)]
    reporter_name: Option<String>,
    /// In the reporter's words; null for who wrote the message.
    #[schema(required)]
    note: Option<String>,
    /// The message that was reported and up to five on either side, as they stood at that moment.
    evidence: Vec<FrozenMessage>,
    #[schema(required)]
    decision_note: Option<String>,
    #[schema(required)]
    decided_by_name: Option<String>,
}

/// A message as it stood when it was reported.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct FrozenMessage {
    seq: i64,
    user_id: Uuid,
    name: String,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    at: String,
    /// Whether this is the one.
    reported: bool,
    /// Which message it answers.
    #[schema(required)]
    reply_to: Option<i64>,
    /// As it was written first.
    text: String,
    /// What it was changed to, in order.
    revisions: Vec<FrozenRevision>,
    /// When it was taken back, if it was.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    taken_back_at: Option<String>,
}

/// What a message was changed to.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct FrozenRevision {
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    at: String,
    text: String,
}

/// Reports a message of a room that the asker is in. A second report of the same person is the first one. Nobody in the room is told.
#[utoipa::path(post, path = "/api/v1/rooms/{room_id}/messages/{seq}/report", tag = "rooms", operation_id = "report_message",
    params(("room_id" = Uuid, Path, description = "The room"), ("seq" = i64, Path, description = "The message")),
    request_body = ReportMessage, responses(
    (status = 200, description = "The report", body = OwnReportItem),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts: twenty a day", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn create(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<(String, String)>,
    body: web::Json<ReportMessage>,
) -> Result<web::Json<OwnReportItem>, Problem> {
    let room: RoomId = path.0.parse().map_err(|_| Code::NotFound)?;
    let seq = path.1.parse().map_err(|_| Code::NotFound)?;
    let ReportMessage { reason, note } = body.into_inner();
    let note = note.map(|text| report::note(&text).map_err(|code| invalid("note", code))).transpose()?;
    let new = NewReport { room, seq, reason, note };
    let made = reports::report(&services.store, request_id.asked_by(signed_in.0), new).await.map_err(denied)?;
    let made = made.map_err(|TooMany| Problem::too_many_attempts(TRY_AGAIN))?;
    crate::metrics::chat::reported(reason.as_str());
    Ok(web::Json(made.into()))
}

/// What the asker reported, and what became of it.
#[utoipa::path(get, path = "/api/v1/me/reports", tag = "rooms", operation_id = "list_own_reports", responses(
    (status = 200, description = "Newest first", body = OwnReports),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn list_own(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
) -> Result<web::Json<OwnReports>, Problem> {
    let found = reports::own_reports(&services.store, request_id.asked_by(signed_in.0)).await?;
    Ok(web::Json(OwnReports { reports: found.into_iter().map(Into::into).collect() }))
}

/// Reports about students of the schools that the asker answers for; empty for everybody else.
#[utoipa::path(get, path = "/api/v1/reports", tag = "rooms", operation_id = "list_reports", params(ReportParams), responses(
    (status = 200, description = "The queue", body = ReportQueue),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<ReportQueue>, Problem> {
    let query = Query::<ReportParams>::from_query(request.query_string()).map_err(|_| invalid("query", "invalid"))?;
    let waiting = query.state.unwrap_or(ReportState::Open) == ReportState::Open;
    let found = reports::list(&services.store, request_id.asked_by(signed_in.0), waiting).await?;
    Ok(web::Json(ReportQueue { reports: found.into_iter().map(Into::into).collect() }))
}

/// A report with what was frozen, for direction and coordination of the child's school. Reading it is on record.
#[utoipa::path(get, path = "/api/v1/reports/{report_id}", tag = "rooms", operation_id = "read_report",
    params(("report_id" = Uuid, Path, description = "The report")), responses(
    (status = 200, description = "The report", body = ReportFile),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn read(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
) -> Result<web::Json<ReportFile>, Problem> {
    let id = path.parse().map_err(|_| Code::NotFound)?;
    let found = reports::read(&services.store, request_id.asked_by(signed_in.0), id).await.map_err(denied)?;
    Ok(web::Json(file(found)?))
}

/// Decides about a report, for direction and coordination; not about one's own words, nor about what one reported.
#[utoipa::path(post, path = "/api/v1/reports/{report_id}/decision", tag = "rooms", operation_id = "decide_report",
    params(("report_id" = Uuid, Path, description = "The report")), request_body = DecideReport, responses(
    (status = 200, description = "The report now", body = ReportFile),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "changed_meanwhile: it is decided", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn decide(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
    body: web::Json<DecideReport>,
) -> Result<web::Json<ReportFile>, Problem> {
    let id = path.parse().map_err(|_| Code::NotFound)?;
    let note = report::note(&body.note).map_err(|code| invalid("note", code))?;
    let asker = request_id.asked_by(signed_in.0);
    let found = reports::decide(&services.store, asker, id, (body.decision, note)).await.map_err(denied)?;
    Ok(web::Json(file(found)?))
}

fn file(report: Report) -> Result<ReportFile, Problem> {
    let Report { listed, room, seq, reported, reporter, note, mut evidence, decision_note, decided_by_name } = report;
    let evidence = evidence.get_mut("messages").map(Value::take).and_then(|list| serde_json::from_value(list).ok());
    let evidence = evidence.ok_or_else(|| {
        tracing::error!(report = %listed.id, "what was frozen with a report cannot be read");
        Code::Internal
    })?;
    let (reporter_id, reporter_name) = reporter.map(|(id, name)| (id.0, name)).unzip();
    Ok(ReportFile {
        item: listed.into(),
        room_id: room.0,
        seq,
        reported_id: reported.0,
        reporter_id,
        reporter_name: reporter_name.flatten(),
        note,
        evidence,
        decision_note,
        decided_by_name,
    })
}

impl From<OwnReport> for OwnReportItem {
    fn from(own: OwnReport) -> Self {
        Self {
            report_id: own.id,
            student_id: own.student.0,
            student_name: own.student_name,
            room_id: own.room.0,
            seq: own.seq,
            reason: own.reason,
            note: own.note,
            reported_at: own.reported_at,
            state: report::state(own.decision),
            decision: own.decision,
            decided_at: own.decided_at,
        }
    }
}

impl From<ListedReport> for ReportItem {
    fn from(listed: ListedReport) -> Self {
        Self {
            report_id: listed.id,
            student_id: listed.student.0,
            student_name: listed.student_name,
            reason: listed.reason,
            reported_name: listed.reported_name,
            reported_at: listed.reported_at,
            state: report::state(listed.decision),
            decision: listed.decision,
            decided_at: listed.decided_at,
            may_decide: listed.may_decide,
        }
    }
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}

fn denied(error: crate::store::Error) -> Problem {
    if matches!(error, crate::store::Error::NotFound | crate::store::Error::Rule(_)) {
        crate::metrics::authz_denied("reports");
    }
    error.into()
}
