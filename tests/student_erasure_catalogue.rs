//! What the database's own catalogue says of the erasure of a student: a table, a column of words, a way in that nobody thought of is named
//! here, without being listed first.

use kazumi::dev::demo;
use kazumi::store::student_erasure::{DELETIONS, KEPT, STONE, erase};
use tokio_postgres::Client;

use crate::collaboration::planted::{count, plant, samples};
use crate::support::TestDatabase;

/// Deleted from although no foreign key leads from them to a student, and why.
const BESIDE: [(&str, &str); 1] = [("outbox", "mails that wait about the student; a mail names nobody")];

/// Columns that hold texts or bytes in these tables and of which the planner keeps samples, and what they hold instead of words about a child.
const WORDLESS: [(&str, &str); 35] = [
    ("access_log.reader_ties", "functions"),
    ("announcement_receipts.how", "a closed list"),
    ("audit_log.action", "names of acts"),
    ("audit_log.outcome", "a closed list"),
    ("audit_log.request_id", "ids"),
    ("audit_log.resource", "ids"),
    ("break_glass.acted_as", "functions"),
    ("consents.channel", "a closed list"),
    ("consents.kind", "a closed list"),
    ("consents.text_hash", "hashes of published texts"),
    ("corrections.asked_as", "a closed list"),
    ("dossiers.taker_ties", "functions"),
    ("erased_documents.section", "names of sections"),
    ("grants.access", "a closed list"),
    ("grants.section", "names of sections"),
    ("guardianships.custody", "a closed list"),
    ("invitations.code_locator", "random"),
    ("invitations.custody", "a closed list"),
    ("invitations.function", "functions"),
    ("invitations.inviter_function", "functions"),
    ("invitations.kind", "a closed list"),
    ("invitations.secret_hash", "hashes of random secrets"),
    ("invitations.team_function", "functions"),
    ("message_reports.decision", "a closed list"),
    ("message_reports.reason", "a closed list"),
    ("outbox.kind", "a closed list"),
    ("pei_documents.section", "names of sections"),
    ("pei_snapshots.sha256", "hashes"),
    ("pei_updates.sha256", "hashes"),
    ("pei_updates_archive.sha256", "hashes"),
    ("peis.state", "a closed list"),
    ("room_events.kind", "a closed list"),
    ("room_events.reaction", "a closed list"),
    ("rooms.kind", "a closed list"),
    ("team_links.function", "functions"),
];

async fn names(client: &Client, statement: &str) -> Vec<String> {
    let rows = client.query(statement, &[]).await.expect("the catalogue");
    rows.iter().map(|row| row.get(0)).collect()
}

fn listed() -> Vec<&'static str> {
    let mut listed: Vec<_> = DELETIONS.iter().chain(&KEPT).map(|(table, _)| *table).collect();
    listed.sort_unstable();
    listed
}

#[tokio::test]
async fn every_table_that_leads_to_a_student_is_in_exactly_one_list() {
    let database = TestDatabase::empty().await;
    let leading = names(
        &database.superuser().await,
        "with recursive led (oid) as (
             select 'students'::regclass::oid
             union
             select c.conrelid from pg_constraint c join led on c.confrelid = led.oid where c.contype = 'f'),
         named (oid) as (
             select a.attrelid from pg_attribute a join pg_class c on c.oid = a.attrelid
             where a.attname = 'student_id' and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace)
         select relname::text from pg_class where oid in (select oid from led union select oid from named) order by 1",
    )
    .await;
    let listed = listed();
    let twice: Vec<_> = listed.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "in both lists: {twice:?}");
    let without_reason: Vec<_> = leading.iter().filter(|table| !listed.contains(&table.as_str())).collect();
    assert!(without_reason.is_empty(), "an erasure would forget {without_reason:?}: see src/store/student_erasure.rs");
    let beside: Vec<_> = listed.into_iter().filter(|table| !leading.iter().any(|name| name == table)).collect();
    assert_eq!(beside, BESIDE.map(|(table, _)| table));
}

#[tokio::test]
async fn every_table_that_points_to_a_student_refuses_rows_about_an_erased_one() {
    let database = TestDatabase::empty().await;
    let open = names(
        &database.superuser().await,
        "select distinct c.conrelid::regclass::text from pg_constraint c
         where c.contype = 'f' and c.confrelid = 'students'::regclass
           and not exists (
               select from pg_trigger t
               where t.tgrelid = c.conrelid and t.tgfoid = 'refuse_for_erased'::regproc and t.tgenabled <> 'D')
         order by 1",
    )
    .await;
    assert!(open.is_empty(), "rows about an erased student may come into {open:?}: give them the trigger of V24");
}

#[tokio::test]
async fn the_planner_keeps_no_sample_of_words_about_a_child() {
    let database = TestDatabase::demo().await;
    let (mut owner, superuser) = (database.owner().await, database.superuser().await);
    let tables = listed().iter().map(|table| format!("'{table}'")).collect::<Vec<_>>().join(", ");
    let sampled = format!(
        "select c.relname || '.' || a.attname
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
         where c.relname in ({tables}) and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
           and (t.typcategory in ('S', 'A', 'U') and t.typname not in ('uuid', 'xid8') or t.typname = 'date')
           and a.attstattarget <> 0
         order by 1"
    );
    assert_eq!(names(&superuser, &sampled).await, WORDLESS.map(|(column, _)| column));

    const CANARY: &str = "Canario-amostra-e1e1";
    plant(&mut owner, demo::student_id("lara.coutinho").0, CANARY).await;
    owner.batch_execute("analyze").await.expect("the owner may");
    assert_eq!(count(&samples(&superuser).await, CANARY), 0);
    // How the migration drops samples that were taken before it: they are there, and then they are not.
    owner
        .batch_execute("alter table students alter column name set statistics -1; analyze students")
        .await
        .expect("the owner may");
    assert!(count(&samples(&superuser).await, CANARY) > 0);
    let restate = "alter table students alter column name type text, alter column name set statistics 0";
    owner.batch_execute(restate).await.expect("the owner may");
    assert_eq!(count(&samples(&superuser).await, CANARY), 0);
}

#[tokio::test]
async fn of_the_students_own_row_only_the_listed_columns_stay() {
    let database = TestDatabase::demo().await;
    let mut owner = database.owner().await;
    let lara = demo::student_id("lara.coutinho");
    let filled =
        "update students set left_on = current_date, held_at = now(), held_reason = 'Processo 1' where student_id = $1";
    owner.execute(filled, &[&lara.0]).await.expect("the owner may");
    let columns =
        "select key from students s, jsonb_each(to_jsonb(s)) where s.name like 'Lara%' and value = 'null'::jsonb";
    assert_eq!(names(&owner, columns).await, ["erased_at"], "every other column is filled before");
    owner
        .execute("update students set held_at = null, held_reason = null where student_id = $1", &[&lara.0])
        .await
        .expect("released");
    erase(&mut owner, lara, false).await.expect("erased");
    let columns = "select key from students s, jsonb_each(to_jsonb(s)) where s.name = '(apagado)' and value <> 'null'::jsonb order by key";
    let mut stone = STONE.map(|(column, _)| column);
    stone.sort_unstable();
    assert_eq!(names(&owner, columns).await, stone);
}
