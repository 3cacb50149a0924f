//! Requests to correct what is written about a child, and their answers. Who sees which is row-level security; who asks and who answers is asked here and
//! once more by the policies. Request and answer are both kept, and both on record.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::administration::corrections as administered;
use super::audit::{self, Action, Event, Outcome};
use super::{Asker, Error, Store};
use crate::domain::administration::{Act, Refusal, may_any};
use crate::domain::correction::{self, AskedAs, CorrectionState, MOST_OPEN};
use crate::domain::ids::{SchoolId, StudentId, UserId};
use crate::domain::people::Function;

const FIND_STUDENT: &str = include_str!("../../sql/queries/corrections/find_student.sql");
const LIST: &str = include_str!("../../sql/queries/corrections/list.sql");
const INSERT: &str = include_str!("../../sql/queries/corrections/insert.sql");
const FIND: &str = include_str!("../../sql/queries/corrections/find.sql");
const ANSWER: &str = include_str!("../../sql/queries/corrections/answer.sql");

/// Most requests of the list on the screen.
const MOST_LISTED: i64 = 100;

/// The requests about a student that one person may see.
#[derive(Debug, Clone)]
pub struct Corrections {
    /// Full name.
    pub student_name: String,
    /// As whom the asker may ask; none for who may not.
    pub asks_as: Option<AskedAs>,
    /// Whether the asker answers.
    pub answers: bool,
    /// Newest first.
    pub requests: Vec<Correction>,
}

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Its id.
    pub id: Uuid,
    /// Who asked.
    pub asked_by: UserId,
    /// Their full name.
    pub asked_by_name: String,
    /// As whom.
    pub asked_as: AskedAs,
    /// What is wrong.
    pub wrong: String,
    /// What it should say.
    pub should_say: String,
    /// When.
    pub asked_at: OffsetDateTime,
    /// By when it has to be answered.
    pub due_at: OffsetDateTime,
    /// What became of it.
    pub state: CorrectionState,
    /// Why.
    pub answer: Option<String>,
    /// Who decided.
    pub answered_by_name: Option<String>,
    /// When.
    pub answered_at: Option<OffsetDateTime>,
}

struct Found {
    name: String,
    asks_as: Option<AskedAs>,
    answers: bool,
}

/// The requests about a student; recorded.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach.
pub async fn list(store: &Store, asker: Asker, student: StudentId) -> Result<Corrections, Error> {
    recorded(store, asker, student, (Action::ViewCorrections, None), move |transaction, user| {
        Box::pin(async move {
            let found = find(transaction, user, student).await?;
            let requests = requests(transaction, student, Some(MOST_LISTED)).await?;
            Ok(Corrections { student_name: found.name, asks_as: found.asks_as, answers: found.answers, requests })
        })
    })
    .await
}

/// Asks for a correction.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach; [`Error::Rule`] for who is neither family nor team, and for who has too many open requests.
pub async fn ask(
    store: &Store,
    asker: Asker,
    student: StudentId,
    (wrong, should_say): (String, String),
) -> Result<(), Error> {
    let id = Uuid::now_v7();
    recorded(store, asker, student, (Action::AskCorrection, Some(id)), move |transaction, user| {
        Box::pin(async move {
            let found = find(transaction, user, student).await?;
            let asked_as = found.asks_as.ok_or(Refusal::NotAllowed)?;
            let statement = transaction.prepare_cached(INSERT).await?;
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
                [&id, &student.0, &user.0, &asked_as.as_str(), &wrong, &should_say, &MOST_OPEN];
            match transaction.execute(&statement, &values).await? {
                1 => Ok(()),
                _ => Err(Refusal::Changed.into()),
            }
        })
    })
    .await
}

/// Answers a request.
///
/// # Errors
/// [`Error::NotFound`] for a request out of sight; [`Error::Rule`] for who does not answer, for one's own request, and when it is answered.
pub async fn answer(
    store: &Store,
    asker: Asker,
    student: StudentId,
    id: Uuid,
    (accepted, answer): (bool, String),
) -> Result<(), Error> {
    recorded(store, asker, student, (Action::AnswerCorrection, Some(id)), move |transaction, user| {
        Box::pin(async move {
            let found = find(transaction, user, student).await?;
            let statement = transaction.prepare_cached(FIND).await?;
            let row = transaction.query_opt(&statement, &[&id, &student.0]).await?.ok_or(Error::NotFound)?;
            if !found.answers || row.try_get::<_, Uuid>("asked_by")? == user.0 {
                return Err(Refusal::NotAllowed.into());
            }
            let statement = transaction.prepare_cached(ANSWER).await?;
            let changed = transaction.execute(&statement, &[&id, &accepted, &answer, &user.0]).await?;
            if changed == 1 && row.try_get("is_open")? { Ok(()) } else { Err(Refusal::Changed.into()) }
        })
    })
    .await
}

/// The requests of a school that wait for an answer, the most urgent first; recorded.
///
/// # Errors
/// [`Error::NotFound`] unless the asker answers for this school.
pub async fn waiting(store: &Store, asker: Asker, school: SchoolId) -> Result<Vec<administered::Waiting>, Error> {
    administered::list(store, asker, school).await
}

async fn find(transaction: &Transaction<'_>, user: UserId, student: StudentId) -> Result<Found, Error> {
    let statement = transaction.prepare_cached(FIND_STUDENT).await?;
    let row = transaction.query_opt(&statement, &[&user.0, &student.0]).await?.ok_or(Error::NotFound)?;
    let functions: Vec<&str> = row.try_get("school_functions")?;
    let functions = functions.into_iter().map(|text| Ok(text.parse()?)).collect::<Result<Vec<Function>, Error>>()?;
    Ok(Found {
        name: row.try_get("name")?,
        asks_as: correction::asks_as(row.try_get("is_guardian")?, row.try_get("is_in_team")?),
        answers: may_any(&functions, Act::AnswerCorrections),
    })
}

/// What was asked, as far as the transaction's person may see it, newest first, `most` at most.
pub(super) async fn requests(
    transaction: &Transaction<'_>,
    student: StudentId,
    most: Option<i64>,
) -> Result<Vec<Correction>, Error> {
    let statement = transaction.prepare_cached(LIST).await?;
    transaction.query(&statement, &[&student.0, &most]).await?.iter().map(request).collect()
}

fn request(row: &Row) -> Result<Correction, Error> {
    Ok(Correction {
        id: row.try_get("correction_id")?,
        asked_by: UserId(row.try_get("asked_by")?),
        asked_by_name: row.try_get("asked_by_name")?,
        asked_as: row.try_get::<_, &str>("asked_as")?.parse()?,
        wrong: row.try_get("wrong")?,
        should_say: row.try_get("should_say")?,
        asked_at: row.try_get("asked_at")?,
        due_at: row.try_get("due_at")?,
        state: correction::state(row.try_get("accepted")?),
        answer: row.try_get("answer")?,
        answered_by_name: row.try_get("answered_by_name")?,
        answered_at: row.try_get("answered_at")?,
    })
}

/// Runs in one transaction with its record; a refusal leaves a record of its own.
async fn recorded<T, F>(
    store: &Store,
    asker: Asker,
    student: StudentId,
    (action, id): (Action, Option<Uuid>),
    work: F,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a Transaction<'a>, UserId) -> futures_util::future::BoxFuture<'a, Result<T, Error>>
        + Send
        + 'static,
{
    let resource = id.map_or_else(|| format!("student/{student}/corrections"), |id| format!("correction/{id}"));
    let event = |outcome| Event {
        student: (outcome == Outcome::Allowed).then_some(student),
        resource: Some(resource.clone()),
        ..asker.event(action, outcome)
    };
    let (allowed, denied, user) = (event(Outcome::Allowed), event(Outcome::Denied), asker.user);
    let done = store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let done = work(transaction, user).await?;
                audit::append_in(transaction, &allowed).await?;
                Ok(done)
            })
        })
        .await;
    if matches!(done, Err(Error::NotFound | Error::Rule(_))) {
        audit::append(store, denied).await?;
    }
    done
}
