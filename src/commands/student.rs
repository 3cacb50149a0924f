//! What an operator does about one student's record as a whole, by order of the school: note that the child left, hold the record, release
//! it, erase it. Prints ids and counts, never a name.

use std::fmt::Write;

use anyhow::{Context, ensure};
use time::macros::format_description;
use time::{Date, OffsetDateTime};
use tokio_postgres::Client;

use crate::config;
pub use crate::domain::ids::StudentId;
use crate::store::student_erasure::{self, Erased};
use crate::store::{leaving, migrations};

/// Reads a day as it is typed, `2026-03-31`.
///
/// # Errors
/// What is wrong with it.
pub fn day(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| "a day is YYYY-MM-DD".to_owned())
}

/// Notes the first day on which a child was no longer at the school; without a day, that it is there again.
///
/// # Errors
/// When there is no such student, it was erased, the day cannot be meant, or the database does not answer.
pub async fn left(student: StudentId, on: Option<Date>) -> anyhow::Result<String> {
    // The earliest days of the world have seen midnight when the last have not: nobody's today is refused.
    let today = OffsetDateTime::now_utc().date().next_day().context("the calendar has ended")?;
    ensure!(on.is_none_or(|day| day.year() >= 2000 && day <= today), "this day is before 2000 or has not come yet");
    leaving::note_left(&mut owner().await?, student, on).await?;
    Ok(match on {
        Some(day) => format!("student {student}: left on {day}; nothing is erased and no right changed by that"),
        None => format!("student {student}: at the school"),
    })
}

/// Holds a record: nothing of it is removed until it is released.
///
/// # Errors
/// When there is no such student, it was erased or is held already, the reason is too short or too long, or the database does not answer.
pub async fn hold(student: StudentId, reason: &str) -> anyhow::Result<String> {
    let reason = reason.trim();
    ensure!((3..=200).contains(&reason.chars().count()), "the reason needs 3 to 200 characters");
    leaving::hold(&mut owner().await?, student, reason).await?;
    Ok(format!("student {student}: held; nothing of the record is removed until it is released"))
}

/// Releases a record.
///
/// # Errors
/// When there is no such student, it was erased or is not held, or the database does not answer.
pub async fn release(student: StudentId) -> anyhow::Result<String> {
    leaving::release(&mut owner().await?, student).await?;
    Ok(format!("student {student}: released"))
}

/// Erases a student and sweeps the tables, or only says what an erasure would do.
///
/// # Errors
/// When there is no such student, it was erased already, the record is held, or the database does not answer: then nothing has changed, unless
/// the text says otherwise.
pub async fn erase(student: StudentId, dry_run: bool, rewrite: bool) -> anyhow::Result<String> {
    let mut owner = owner().await?;
    let erased = student_erasure::erase(&mut owner, student, dry_run).await?;
    let mut text = report(student, &erased, dry_run)?;
    if dry_run {
        text.push_str("Nothing was changed.");
        return Ok(text);
    }
    let swept = student_erasure::sweep(&owner, rewrite).await;
    swept.with_context(|| {
        format!("student {student} is erased, but the tables were not swept; the database does it later")
    })?;
    text.push_str("Backups and the write-ahead log hold the old rows until they expire.");
    Ok(text)
}

/// One line a table.
fn report(student: StudentId, erased: &Erased, dry_run: bool) -> Result<String, std::fmt::Error> {
    let mut text = format!("student {student}\n");
    match erased.left_on {
        Some(day) => writeln!(text, "left the school on {day}")?,
        None => writeln!(text, "that the child left the school was not noted")?,
    }
    writeln!(text, "rows that {}:", if dry_run { "would go" } else { "went" })?;
    for (table, rows) in &erased.gone {
        writeln!(text, "  {table:<20} {rows:>8}")?;
    }
    writeln!(text, "rows that stay, without words:")?;
    for (table, rows, why) in &erased.kept {
        writeln!(text, "  {table:<20} {rows:>8}  {why}")?;
    }
    Ok(text)
}

async fn owner() -> anyhow::Result<Client> {
    Ok(migrations::connect(&config::owner_database_from_env()?).await?)
}
