//! "Baixar uma cópia de tudo": the dossier of a child, for the family, the direction and the coordination, as one file to keep. Made when it
//! is asked for and kept nowhere. Read next: [`file`], [`page`], `docs/adr/0023`.

mod file;
mod page;
mod words;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use super::Services;
use super::extract::{Confirmed, RequestId};
use super::problem::{Problem, ProblemBody};
use crate::actors::student::isolation;
use crate::domain::ids::{StudentId, UserId};
use crate::metrics as metric;
use crate::protocol::code::Code;
use crate::store::dossiers::{self, Dossier, SectionText};
use crate::store::{Error, Store};

/// Dossiers that are made at the same time; who comes later waits. One holds all texts of a child in memory, a few MiB.
const MADE_AT_ONCE: usize = 2;
/// Bytes that are handed to the connection at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// How many dossiers are made and on their way: two are made at once, and a person has one at a time, from asking to the last byte, so that
/// a slow reader holds its own place and nobody else's.
#[derive(Default)]
pub struct Places {
    making: Making,
    people: Arc<Mutex<HashSet<UserId>>>,
}

struct Making(Semaphore);

impl Default for Making {
    fn default() -> Self {
        Self(Semaphore::new(MADE_AT_ONCE))
    }
}

/// One person's place; free again when it is dropped.
struct Place {
    people: Arc<Mutex<HashSet<UserId>>>,
    user: UserId,
}

impl Places {
    /// `None` while the person's last dossier is still being made or sent.
    fn take(&self, user: UserId) -> Option<Place> {
        let is_free = self.people.lock().unwrap_or_else(PoisonError::into_inner).insert(user);
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
        let _made = services.dossiers.making.0.acquire().await.map_err(|_| Code::Overloaded)?;
        let user = asker.user;
        let dossier = dossiers::take(&services.store, asker, student).await.map_err(denied)?;
        let texts = read(&services.store, &dossier).await?;
        web::block(move || file::write(&dossier, &texts, user)).await.map_err(|_| Code::Internal)?.map_err(|error| {
            tracing::error!(%error, "a dossier could not be written");
            Code::Internal
        })?
    };
    metric::dossier_taken();
    Ok(send(file, place))
}

/// What the sections say, in the dossier's order.
async fn read(store: &Store, dossier: &Dossier) -> Result<Vec<SectionText>, Problem> {
    let mut stored = Vec::with_capacity(dossier.sections.len());
    for section in &dossier.sections {
        stored.push((section.section.kind(), isolation::read(store, section.document).await?));
    }
    let texts = dossiers::read_texts(stored).await.map_err(|error| {
        tracing::error!(student = %dossier.student, %error, "a document of a dossier cannot be read");
        metric::actor_panic("document");
        Code::Internal
    })?;
    for section in &dossier.sections {
        // The count of loads then stays one too high, no more.
        let _ = store.end_load(section.document).await;
    }
    Ok(texts)
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
