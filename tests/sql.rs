//! Every statement of `sql/queries` is valid, allowed to the role it names, and included by exactly one source file.

use std::fs;
use std::path::{Path, PathBuf};

use kazumi::store::{Error, roles};
use tokio_postgres::Client;

use crate::support::TestDatabase;

/// The roles a file may name after `-- Role: `, and how it spells them.
const ROLES: [&str; 5] = [roles::OWNER, roles::APP, roles::WRITER, roles::REGISTRAR, roles::BACKUP];

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(files_below(&entry, extension));
        } else if entry.extension().is_some_and(|found| found == extension) {
            files.push(entry);
        }
    }
    files.sort();
    files
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The roles a statement is meant for: the one it names, the serving roles for "any", none for the superuser.
fn roles_of(text: &str) -> Option<Vec<&'static str>> {
    let line = text.lines().find_map(|line| line.strip_prefix("-- Role: "))?;
    let named: Vec<&str> = ROLES.into_iter().filter(|role| line.contains(role)).collect();
    match line {
        _ if !named.is_empty() => Some(named),
        _ if line.starts_with("any") => Some(vec![roles::APP, roles::WRITER, roles::REGISTRAR]),
        _ if line.contains("superuser") => Some(Vec::new()),
        _ => None,
    }
}

/// Plans the statement with every parameter null: the planner checks privileges, and nothing is executed.
async fn plan(client: &mut Client, text: &str) -> Result<(), Error> {
    let parameters = client.prepare(text).await?.params().len();
    let nulls = vec!["null"; parameters].join(", ");
    let arguments = if parameters == 0 { String::new() } else { format!("({nulls})") };
    let transaction = client.transaction().await?;
    transaction.batch_execute(&format!("prepare statement as {text}")).await?;
    transaction.batch_execute(&format!("explain execute statement{arguments}")).await?;
    transaction.rollback().await?;
    client.batch_execute("deallocate all").await?;
    Ok(())
}

#[tokio::test]
async fn every_statement_is_allowed_to_the_role_it_names() {
    let database = TestDatabase::empty().await;
    let superuser = database.superuser().await;
    let mut faults = Vec::new();
    for file in files_below(&root().join("sql/queries"), "sql") {
        let name = file.strip_prefix(root()).expect("below the root").display().to_string();
        let text = fs::read_to_string(&file).expect("readable");
        let Some(roles) = roles_of(&text) else {
            faults.push(format!("{name}: no line \"-- Role: …\""));
            continue;
        };
        if roles.is_empty() {
            // Utility statements have no plan.
            if let Err(error) = superuser.prepare(&text).await {
                faults.push(format!("{name}: {error}"));
            }
        }
        for role in roles {
            let mut client = database.connect(role).await;
            if let Err(error) = plan(&mut client, &text).await {
                faults.push(format!("{name} as {role}: {error}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_statement_is_included_by_exactly_one_file_of_the_store() {
    let sources: Vec<String> = files_below(&root().join("src/store"), "rs")
        .iter()
        .map(|file| fs::read_to_string(file).expect("readable"))
        .collect();
    let mut faults = Vec::new();
    for file in files_below(&root().join("sql/queries"), "sql") {
        let below = file.strip_prefix(root().join("sql/queries")).expect("below the queries").display().to_string();
        // A macro may put folder and file together; the file's own name is in the source in any case.
        let (folder, name) = below.split_once('/').expect("each group of queries has a folder");
        let whole = format!("sql/queries/{folder}/");
        let count: usize =
            sources.iter().filter(|text| text.contains(&whole)).map(|text| occurrences(text, folder, name)).sum();
        if count != 1 {
            faults.push(format!("{below} is included {count} times"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn occurrences(source: &str, folder: &str, name: &str) -> usize {
    source.matches(&format!("sql/queries/{folder}/{name}\"")).count() + source.matches(&format!(", \"{name}\"")).count()
}
