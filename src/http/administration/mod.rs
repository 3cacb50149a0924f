//! Administration: people, functions, links, guardianships, accounts. Every act can be asked for with `?dry_run=true` first: it is done, told
//! and undone. Acts need a fresh proof of who asks; previews and reading do not.

pub mod accounts;
pub mod emergencies;
pub mod functions;
pub mod people;
pub mod resets;
pub mod students;
pub mod ties;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::extract::{Authenticated, Confirmed, RequestId};
use super::problem::{FieldError, Problem};
use crate::domain::administration::Warning;
use crate::protocol::code::Code;
use crate::store::Asker;
use crate::store::administration::act::Manner;
use crate::store::administration::people::After;
use crate::store::administration::views::Effect;

/// Most people or students of one page.
const MOST_A_PAGE: i64 = 100;
/// Longest part of a name that is searched for, in characters.
const MAX_SEARCH: usize = 100;
/// How far ahead a date may lie.
const HORIZON: Duration = Duration::days(3660);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    #[serde(default)]
    dry_run: bool,
}

/// Who acts, and whether they only ask what would happen. Without `?dry_run=true` the session must be confirmed.
pub struct Acting {
    asker: Asker,
    dry_run: bool,
}

impl Acting {
    fn manner(self, accept: Vec<Warning>) -> Manner {
        Manner { asker: self.asker, dry_run: self.dry_run, accept }
    }
}

impl FromRequest for Acting {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let trial = web::Query::<Trial>::from_query(request.query_string());
        let request_id = RequestId::from_request(request, payload);
        let signed_in = Authenticated::from_request(request, payload);
        let confirmed = Confirmed::from_request(request, payload);
        Box::pin(async move {
            let dry_run = trial.map(|trial| trial.dry_run);
            let principal = match dry_run {
                Ok(false) => confirmed.await?.0,
                _ => signed_in.await?.0,
            };
            let dry_run = dry_run.map_err(|_| invalid("dry_run", "invalid"))?;
            let asker = request_id.await?.asked_by(principal);
            Ok(Self { asker, dry_run })
        })
    }
}

/// The query of a list. Refused like a body: unknown and unreadable parts are named.
fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    let query = web::Query::<T>::from_query(request.query_string());
    query.map(web::Query::into_inner).map_err(|_| invalid("query", "invalid"))
}

/// An id from an address: what is no id names nothing.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Code::NotFound.into())
}

fn invalid(field: &str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError { field: field.to_owned(), code }])
}

/// What is searched for: cut of blanks, `None` when nothing is left.
fn search(text: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.chars().count() > MAX_SEARCH {
        return Err(invalid("q", "too_long"));
    }
    if text.contains('\0') {
        return Err(invalid("q", "invalid"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn limit(limit: Option<i64>) -> Result<i64, Problem> {
    match limit.unwrap_or(50) {
        limit @ 1..=MOST_A_PAGE => Ok(limit),
        _ => Err(invalid("limit", "invalid")),
    }
}

/// Reads a cursor that a page gave: an id and the name it stands at.
fn after(cursor: Option<String>) -> Result<After, Problem> {
    const ID: usize = 36;
    let Some(cursor) = cursor else { return Ok(None) };
    let parts = cursor.split_at_checked(ID).filter(|_| cursor.len() < 2_000 && !cursor.contains('\0'));
    let parts = parts.and_then(|(id, name)| Some((name.to_owned(), Uuid::try_parse(id).ok()?)));
    parts.map(Some).ok_or_else(|| invalid("cursor", "invalid"))
}

/// A date that is not absurdly far away.
fn near(field: &str, date: Option<OffsetDateTime>) -> Result<(), Problem> {
    let far = date.is_some_and(|date| date > OffsetDateTime::now_utc() + HORIZON);
    if far { Err(invalid(field, "invalid")) } else { Ok(()) }
}

/// Counts what was refused, and passes the answer on.
fn answer(effect: Result<Effect, crate::store::Error>) -> Result<web::Json<Effect>, Problem> {
    effect.map(web::Json).map_err(denied)
}

fn denied(error: crate::store::Error) -> Problem {
    if matches!(error, crate::store::Error::NotFound | crate::store::Error::Rule(_)) {
        crate::metrics::authz_denied("administration");
    }
    error.into()
}
