//! The schema's history: runs `sql/migrations` in order, as the owner role, one process at a time.
//!
//! refinery takes no lock of its own, so an advisory lock of PostgreSQL keeps two starts apart; it goes with the connection.

use tokio_postgres::{Client, NoTls};

use super::{Error, grants};

use self::embedded::migrations;

mod embedded {
    refinery::embed_migrations!("sql/migrations");
}

/// Any constant does; these are the bytes of "kazumi".
const LOCK: i64 = 0x6b61_7a75_6d69;

/// Connects once, outside the pools; the connection lives on the current runtime until the client is dropped.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer, or refuses.
pub async fn connect(config: &tokio_postgres::Config) -> Result<Client, Error> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| Error::Unavailable(error.to_string()))?;
    tokio::spawn(async move {
        // A broken connection is told to whoever uses the client.
        let _ = connection.await;
    });
    Ok(client)
}

/// Applies what is missing and returns how many that were. Safe to run at any time, by several processes at once.
///
/// # Errors
/// [`Error::Database`] when a migration fails (it is rolled back) or one that was applied has been edited since.
pub async fn run(owner: &mut Client) -> Result<usize, Error> {
    owner.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let outcome = migrate(owner).await;
    owner.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    outcome
}

async fn migrate(owner: &mut Client) -> Result<usize, Error> {
    let report = migrations::runner()
        .run_async(owner)
        .await
        .map_err(|error| Error::Database { state: "refinery".to_owned(), message: whole(&error) })?;
    // The serving roles compare this history with their own at start-up.
    owner
        .batch_execute("grant select on refinery_schema_history to kazumi_app, kazumi_writer, kazumi_registrar")
        .await?;
    let applied = report.applied_migrations().len();
    if applied > 0 {
        // The rules may give more, or less, than when the grants were written.
        grants::mend(owner).await?;
    }
    Ok(applied)
}

/// An error with its causes: refinery's own text stops before PostgreSQL's.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// How the applied migrations (version, checksum) differ from those of this program, in one line each.
#[must_use]
pub fn differences(applied: &[(i32, String)]) -> Vec<String> {
    let runner = migrations::runner();
    let known: Vec<(i64, String)> = runner
        .get_migrations()
        .iter()
        .map(|migration| (i64::from(migration.version()), migration.checksum().to_string()))
        .collect();
    let applied: Vec<(i64, String)> =
        applied.iter().map(|(version, checksum)| (i64::from(*version), checksum.clone())).collect();
    let mut differences = Vec::new();
    for (version, checksum) in &known {
        match applied.iter().find(|(other, _)| other == version) {
            None => differences.push(format!("migration {version} is not applied; run kazumi migrate")),
            Some((_, other)) if other != checksum => {
                differences.push(format!("migration {version} was applied with another text"));
            }
            Some(_) => {}
        }
    }
    for (version, _) in applied.iter().filter(|(version, _)| known.iter().all(|(other, _)| other != version)) {
        differences.push(format!("migration {version} is newer than this program"));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<(i32, String)> {
        let runner = migrations::runner();
        let versions = runner.get_migrations().iter();
        versions.map(|m| (m.version(), m.checksum().to_string())).collect()
    }

    #[test]
    fn versions_count_up_without_a_hole() {
        let mut versions: Vec<i32> = known().into_iter().map(|(version, _)| version).collect();
        versions.sort_unstable();
        let expected: Vec<i32> = (1..).take(versions.len()).collect();
        assert_eq!(versions, expected);
    }

    #[test]
    fn missing_edited_and_newer_migrations_are_named() {
        let mut applied = known();
        assert_eq!(differences(&applied), Vec::<String>::new());
        applied.retain(|(version, _)| *version != 2);
        applied[0].1 = "1".to_owned();
        applied.push((999, "1".to_owned()));
        assert_eq!(differences(&applied).len(), 3);
    }
}
