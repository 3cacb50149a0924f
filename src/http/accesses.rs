//! "Quem viu": who read what is written about a student, for the family, the direction and the coordination.

use actix_web::web::Query;
use actix_web::{HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use super::students::{Tie, ties};
use crate::domain::ids::{DocumentId, UserId};
use crate::domain::pei::Section;
use crate::domain::people::Function;
use crate::protocol::code::Code;
use crate::store::accesses::{self, Access, Accesses, Emergency, Place};
use crate::store::dossiers::Copy;

/// Entries of a page nobody asked a number for.
const LIMIT: u16 = 30;
/// Most entries of a page.
const MAX_LIMIT: u16 = 100;
/// Bytes of a place: moment, document, person.
const PLACE_BYTES: usize = 8 + 16 + 16;

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the part before.
    #[param(max_length = 54)]
    cursor: Option<String>,
    /// Most entries, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u16>,
}

/// One person who read one section in one half hour.
#[derive(Serialize, ToSchema)]
pub struct AccessEntry {
    user_id: Uuid,
    name: String,
    /// As whom they read, at that moment; empty when nobody knows any more.
    ties: Vec<Tie>,
    /// Null for a section that the asker may not read: that it was read is told, its name is not.
    #[schema(required)]
    section: Option<Section>,
    /// When it was first opened in the half hour.
    #[serde(with = "time::serde::rfc3339")]
    first_at: OffsetDateTime,
    /// When the half hour begins; later reads in it leave no further entry.
    #[serde(with = "time::serde::rfc3339")]
    slot: OffsetDateTime,
    /// While the record was open to the person in an emergency.
    in_emergency: bool,
}

/// Somebody opened the record in an emergency, with a reason.
#[derive(Serialize, ToSchema)]
pub struct SeenEmergency {
    user_id: Uuid,
    name: String,
    acted_as: Function,
    /// In the person's words; null once erased.
    #[schema(required)]
    reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    opened_at: OffsetDateTime,
    /// When it ended or ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    valid_to: OffsetDateTime,
}

/// Somebody took a copy of the child's dossier.
#[derive(Serialize, ToSchema)]
pub struct SeenCopy {
    user_id: Uuid,
    name: String,
    /// As whom, at that moment; empty when nobody knows any more.
    ties: Vec<Tie>,
    #[serde(with = "time::serde::rfc3339")]
    taken_at: OffsetDateTime,
}

/// Who read about one student, newest first.
#[derive(Serialize, ToSchema)]
pub struct AccessList {
    student_id: Uuid,
    student_name: String,
    entries: Vec<AccessEntry>,
    /// The `cursor` of the next part; null when this is the last.
    #[schema(required)]
    next: Option<String>,
    /// Newest first, 50 at most; with the first part alone.
    emergencies: Vec<SeenEmergency>,
    /// Newest first, 50 at most; with the first part alone.
    copies: Vec<SeenCopy>,
}

/// Lists who read what is written about a student. A student that does not exist and one out of the person's reach give the same
/// answer.
#[utoipa::path(get, path = "/api/v1/students/{student_id}/accesses", tag = "students",
    params(("student_id" = Uuid, Path, description = "The student"), Page), responses(
    (status = 200, description = "Newest first", body = AccessList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list_accesses(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
    student: web::Path<String>,
) -> Result<web::Json<AccessList>, Problem> {
    let student = student.parse().map_err(|_| Code::NotFound)?;
    let page = Query::<Page>::from_query(request.query_string()).map_err(|_| invalid("query"))?.into_inner();
    let limit = page.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(invalid("limit"));
    }
    let after = page.cursor.map(|text| read_place(&text).ok_or_else(|| invalid("cursor"))).transpose()?;
    let asker = request_id.asked_by(asker.0);
    match accesses::list(&services.store, asker, student, after, limit).await? {
        Some(found) => Ok(web::Json(answer(student.0, found))),
        None => {
            crate::metrics::authz_denied("accesses");
            Err(Code::NotFound.into())
        }
    }
}

fn invalid(field: &str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code: "invalid" }])
}

fn answer(student_id: Uuid, found: Accesses) -> AccessList {
    let next = found.entries.last().filter(|_| found.more).map(|last| write_place(last.place()));
    let entries = found.entries.into_iter().map(Into::into).collect();
    let emergencies = found.emergencies.into_iter().map(Into::into).collect();
    let copies = found.copies.into_iter().map(Into::into).collect();
    AccessList { student_id, student_name: found.student_name, entries, next, emergencies, copies }
}

impl From<Access> for AccessEntry {
    fn from(access: Access) -> Self {
        Self {
            user_id: access.user.0,
            name: access.name,
            ties: ties(&access.ties),
            section: access.section,
            first_at: access.first_at,
            slot: access.slot,
            in_emergency: access.in_emergency,
        }
    }
}

impl From<Emergency> for SeenEmergency {
    fn from(emergency: Emergency) -> Self {
        let Emergency { user, name, acted_as, reason, opened_at, valid_to } = emergency;
        Self { user_id: user.0, name, acted_as, reason, opened_at, valid_to }
    }
}

impl From<Copy> for SeenCopy {
    fn from(copy: Copy) -> Self {
        let Copy { user, name, ties: names, taken_at } = copy;
        Self { user_id: user.0, name, ties: ties(&names), taken_at }
    }
}

fn write_place(place: Place) -> String {
    let mut bytes = Vec::with_capacity(PLACE_BYTES);
    bytes.extend(((place.first_at.unix_timestamp_nanos() / 1_000) as i64).to_be_bytes());
    bytes.extend(place.document.0.as_bytes());
    bytes.extend(place.user.0.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read_place(text: &str) -> Option<Place> {
    let bytes: [u8; PLACE_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (micros, ids) = bytes.split_first_chunk::<8>()?;
    let (document, user) = ids.split_first_chunk::<16>()?;
    let nanos = i128::from(i64::from_be_bytes(*micros)) * 1_000;
    Some(Place {
        first_at: OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?,
        document: DocumentId(Uuid::from_bytes(*document)),
        user: UserId(Uuid::from_slice(user).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_a_round_trip_and_nothing_else_is_one() {
        let first_at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_000).expect("a moment");
        let place = Place { first_at, document: DocumentId::generate(), user: UserId::generate() };
        let text = write_place(place);
        assert_eq!((text.len(), read_place(&text)), (54, Some(place)));
        let far = URL_SAFE_NO_PAD.encode([0x7f; PLACE_BYTES]);
        for wrong in ["", "x", &text[1..], &format!("{text}A"), &far, &text.replace(&text[..2], "é")] {
            assert_eq!(read_place(wrong), None, "{wrong}");
        }
    }
}
