//! What was kept for long enough: what would go, and removing it. Operators see counts, days and ids.

use std::fmt::Write;
use std::str::FromStr;

use anyhow::Context;
use time::Date;
use time::macros::format_description;

use crate::config;
use crate::domain::retention::{Class, RECORD, rule};
use crate::store::{migrations, retention};

/// A day as it is typed: `2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(Date);

/// Text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day is written YYYY-MM-DD")]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        Date::parse(text, format_description!("[year]-[month]-[day]")).map(Self).map_err(|_| NoDay)
    }
}

/// What would go on a day, by default today. Changes nothing.
///
/// # Errors
/// When the owner role cannot connect, or the database does not answer.
pub async fn preview(on: Option<Day>) -> anyhow::Result<String> {
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    let on = match on {
        Some(Day(day)) => day,
        None => retention::today(&owner).await?,
    };
    let counts = retention::count(&mut owner, on).await.context("count what is due")?;
    let mut text = format!("what would go on {on}; nothing has changed\n\n");
    write_table(&mut text, &counts, on)?;
    write_students(&mut text, &owner, on).await?;
    Ok(text)
}

/// Removes it, in small transactions that each record what they removed. May be interrupted and run again at any time.
///
/// # Errors
/// As [`preview`]; what was removed before stays removed and is on record.
pub async fn apply() -> anyhow::Result<String> {
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    retention::wait_for_turn(&owner).await?;
    let on = retention::today(&owner).await?;
    let mut counts = Vec::new();
    for class in Class::ALL {
        let gone = retention::forget(&mut owner, *class, on).await.with_context(|| {
            format!("remove what is due of {}; what is gone is on record, run it again", class.as_str())
        })?;
        counts.push((*class, gone));
    }
    let mut text = format!("what went on {on}\n\n");
    write_table(&mut text, &counts, on)?;
    write_students(&mut text, &owner, on).await?;
    Ok(text)
}

fn write_table(text: &mut String, counts: &[(Class, u64)], on: Date) -> std::fmt::Result {
    writeln!(text, "{:<18} {:>9}  {:<10}  {:<8}  after", "class", "rows", "kept since", "period")?;
    for (class, rows) in counts {
        let rule = rule(*class);
        let since = rule.period.kept_since(on);
        writeln!(text, "{:<18} {rows:>9}  {since}  {:<8}  {}", class.as_str(), rule.period, rule.after)?;
        writeln!(text, "{:<18} {:>9}  {}; {}", "", "", rule.then, rule.why)?;
    }
    Ok(())
}

/// Children are named by id alone, and only those whose time has come.
async fn write_students(text: &mut String, owner: &tokio_postgres::Client, on: Date) -> anyhow::Result<()> {
    let (due, held) = (retention::students_due(owner, on).await?, retention::held(owner).await?);
    writeln!(text, "\nstudents whose record is due, {RECORD} after they left: {}", due.len())?;
    for student in due {
        let since = RECORD.ends(student.left_on).next_day().unwrap_or(Date::MAX);
        writeln!(text, "  {} since {since}", student.student)?;
    }
    write!(text, "students whose record is held, of whom nothing goes: {held}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day() {
        for text in ["2026-02-30", "30/12/2026", "2026-1-1", "", "tomorrow"] {
            assert_eq!(text.parse::<Day>(), Err(NoDay), "{text}");
        }
        assert!("2028-02-29".parse::<Day>().is_ok());
    }

    #[test]
    fn the_table_says_of_each_class_how_many_since_when_and_why() {
        let mut text = String::new();
        let day = Date::parse("2026-11-29", format_description!("[year]-[month]-[day]")).expect("a day");
        write_table(&mut text, &[(Class::Accesses, 12), (Class::RefreshTokens, 0)], day).expect("written");
        let said = "class                   rows  kept since  period    after\n\
                    accesses                  12  2021-11-29  5 years   the read\n\
                    \x20                             the row goes; the family may ask, and go to court, for so long\n\
                    refresh_tokens             0  2026-10-30  30 days   the session ended\n\
                    \x20                             the row goes; finds theft in a session that lives\n";
        assert_eq!(text, said);
    }
}
