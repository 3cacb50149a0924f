//! Reported messages. What was said is frozen by the database in the transaction of the report; direction and coordination of the child's school read it, which
//! is on record, and decide. Nobody else learns of a report but who made it. Read next: `docs/adr/0032`.

use deadpool_postgres::Transaction;
use futures_util::future::BoxFuture;
use serde_json::Value;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::audit::{self, Action, Event, Outcome};
use super::{Asker, Error, Store};
use crate::domain::administration::{Act, Refusal, may_any};
use crate::domain::ids::{RoomId, StudentId, UserId};
use crate::domain::people::Function;
use crate::domain::report::{self, MOST_A_DAY, ReportDecision, ReportReason};

const INSERT: &str = include_str!("../../sql/queries/reports/insert.sql");
const FIND_OWN: &str = include_str!("../../sql/queries/reports/find_own.sql");
const LIST_OWN: &str = include_str!("../../sql/queries/reports/list_own.sql");
const COUNT_RECENT: &str = include_str!("../../sql/queries/reports/count_recent.sql");
const LIST: &str = include_str!("../../sql/queries/reports/list.sql");
const FIND: &str = include_str!("../../sql/queries/reports/find.sql");
const DECIDE: &str = include_str!("../../sql/queries/reports/decide.sql");

/// A report as who made it sees it.
#[derive(Debug, Clone)]
pub struct OwnReport {
    /// Its id.
    pub id: Uuid,
    /// About whom the conversation is.
    pub student: StudentId,
    /// Full name; none for somebody the reporter does not see any more.
    pub student_name: Option<String>,
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: i64,
    /// Why.
    pub reason: ReportReason,
    /// In the reporter's words.
    pub note: Option<String>,
    /// When.
    pub reported_at: OffsetDateTime,
    /// What was decided.
    pub decision: Option<ReportDecision>,
    /// When.
    pub decided_at: Option<OffsetDateTime>,
}

/// A report in the list of those who decide.
#[derive(Debug, Clone)]
pub struct ListedReport {
    /// Its id.
    pub id: Uuid,
    /// About whom the conversation is.
    pub student: StudentId,
    /// Full name.
    pub student_name: String,
    /// Why.
    pub reason: ReportReason,
    /// Who wrote the message.
    pub reported_name: Option<String>,
    /// When it was reported.
    pub reported_at: OffsetDateTime,
    /// What was decided.
    pub decision: Option<ReportDecision>,
    /// When.
    pub decided_at: Option<OffsetDateTime>,
    /// Whether the asker may decide.
    pub may_decide: bool,
}

/// A report with what was frozen.
#[derive(Debug, Clone)]
pub struct Report {
    /// As in the list.
    pub listed: ListedReport,
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: i64,
    /// Who wrote it.
    pub reported: UserId,
    /// Who reported, and their full name; none for who wrote the message.
    pub reporter: Option<(UserId, Option<String>)>,
    /// In the reporter's words; none for who wrote the message.
    pub note: Option<String>,
    /// The messages, as V31 writes them.
    pub evidence: Value,
    /// Why it was decided so.
    pub decision_note: Option<String>,
    /// Who decided.
    pub decided_by_name: Option<String>,
}

/// Somebody reported as many messages in a day as anybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// What a person reports.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: i64,
    /// Why.
    pub reason: ReportReason,
    /// As `domain::report::note` left it.
    pub note: Option<String>,
}

/// Reports a message; a second time it is the first report, and nothing is written.
///
/// # Errors
/// [`Error::NotFound`] for a message that the asker does not see.
pub async fn report(store: &Store, asker: Asker, new: NewReport) -> Result<Result<OwnReport, TooMany>, Error> {
    let resource = format!("room/{}/message/{}", new.room, new.seq);
    recorded(store, asker, Action::ReportMessage, resource, move |transaction, user| {
        Box::pin(async move {
            let statement = transaction.prepare_cached(FIND_OWN).await?;
            let key: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&user.0, &new.room.0, &new.seq];
            if let Some(row) = transaction.query_opt(&statement, &key).await? {
                let found = own(&row)?;
                return Ok((Some(found.student), Ok(found)));
            }
            let counted = transaction.prepare_cached(COUNT_RECENT).await?;
            if transaction.query_one(&counted, &[&user.0]).await?.try_get::<_, i64>("recent")? >= MOST_A_DAY {
                return Ok((None, Err(TooMany)));
            }
            let insert = transaction.prepare_cached(INSERT).await?;
            let (id, reason) = (Uuid::now_v7(), new.reason.as_str());
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [&id, &new.room.0, &new.seq, &user.0, &reason, &new.note];
            // No row: somebody else's request with the same words was faster, and it is the same report.
            transaction.query_opt(&insert, &values).await?;
            let found = own(&transaction.query_opt(&statement, &key).await?.ok_or(Error::NotFound)?)?;
            Ok((Some(found.student), Ok(found)))
        })
    })
    .await
    // The policy says no where the trigger said yes only if something changed in between.
    .map_err(|error| if matches!(error, Error::Refused) { Error::NotFound } else { error })
}

/// What the asker reported, newest first; recorded.
///
/// # Errors
/// Database errors.
pub async fn own_reports(store: &Store, asker: Asker) -> Result<Vec<OwnReport>, Error> {
    recorded(store, asker, Action::ViewReports, "reports/own".to_owned(), move |transaction, user| {
        Box::pin(async move {
            let statement = transaction.prepare_cached(LIST_OWN).await?;
            let rows = transaction.query(&statement, &[&user.0]).await?;
            Ok((None, rows.iter().map(own).collect::<Result<_, Error>>()?))
        })
    })
    .await
}

/// Reports about students of the schools the asker answers for, those that wait or those that were decided; empty for everybody else. Recorded.
///
/// # Errors
/// Database errors.
pub async fn list(store: &Store, asker: Asker, waiting: bool) -> Result<Vec<ListedReport>, Error> {
    recorded(store, asker, Action::ViewReports, "reports".to_owned(), move |transaction, user| {
        Box::pin(async move {
            let statement = transaction.prepare_cached(LIST).await?;
            let rows = transaction.query(&statement, &[&waiting]).await?;
            Ok((None, rows.iter().map(|row| listed(row, user)).collect::<Result<_, Error>>()?))
        })
    })
    .await
}

/// One report with what was frozen, for who answers for the school; recorded.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub async fn read(store: &Store, asker: Asker, id: Uuid) -> Result<Report, Error> {
    recorded(store, asker, Action::ReadReport, format!("report/{id}"), move |transaction, user| {
        Box::pin(async move {
            let found = find(transaction, user, id).await?;
            Ok((Some(found.listed.student), found))
        })
    })
    .await
}

/// Decides about a report.
///
/// # Errors
/// [`Error::NotFound`] for who does not answer for the school; [`Error::Rule`] for who wrote the message or reported it, and when it is decided.
pub async fn decide(
    store: &Store,
    asker: Asker,
    id: Uuid,
    (decision, note): (ReportDecision, String),
) -> Result<Report, Error> {
    recorded(store, asker, Action::DecideReport, format!("report/{id}"), move |transaction, user| {
        Box::pin(async move {
            let found = find(transaction, user, id).await?;
            if !found.listed.may_decide {
                return Err(Refusal::NotAllowed.into());
            }
            let statement = transaction.prepare_cached(DECIDE).await?;
            match transaction.execute(&statement, &[&id, &decision.as_str(), &note, &user.0]).await? {
                1 => {
                    let found = find(transaction, user, id).await?;
                    Ok((Some(found.listed.student), found))
                }
                _ => Err(Refusal::Changed.into()),
            }
        })
    })
    .await
}

/// A report, for who answers for the school.
async fn find(transaction: &Transaction<'_>, user: UserId, id: Uuid) -> Result<Report, Error> {
    let statement = transaction.prepare_cached(FIND).await?;
    let row = transaction.query_opt(&statement, &[&id, &user.0]).await?.ok_or(Error::NotFound)?;
    let functions: Vec<&str> = row.try_get("school_functions")?;
    let functions = functions.into_iter().map(|text| Ok(text.parse()?)).collect::<Result<Vec<Function>, Error>>()?;
    if !may_any(&functions, Act::ReviewReports) {
        return Err(Error::NotFound);
    }
    let reported = UserId(row.try_get("reported_id")?);
    let is_told = report::is_told_who(user, reported);
    let reporter = (UserId(row.try_get("reporter_id")?), row.try_get("reporter_name")?);
    Ok(Report {
        listed: listed(&row, user)?,
        room: RoomId(row.try_get("room_id")?),
        seq: row.try_get("seq")?,
        reported,
        reporter: is_told.then_some(reporter),
        note: row.try_get::<_, Option<String>>("note")?.filter(|_| is_told),
        evidence: row.try_get("evidence")?,
        decision_note: row.try_get("decision_note")?,
        decided_by_name: row.try_get("decided_by_name")?,
    })
}

fn decision(row: &Row) -> Result<Option<ReportDecision>, Error> {
    Ok(row.try_get::<_, Option<&str>>("decision")?.map(str::parse).transpose()?)
}

fn listed(row: &Row, user: UserId) -> Result<ListedReport, Error> {
    let (reporter, reported) = (UserId(row.try_get("reporter_id")?), UserId(row.try_get("reported_id")?));
    Ok(ListedReport {
        id: row.try_get("report_id")?,
        student: StudentId(row.try_get("student_id")?),
        student_name: row.try_get("student_name")?,
        reason: row.try_get::<_, &str>("reason")?.parse()?,
        reported_name: row.try_get("reported_name")?,
        reported_at: row.try_get("reported_at")?,
        decision: decision(row)?,
        decided_at: row.try_get("decided_at")?,
        may_decide: report::may_decide(user, reporter, reported),
    })
}

fn own(row: &Row) -> Result<OwnReport, Error> {
    Ok(OwnReport {
        id: row.try_get("report_id")?,
        student: StudentId(row.try_get("student_id")?),
        student_name: row.try_get("student_name")?,
        room: RoomId(row.try_get("room_id")?),
        seq: row.try_get("seq")?,
        reason: row.try_get::<_, &str>("reason")?.parse()?,
        note: row.try_get("note")?,
        reported_at: row.try_get("reported_at")?,
        decision: decision(row)?,
        decided_at: row.try_get("decided_at")?,
    })
}

/// Runs in one transaction with its record, which names the student that `work` returns beside its answer; a refusal leaves a record of its own.
async fn recorded<T, F>(store: &Store, asker: Asker, action: Action, resource: String, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a Transaction<'a>, UserId) -> BoxFuture<'a, Result<(Option<StudentId>, T), Error>>
        + Send
        + 'static,
{
    let event = |outcome| Event { resource: Some(resource.clone()), ..asker.event(action, outcome) };
    let (allowed, denied, user) = (event(Outcome::Allowed), event(Outcome::Denied), asker.user);
    let done = store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let (student, done) = work(transaction, user).await?;
                audit::append_in(transaction, &Event { student, ..allowed }).await?;
                Ok(done)
            })
        })
        .await;
    if matches!(done, Err(Error::NotFound | Error::Rule(_) | Error::Refused)) {
        audit::append(store, denied).await?;
    }
    done
}
