//! "Baixar uma cópia de tudo": the dossier of a child, for the family, the direction and the coordination, as one file to keep. Made when it
//! is asked for and kept nowhere. Read next: [`file`], [`page`], `docs/adr/0023`.

mod conversations;
mod file;
mod page;
pub(super) mod words;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use self::file::WrittenSection;
use super::Services;
use super::extract::{Confirmed, RequestId};
use super::problem::{Problem, ProblemBody};
use crate::domain::ids::{StudentId, UserId};
use crate::metrics as metric;
use crate::protocol::code::Code;
use crate::store::dossiers::{self, TooMany};
use crate::store::{Asker, Error};

/// How long somebody waits for the one that is being made, before anything is recorded. Making one takes well under a second.
const WAIT: Duration = Duration::from_secs(5);
/// People whose dossiers may be on their way at the same time: a file that nobody takes stays in memory, a MiB or so.
const MOST_PEOPLE: usize = 24;
/// When somebody who took too many may ask again, at most.
const TRY_AGAIN: Duration = Duration::from_secs(3600);
/// Bytes that are handed to the connection at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// How many dossiers are made and on their way: one is made at a time (its largest section is in memory, up to some tens of MiB if somebody means
/// ill), and a person has one, from asking to the last byte, so that a slow reader holds its own place and nobody else's.
#[derive(Default)]
pub struct Places {
    making: Making,
    people: Arc<Mutex<HashSet<UserId>>>,
}

struct Making(Semaphore);

impl Default for Making {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// One person's place; free again when it is dropped.
struct Place {
    people: Arc<Mutex<HashSet<UserId>>>,
    user: UserId,
}

impl Places {
    /// `None` while the person's last dossier is still being made or sent, or those of too many others are.
    fn take(&self, user: UserId) -> Option<Place> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = people.len() < MOST_PEOPLE && people.insert(user);
        is_free.then(|| Place { people: Arc::clone(&self.people), user })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.user);
    }
}

/// A copy of everything the asker may see about a child: a ZIP file with `dossie.html`, to be read and printed, and `dossie.json`, to be
/// read by programs. Needs a fresh proof; on record, and shown to the family. One at a time for each person.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/dossier", tag = "students", operation_id = "take_dossier",
    params(("student_id" = Uuid, Path, description = "The student")), responses(
    (status = 200, description = "The file", body = Vec<u8>, content_type = "application/zip"),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "too_many_attempts: ten an hour", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "overloaded, store_unavailable", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn take(
    services: web::Data<Services>,
    signed_in: Confirmed,
    request_id: RequestId,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let student: StudentId = path.parse().map_err(|_| Code::NotFound)?;
    let asker = request_id.asked_by(signed_in.0);
    let place = services.dossiers.take(asker.user).ok_or(Code::Overloaded)?;
    let file = {
        let made = tokio::time::timeout(WAIT, services.dossiers.making.0.acquire()).await;
        let _made = made.ok().and_then(Result::ok).ok_or(Code::Overloaded)?;
        make(&services, asker, student).await?
    };
    metric::dossier_taken();
    Ok(send(file, place))
}

async fn make(services: &Services, asker: Asker, student: StudentId) -> Result<Vec<u8>, Problem> {
    let taken = dossiers::take(&services.store, asker.clone(), student).await.map_err(denied)?;
    let dossier = taken.map_err(|TooMany| Problem::too_many_attempts(TRY_AGAIN))?;
    let names = Arc::new(page::Names::of(&dossier.team));
    let mut texts = Vec::with_capacity(dossier.sections.len());
    for section in &dossier.sections {
        let (document, kind, names) = (section.document, section.section.kind(), Arc::clone(&names));
        let write = move |text| WrittenSection::of(kind, &names, text);
        texts.push(dossiers::read_text(&services.store, document, kind, write).await?);
    }
    let user = asker.user;
    let file = web::block(move || file::write(dossier, texts, user)).await.map_err(|_| Code::Internal)?;
    let file = file.map_err(|error| {
        tracing::error!(%error, "a dossier could not be written");
        Code::Internal
    })?;
    if dossiers::may_still(&services.store, &asker, student).await? { Ok(file) } else { Err(denied(Error::NotFound)) }
}

/// The place is held until the last byte has left or the reader has.
fn send(file: Vec<u8>, place: Place) -> HttpResponse {
    let file = Bytes::from(file);
    let starts = (0..file.len()).step_by(CHUNK_BYTES);
    let chunks = stream::iter(starts.collect::<Vec<_>>()).map(move |start| {
        let _held = &place;
        Ok::<_, actix_web::Error>(file.slice(start..file.len().min(start + CHUNK_BYTES)))
    });
    HttpResponse::Ok()
        .content_type("application/zip")
        // No name of a child in a list of downloads.
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"dossie.zip\""))
        // What a slow reader has not taken yet must not lie in files of the proxy.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(chunks)
}

fn denied(error: Error) -> Problem {
    if matches!(error, Error::NotFound) {
        metric::authz_denied("dossier");
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_place_and_gets_it_back() {
        let places = Places::default();
        let (one, other) = (UserId::generate(), UserId::generate());
        let held = places.take(one);
        assert!(held.is_some() && places.take(one).is_none() && places.take(other).is_some());
        drop(held);
        assert!(places.take(one).is_some());
    }
}
