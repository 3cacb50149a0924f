//! Removing what was kept for long enough, as the owner of the schema and a batch a transaction. What goes when is `domain::retention`.
//!
//! One statement a class both counts and removes, so a dry run cannot find other rows than a real one. Each batch writes its own record in its
//! own transaction: whenever it is interrupted, what is gone is on record, and the next run goes on. Read next: `docs/adr/0027`.

use time::{Date, OffsetDateTime};
use tokio_postgres::{Client, Transaction};

use super::audit::{self, Action, Event, Outcome};
use super::{Error, Store};
use crate::domain::ids::StudentId;
use crate::domain::retention::{Class, RECORD, RULES, rule};

const BEGIN: &str = include_str!("../../sql/queries/retention/begin.sql");
const TODAY: &str = include_str!("../../sql/queries/retention/today.sql");
const LIST_STUDENTS_DUE: &str = include_str!("../../sql/queries/retention/list_students_due.sql");
const COUNT_HELD: &str = include_str!("../../sql/queries/retention/count_held.sql");
const ACCESSES: &str = include_str!("../../sql/queries/retention/accesses.sql");
const DOSSIERS: &str = include_str!("../../sql/queries/retention/dossiers.sql");
const EMERGENCY_REASONS: &str = include_str!("../../sql/queries/retention/emergency_reasons.sql");
const CORRECTIONS: &str = include_str!("../../sql/queries/retention/corrections.sql");
const CONVERSATIONS: &str = include_str!("../../sql/queries/retention/conversations.sql");
const MESSAGE_REPORTS: &str = include_str!("../../sql/queries/retention/message_reports.sql");
const EDITS_PUT_ASIDE: &str = include_str!("../../sql/queries/retention/edits_put_aside.sql");
const REFRESH_TOKENS: &str = include_str!("../../sql/queries/retention/refresh_tokens.sql");
const LOGIN_SESSIONS: &str = include_str!("../../sql/queries/retention/login_sessions.sql");
const INVITATIONS: &str = include_str!("../../sql/queries/retention/invitations.sql");
const PASSWORD_RESETS: &str = include_str!("../../sql/queries/retention/password_resets.sql");
const MAILS: &str = include_str!("../../sql/queries/retention/mails.sql");

/// Whoever puts a record on hold waits until this batch is over, and the next one sees the hold. Behind that a row that somebody else has locked
/// is waited for in less time than PostgreSQL takes to look for a deadlock (1 s): an erasure that has the row, and wants `students`, goes on, and it is
/// this run that is started again. No statements with a plan, hence no file.
const WAIT_FOR_HOLDS: &str =
    "set local lock_timeout = '5s'; lock table students in share mode; set local lock_timeout = '500ms'";
/// One run at a time; the bytes of "forget".
const LOCK: i64 = 0x666f_7267_6574;

/// Rows of one transaction: some 30 ms of work.
pub const BATCH: i64 = 1_000;
/// Rooms of one transaction: each goes with its whole log, a few thousand rows.
const ROOMS_OF_A_BATCH: i64 = 10;

/// A child whose record is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub student: StudentId,
    /// The first day on which the child was no longer at the school.
    pub left_on: Date,
}

/// The day it is, by the database's clock.
///
/// # Errors
/// Only database failures.
pub async fn today(owner: &Client) -> Result<Date, Error> {
    Ok(owner.query_one(TODAY, &[]).await?.try_get("today")?)
}

/// How many rows of each class would go on a day, in the order of [`RULES`]. Changes nothing; reads each table once, in one view of the database.
///
/// # Errors
/// Only database failures.
pub async fn count(owner: &mut Client, on: Date) -> Result<Vec<(Class, u64)>, Error> {
    let view = tokio_postgres::IsolationLevel::RepeatableRead;
    let transaction = owner.build_transaction().isolation_level(view).start().await?;
    transaction.query_one(BEGIN, &[]).await?;
    let mut counts = Vec::new();
    for rule in &RULES {
        let (due, _) = run(&transaction, rule.class, on, None, false).await?;
        counts.push((rule.class, due));
    }
    transaction.rollback().await?;
    Ok(counts)
}

/// Takes the lock that keeps two runs apart, for as long as the connection lives; waits for the other one.
///
/// # Errors
/// Only database failures.
pub async fn wait_for_turn(owner: &Client) -> Result<(), Error> {
    owner.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    Ok(())
}

/// Removes the rows of a class whose time is over on a day, [`BATCH`] a transaction; returns how many are gone. Each transaction records how many.
///
/// # Errors
/// Database failures: what was removed before stays removed and is on record. [`Error::Unavailable`] when somebody writes about students for
/// longer than five seconds, or has locked a row that would go.
pub async fn forget(owner: &mut Client, class: Class, on: Date) -> Result<u64, Error> {
    let mut all = 0;
    let batch = if class == Class::Conversations { ROOMS_OF_A_BATCH } else { BATCH };
    loop {
        let transaction = owner.transaction().await?;
        transaction.batch_execute(WAIT_FOR_HOLDS).await?;
        transaction.query_one(BEGIN, &[]).await?;
        let (due, gone) = run(&transaction, class, on, Some(batch), true).await?;
        if gone > 0 {
            audit::append_as_owner(&transaction, &event(class, on, gone)).await?;
        }
        transaction.commit().await?;
        all += gone;
        if due < batch.unsigned_abs() || gone == 0 {
            return Ok(all);
        }
    }
}

/// Children whose record is due on a day, the longest gone first; held ones are not among them.
///
/// # Errors
/// Only database failures.
pub async fn students_due(owner: &Client, on: Date) -> Result<Vec<Due>, Error> {
    let rows = owner.query(LIST_STUDENTS_DUE, &[&RECORD.kept_since(on)]).await?;
    let due = |row: &tokio_postgres::Row| {
        Ok(Due { student: StudentId(row.try_get("student_id")?), left_on: row.try_get("left_on")? })
    };
    rows.iter().map(due).collect()
}

/// How many children's records are held.
///
/// # Errors
/// Only database failures.
pub async fn held(owner: &Client) -> Result<i64, Error> {
    Ok(owner.query_one(COUNT_HELD, &[]).await?.try_get("held")?)
}

/// What a server does by itself and the writer's policies let it: some rows of a class that ended long ago, `limit` at most; returns how many
/// went. No record: what they were about stands in the audit log.
///
/// # Errors
/// Only database failures.
pub async fn forget_ended(store: &Store, class: Class, limit: i64) -> Result<u64, Error> {
    store
        .as_writer(move |transaction| {
            Box::pin(async move {
                let today = OffsetDateTime::now_utc().date();
                Ok(run(transaction, class, today, Some(limit), true).await?.1)
            })
        })
        .await
}

/// How many rows were found and how many are gone.
async fn run(
    transaction: &Transaction<'_>,
    class: Class,
    on: Date,
    limit: Option<i64>,
    remove: bool,
) -> Result<(u64, u64), Error> {
    let statement = match class {
        Class::Accesses => ACCESSES,
        Class::Dossiers => DOSSIERS,
        Class::EmergencyReasons => EMERGENCY_REASONS,
        Class::Corrections => CORRECTIONS,
        Class::Conversations => CONVERSATIONS,
        Class::MessageReports => MESSAGE_REPORTS,
        Class::EditsPutAside => EDITS_PUT_ASIDE,
        Class::RefreshTokens => REFRESH_TOKENS,
        Class::LoginSessions => LOGIN_SESSIONS,
        Class::Invitations => INVITATIONS,
        Class::PasswordResets => PASSWORD_RESETS,
        Class::Mails => MAILS,
    };
    let kept_since = rule(class).period.kept_since(on).midnight().assume_utc();
    let row = transaction.query_one(statement, &[&kept_since, &limit, &remove]).await?;
    let (due, gone): (i64, i64) = (row.try_get("due")?, row.try_get("gone")?);
    Ok((due.unsigned_abs(), gone.unsigned_abs()))
}

/// `kazumi audit verify` reads the day off a record of [`Class::Accesses`].
fn event(class: Class, on: Date, gone: u64) -> Event {
    let resource = format!("retention/{}/{}/{gone}", class.as_str(), rule(class).period.kept_since(on));
    Event { resource: Some(resource), ..Event::new(Action::ForgetOld, Outcome::Allowed) }
}
