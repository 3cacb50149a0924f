//! What must be true of the database before this server serves: roles without power, a disk that is written, the schema of
//! this version. Used at start-up and by `kazumi doctor`; it looks and changes nothing.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;

use super::{Error, Store, migrations};

const DESCRIBE_ROLE: &str = include_str!("../../sql/queries/checks/describe_role.sql");
const DESCRIBE_DURABILITY: &str = include_str!("../../sql/queries/checks/describe_durability.sql");
const LIST_MIGRATIONS: &str = include_str!("../../sql/queries/checks/list_migrations.sql");

/// The database's clock may differ from ours by so much; tokens and dates are judged by both.
const CLOCK_TOLERANCE: time::Duration = time::Duration::seconds(5);

/// Looks at the three roles, the durability settings, the clock and the schema. Returns what is wrong, in one line each.
///
/// # Errors
/// When the database does not answer at all.
pub async fn problems(store: &Store) -> Result<Vec<String>, Error> {
    let mut problems = store.as_person(None, |transaction| Box::pin(role_problems(transaction))).await?;
    problems.extend(store.as_writer(|transaction| Box::pin(role_problems(transaction))).await?);
    problems.extend(store.as_registrar(None, |transaction| Box::pin(role_problems(transaction))).await?);
    problems.extend(store.as_person(None, |transaction| Box::pin(durability_problems(transaction))).await?);
    match store.as_person(None, |transaction| Box::pin(applied_migrations(transaction))).await {
        Ok(applied) => problems.extend(migrations::differences(&applied)),
        // No history, or none that was shown to this role.
        Err(Error::Database { .. } | Error::Refused) => {
            problems.push("the database has no schema; run kazumi migrate".to_owned());
        }
        Err(other) => return Err(other),
    }
    Ok(problems)
}

async fn role_problems(transaction: &Transaction<'_>) -> Result<Vec<String>, Error> {
    let row = transaction.query_one(DESCRIBE_ROLE, &[]).await?;
    let name: &str = row.try_get("name")?;
    let mut problems = Vec::new();
    for (column, what) in [
        ("is_superuser", "is a superuser"),
        ("bypasses_policies", "bypasses row-level security"),
        ("owns_tables", "owns tables"),
    ] {
        if row.try_get(column)? {
            problems.push(format!("database role {name} {what}; serve with a role that does not"));
        }
    }
    Ok(problems)
}

async fn durability_problems(transaction: &Transaction<'_>) -> Result<Vec<String>, Error> {
    let row = transaction.query_one(DESCRIBE_DURABILITY, &[]).await?;
    let mut problems = Vec::new();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        if !row.try_get::<_, bool>(setting)? {
            problems.push(format!("PostgreSQL runs with {setting} = off; what it acknowledges may be lost"));
        }
    }
    let skew = OffsetDateTime::now_utc() - row.try_get::<_, OffsetDateTime>("now")?;
    if skew.abs() > CLOCK_TOLERANCE {
        problems.push(format!("this clock and the database's differ by {} s", skew.whole_seconds()));
    }
    Ok(problems)
}

async fn applied_migrations(transaction: &Transaction<'_>) -> Result<Vec<(i32, String)>, Error> {
    let rows = transaction.query(LIST_MIGRATIONS, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get("version")?, row.try_get("checksum")?))).collect()
}
