//! Announcements ("comunicados"): writing one to a class, confirming one for oneself, and who of the families has seen and confirmed it.

mod table;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use crate::domain::conversation::{self, Confirmed};
use crate::domain::ids::{ClientMessageId, RoomId};
use crate::metrics::chat::{self as metrics, Sent};
use crate::protocol::code::Code;
use crate::store::Error;
use crate::store::rooms::announcements::{self, Announced, NewAnnouncement, Receipt, Receipts, StudentReceipts};

/// When somebody may try again who has written as many as anybody may in an hour: the oldest of them is forgotten sooner or later by then.
const TRY_AGAIN: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// An announcement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Announce {
    /// What the author's device calls it, for ever: sent again, it is the same announcement.
    client_id: Uuid,
    /// One line of 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    /// 1 to 8,000 characters.
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
    /// Whether families are asked to confirm that they have read it.
    needs_confirmation: bool,
}

/// Where an announcement is.
#[derive(Serialize, ToSchema)]
pub struct AnnouncementPlace {
    /// In the room's order.
    seq: i64,
    /// Among what can be unread there.
    message_no: i64,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// That one has read it, or heard it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    how: Confirmed,
}

/// A confirmation as it stands: the first one counts.
#[derive(Serialize, ToSchema)]
pub struct ConfirmationState {
    #[serde(with = "time::serde::rfc3339")]
    confirmed_at: OffsetDateTime,
    how: Confirmed,
}

/// What became of an announcement.
#[derive(Serialize, ToSchema)]
pub struct ReceiptList {
    title: String,
    needs_confirmation: bool,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// Students of the class today, also those for whom the asker does not write.
    students_in_class: i64,
    /// For how many of them somebody has confirmed.
    students_confirmed: i64,
    /// By name; those for whom the asker writes in this room.
    students: Vec<StudentReceipt>,
    /// Those of `students` for whom nobody has confirmed; empty when nobody is asked to.
    outstanding: Vec<Uuid>,
}

/// Who of a student's family has seen it.
#[derive(Serialize, ToSchema)]
pub struct StudentReceipt {
    student_id: Uuid,
    name: String,
    /// Whether one of them has confirmed it.
    confirmed: bool,
    /// Who was in the room when it came, by name.
    guardians: Vec<GuardianReceipt>,
}

/// One guardian.
#[derive(Serialize, ToSchema)]
pub struct GuardianReceipt {
    user_id: Uuid,
    name: String,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    seen_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    confirmed_at: Option<OffsetDateTime>,
    #[schema(required)]
    how: Option<Confirmed>,
}

/// Tells a class something. Those who write in the room of a class; at most five an hour. Sent again with the same `client_id` it is the same.
#[utoipa::path(post, path = "/api/v1/rooms/{room_id}/announcements", tag = "rooms", operation_id = "announce",
    params(("room_id" = Uuid, Path, description = "The room of a class")), request_body = Announce, responses(
    (status = 200, description = "It was there", body = AnnouncementPlace),
    (status = 201, description = "Written now", body = AnnouncementPlace),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "client_id_reused", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts: five an hour", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn announce(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<String>,
    body: web::Json<Announce>,
) -> Result<HttpResponse, Problem> {
    let room: RoomId = path.parse().map_err(|_| absent())?;
    let Announce { client_id, title, text, needs_confirmation } = body.into_inner();
    let (title, text) = (conversation::title(&title), conversation::text(&text));
    let wrong = |field: &str, code| FieldError { field: field.to_owned(), code };
    let errors: Vec<_> =
        [title.as_ref().err().map(|code| wrong("title", code)), text.as_ref().err().map(|code| wrong("text", code))]
            .into_iter()
            .flatten()
            .collect();
    let (Ok(title), Ok(body)) = (title, text) else {
        metrics::message(Sent::Invalid);
        return Err(Problem::invalid(errors));
    };
    let asker = request_id.asked_by(signed_in.0);
    let new = NewAnnouncement { client: ClientMessageId(client_id), title, body, needs_confirmation };
    let announced = announcements::announce(&services.store, asker, room, new).await;
    // An announcement is a message with a title, and counts as one.
    metrics::message(match &announced {
        Ok(Announced::Stored(place)) if place.known => Sent::Known,
        Ok(Announced::Stored(_)) => Sent::Accepted,
        Ok(Announced::Conflict) => Sent::Invalid,
        Ok(Announced::TooMany) => Sent::Postponed,
        Err(Error::NotFound | Error::Rule(_)) => Sent::Refused,
        Err(_) => Sent::Failed,
    });
    match announced.map_err(denied)? {
        Announced::Stored(place) => {
            let status = if place.known { StatusCode::OK } else { StatusCode::CREATED };
            let answer = AnnouncementPlace { seq: place.seq, message_no: place.message_no, at: place.at };
            Ok(HttpResponse::build(status).json(answer))
        }
        Announced::Conflict => Err(Code::ClientIdReused.into()),
        Announced::TooMany => Err(Problem::too_many_attempts(TRY_AGAIN)),
    }
}

/// Confirms an announcement for oneself: family that reads along in the room, of one that asks for it and came since they are in. Done again it stays.
#[utoipa::path(put, path = "/api/v1/rooms/{room_id}/announcements/{seq}/confirmation", tag = "rooms",
    operation_id = "confirm_announcement",
    params(("room_id" = Uuid, Path, description = "The room of a class"), ("seq" = i64, Path, description = "The announcement")),
    request_body = Confirm, responses(
    (status = 200, description = "What stands", body = ConfirmationState),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn confirm(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<(String, String)>,
    body: web::Json<Confirm>,
) -> Result<web::Json<ConfirmationState>, Problem> {
    let (room, seq) = named(&path)?;
    let asker = request_id.asked_by(signed_in.0);
    let standing = announcements::confirm(&services.store, asker, room, seq, body.how).await.map_err(denied)?;
    Ok(web::Json(ConfirmationState { confirmed_at: standing.at, how: standing.how }))
}

/// A confirmation of one's own.
#[derive(Serialize, ToSchema)]
pub struct OwnConfirmation {
    /// Of which announcement.
    seq: i64,
    #[serde(with = "time::serde::rfc3339")]
    confirmed_at: OffsetDateTime,
    how: Confirmed,
}

/// What the asker has confirmed in the room of a class, on whichever device; the newest 500.
#[utoipa::path(get, path = "/api/v1/rooms/{room_id}/confirmations", tag = "rooms", operation_id = "list_own_confirmations",
    params(("room_id" = Uuid, Path, description = "The room of a class")), responses(
    (status = 200, description = "The newest announcement first", body = Vec<OwnConfirmation>),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn own(
    services: web::Data<Services>,
    signed_in: Authenticated,
    path: web::Path<String>,
) -> Result<web::Json<Vec<OwnConfirmation>>, Problem> {
    let room: RoomId = path.parse().map_err(|_| absent())?;
    let own = announcements::own_confirmations(&services.store, signed_in.0.user, room).await.map_err(denied)?;
    let item =
        |(seq, own): (i64, announcements::Confirmation)| OwnConfirmation { seq, confirmed_at: own.at, how: own.how };
    Ok(web::Json(own.into_iter().map(item).collect()))
}

/// Who has seen and confirmed an announcement: for those who write in the room, of the students for whom they do.
#[utoipa::path(get, path = "/api/v1/rooms/{room_id}/announcements/{seq}/receipts", tag = "rooms", operation_id = "list_receipts",
    params(("room_id" = Uuid, Path, description = "The room of a class"), ("seq" = i64, Path, description = "The announcement")),
    responses(
    (status = 200, description = "By student", body = ReceiptList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn receipts(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<(String, String)>,
) -> Result<web::Json<ReceiptList>, Problem> {
    let (room, seq) = named(&path)?;
    let asker = request_id.asked_by(signed_in.0);
    Ok(web::Json(announcements::receipts(&services.store, asker, room, seq).await.map_err(denied)?.into()))
}

/// The same as a table for a spreadsheet: UTF-8 with its mark, semicolons, a line for each guardian.
#[utoipa::path(get, path = "/api/v1/rooms/{room_id}/announcements/{seq}/receipts.csv", tag = "rooms",
    operation_id = "download_receipts",
    params(("room_id" = Uuid, Path, description = "The room of a class"), ("seq" = i64, Path, description = "The announcement")),
    responses(
    (status = 200, description = "The table", body = String, content_type = "text/csv"),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "forbidden", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn receipts_table(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (room, seq) = named(&path)?;
    let asker = request_id.asked_by(signed_in.0);
    let receipts = announcements::receipts(&services.store, asker, room, seq).await.map_err(denied)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"confirmacoes.csv\""))
        .body(table::of(&receipts)))
}

fn named((room, seq): &(String, String)) -> Result<(RoomId, i64), Problem> {
    match (room.parse(), seq.parse()) {
        (Ok(room), Ok(seq)) => Ok((room, seq)),
        _ => Err(absent()),
    }
}

fn absent() -> Problem {
    denied(Error::NotFound)
}

fn denied(error: Error) -> Problem {
    if matches!(error, Error::NotFound | Error::Rule(_)) {
        crate::metrics::authz_denied("announcements");
    }
    error.into()
}

impl From<Receipts> for ReceiptList {
    fn from(receipts: Receipts) -> Self {
        let waits = |student: &&StudentReceipts| receipts.needs_confirmation && !student.is_confirmed();
        let outstanding = receipts.students.iter().filter(waits).map(|student| student.student.0).collect();
        Self {
            title: receipts.title,
            needs_confirmation: receipts.needs_confirmation,
            at: receipts.at,
            students_in_class: receipts.students_in_class,
            students_confirmed: receipts.students_confirmed,
            students: receipts.students.into_iter().map(Into::into).collect(),
            outstanding,
        }
    }
}

impl From<StudentReceipts> for StudentReceipt {
    fn from(student: StudentReceipts) -> Self {
        Self {
            student_id: student.student.0,
            confirmed: student.is_confirmed(),
            name: student.name,
            guardians: student.guardians.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Receipt> for GuardianReceipt {
    fn from(receipt: Receipt) -> Self {
        let Receipt { user, name, seen_at, confirmation } = receipt;
        let (confirmed_at, how) = confirmation.map(|confirmation| (confirmation.at, confirmation.how)).unzip();
        Self { user_id: user.0, name, seen_at, confirmed_at, how }
    }
}
