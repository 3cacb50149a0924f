//! The two tables of `domain::retention` and the database's own catalogue: every table is in one of the two, and in one only, so that a new table
//! cannot be forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kazumi::domain::retention::{KEPT, RULES};

use crate::support::TestDatabase;

async fn names(statement: &str) -> BTreeSet<String> {
    let database = TestDatabase::empty().await;
    let rows = database.superuser().await.query(statement, &[]).await.expect("the catalogue");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_table_goes_by_its_age_or_is_listed_with_the_reason_why_not() {
    let tables = names(
        "select relname::text from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    )
    .await;
    let listed: Vec<&str> = RULES.iter().map(|rule| rule.table).chain(KEPT.iter().map(|(table, _)| *table)).collect();
    let once: BTreeSet<String> = listed.iter().map(|table| (*table).to_owned()).collect();
    assert_eq!(once.len(), listed.len(), "a table is listed twice: {listed:?}");
    let forgotten: Vec<_> = tables.difference(&once).collect();
    assert!(forgotten.is_empty(), "say in domain/retention.rs how long these are kept, or why for ever: {forgotten:?}");
    let unknown: Vec<_> = once.difference(&tables).collect();
    assert!(unknown.is_empty(), "there are no such tables: {unknown:?}");
    for (table, why) in KEPT {
        assert!(why.len() > 10, "{table} is kept without a reason");
    }
}

#[tokio::test]
async fn every_class_about_children_asks_whether_the_record_is_held() {
    let about_children = names(
        "with recursive led(oid) as (
             select 'students'::regclass::oid
             union
             select c.conrelid from pg_constraint c join led on led.oid = c.confrelid where c.contype = 'f')
         select oid::regclass::text from led",
    )
    .await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/queries/retention");
    let mut asked = 0;
    for rule in RULES.iter().filter(|rule| about_children.contains(rule.table)) {
        let file = folder.join(format!("{}.sql", rule.class.as_str()));
        let statement = fs::read_to_string(&file).expect("each class has a statement of its name");
        assert!(statement.contains("held_at is not null"), "{} does not ask", file.display());
        asked += 1;
    }
    assert_eq!(asked, 8, "the classes that lead to a child");
}

#[tokio::test]
async fn the_walls_in_the_database_are_as_long_as_the_rules() {
    let walls = names(
        "select tablename || ': ' || substring(qual from '''(\\d+ days)''::interval') from pg_policies
         where policyname = 'writer_forgets_ended'
         union
         select tgrelid::regclass || ': ' || substring(prosrc from '''(\\d+ years) 1 day''')
         from pg_trigger join pg_proc on pg_proc.oid = tgfoid where proname = 'refuse_early_deletion'",
    )
    .await;
    let rules =
        RULES.iter().filter(|rule| ["access_log", "dossiers", "invitations", "password_resets"].contains(&rule.table));
    let rules: BTreeSet<String> = rules.map(|rule| format!("{}: {}", rule.table, rule.period)).collect();
    assert_eq!(walls, rules);
}
