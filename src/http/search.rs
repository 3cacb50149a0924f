//! Finding a message again, in the rooms that somebody is in.

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
use crate::domain::conversation::RoomKind;
use crate::domain::finding;
use crate::domain::ids::RoomId;
use crate::store::rooms::search::{self, Found, FoundPlace, Question};

/// Bytes of a place: moment, room, sequence.
const PLACE_BYTES: usize = 8 + 16 + 8;

/// What is looked for, and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// Words; all of them, in any form and with or without accents. 2 to 100 characters.
    #[param(min_length = 2, max_length = 100)]
    q: String,
    /// In one room only.
    room_id: Option<Uuid>,
    /// `next` of the page before.
    #[param(max_length = 43)]
    before: Option<String>,
}

/// A message that was found.
#[derive(Serialize, ToSchema)]
pub struct FoundMessage {
    room_id: Uuid,
    kind: RoomKind,
    /// Null in a room of more than one student.
    #[schema(required)]
    student_id: Option<Uuid>,
    #[schema(required)]
    student_name: Option<String>,
    /// Its place in the room.
    seq: i64,
    /// Who wrote it.
    user_id: Uuid,
    /// Null for somebody out of sight.
    #[schema(required)]
    name: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    snippet: FoundSnippet,
}

/// The piece of a message around what was found. Plain text, in one line.
#[derive(Serialize, ToSchema)]
pub struct FoundSnippet {
    text: String,
    /// Where the hits are in `text`: from and to, counted in UTF-16 units as JavaScript counts.
    hits: Vec<[usize; 2]>,
    /// The message begins before it.
    cut_before: bool,
    /// The message goes on behind it.
    cut_after: bool,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub struct FoundMessages {
    /// Newest first, 20 at most.
    messages: Vec<FoundMessage>,
    /// The `before` of the next page; null when this is the last.
    #[schema(required)]
    next: Option<String>,
}

/// Looks for words in the conversations the asker is in, since they are in. A message is found some seconds after it was written. A room that does not exist and
/// one that the asker is not in hold nothing. On record, without the words.
#[utoipa::path(get, path = "/api/v1/rooms/search", tag = "rooms", operation_id = "search_messages", params(SearchParams), responses(
    (status = 200, description = "Newest first", body = FoundMessages),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts: five a second", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn messages(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<FoundMessages>, Problem> {
    let query = Query::<SearchParams>::from_query(request.query_string());
    let SearchParams { q, room_id, before } = query.map_err(|_| invalid("query", "invalid"))?.into_inner();
    let question = Question {
        words: finding::question(&q).map_err(|code| invalid("q", code))?,
        room: room_id.map(RoomId),
        before: before.map(|text| read_place(&text).ok_or_else(|| invalid("before", "invalid"))).transpose()?,
    };
    let asker = request_id.asked_by(signed_in.0);
    services.throttle.search(asker.user).map_err(Problem::too_many_attempts)?;
    let (found, next) = search::search(&services.store, asker, question).await?;
    let messages = found.into_iter().map(Into::into).collect();
    Ok(web::Json(FoundMessages { messages, next: next.map(write_place) }))
}

impl From<Found> for FoundMessage {
    fn from(found: Found) -> Self {
        let Found { place, kind, student, user, name, snippet } = found;
        let (student_id, student_name) = student.map(|(id, name)| (id.0, name)).unzip();
        let hits = snippet.hits.iter().map(|(from, to)| [*from, *to]).collect();
        Self {
            room_id: place.room.0,
            kind,
            student_id,
            student_name,
            seq: place.seq,
            user_id: user.0,
            name,
            at: place.at,
            snippet: FoundSnippet {
                text: snippet.text,
                hits,
                cut_before: snippet.cut_before,
                cut_after: snippet.cut_after,
            },
        }
    }
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}

fn write_place(place: FoundPlace) -> String {
    let mut bytes = Vec::with_capacity(PLACE_BYTES);
    bytes.extend(((place.at.unix_timestamp_nanos() / 1_000) as i64).to_be_bytes());
    bytes.extend(place.room.0.as_bytes());
    bytes.extend(place.seq.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read_place(text: &str) -> Option<FoundPlace> {
    let bytes: [u8; PLACE_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (micros, rest) = bytes.split_first_chunk::<8>()?;
    let (room, seq) = rest.split_first_chunk::<16>()?;
    let nanos = i128::from(i64::from_be_bytes(*micros)) * 1_000;
    Some(FoundPlace {
        at: OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?,
        room: RoomId(Uuid::from_bytes(*room)),
        seq: i64::from_be_bytes(seq.try_into().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_a_round_trip_and_nothing_else_is_one() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_000).expect("a moment");
        let place = FoundPlace { at, room: RoomId(Uuid::now_v7()), seq: 7 };
        let text = write_place(place);
        assert_eq!((text.len(), read_place(&text)), (43, Some(place)));
        let far = URL_SAFE_NO_PAD.encode([0x7f; PLACE_BYTES]);
        for wrong in ["", "x", &text[1..], &format!("{text}A"), &far] {
            assert_eq!(read_place(wrong), None, "{wrong}");
        }
    }
}
