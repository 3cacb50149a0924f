//! The records of what happened: only ever added to, chained whatever happens to the servers, and telling when somebody with the keys to
//! the database changes them.

use kazumi::domain::audit_chain::{Head, Link, Row};
use kazumi::store::roles;
use tokio_postgres::Client as Database;
use tokio_postgres::error::SqlState;

use super::World;
use super::commands::{kazumi, said};
use crate::collaboration::document_named;
use crate::collaboration::raw::RawClient;
use crate::support::{TestDatabase, eventually};

/// What `kazumi audit verify` says: whether all is well, and its words.
pub fn verify(database: &TestDatabase, role: &str, head: Option<&str>) -> (bool, String) {
    let mut arguments = vec!["audit", "verify"];
    arguments.extend(head.iter().flat_map(|head| ["--head", head]));
    let output = kazumi(&arguments, &[("KAZUMI_DATABASE_OWNER_URL", &database.url(role))], "");
    assert!(output.status.success() || output.status.code() == Some(1), "{}", said(&output));
    (output.status.success(), said(&output))
}

/// The head in what `verify` said.
fn head_in(text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("head ")).expect("a head").to_owned()
}

async fn count(database: &Database, table: &str) -> i64 {
    database.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count").get(0)
}

/// Waits until every row has its link.
pub async fn all_sealed(owner: &Database) {
    eventually("every row is sealed", async || {
        let sealed = count(owner, "audit_seals").await == count(owner, "audit_log").await;
        (sealed && count(owner, "audit_waiting").await == 0).then_some(())
    })
    .await;
}

async fn act(database: &Database, times: i32) {
    let statement =
        "insert into audit_log (action, outcome) select 'account.login', 'denied' from generate_series(1, $1)";
    database.execute(statement, &[&times]).await.expect("added");
}

#[tokio::test]
async fn what_was_written_down_is_changed_by_nobody() {
    let world = World::new(&[]).await;
    world.sign_in("class_teacher").await;
    let database = &world.server.database;
    all_sealed(&database.owner().await).await;
    let superuser = database.superuser().await;
    superuser.batch_execute("set session_replication_role = replica").await.expect("plays the replica");
    let mut everybody = vec![("superuser", superuser)];
    for role in [roles::APP, roles::WRITER, roles::REGISTRAR, roles::BACKUP, roles::OWNER] {
        everybody.push((role, database.connect(role).await));
    }
    for (who, client) in &everybody {
        for statement in [
            "update audit_log set outcome = 'denied'",
            "update audit_seals set hash = hash",
            "update access_log set first_at = now()",
            "delete from audit_log",
            "delete from audit_seals",
            "delete from access_log where false",
            "truncate audit_log cascade",
            "truncate audit_seals",
            "truncate access_log",
        ] {
            let error = client.execute(statement, &[]).await.expect_err(statement);
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement} as {who}: {error}");
        }
    }
    // Nor does anybody who serves say when, or under which number, or as whom somebody read.
    for role in [roles::APP, roles::WRITER, roles::REGISTRAR] {
        let client = database.connect(role).await;
        for statement in [
            "insert into audit_log (action, outcome, at) values ('pei.open', 'allowed', 'infinity')",
            "insert into audit_log (audit_id, action, outcome) overriding system value values (1, 'pei.open', 'allowed')",
            "insert into access_log (user_id, document_id, slot, student_id, reader_ties) select null, null, now(), null, '{}'",
            "insert into audit_waiting (audit_id) values (1)",
        ] {
            let error = client.execute(statement, &[]).await.expect_err(statement);
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement} as {role}: {error}");
        }
    }
    // The sealer's role sees nothing that is sealed, and forgets nothing that is not.
    let writer = database.connect(roles::WRITER).await;
    assert_eq!(count(&writer, "audit_log").await, 0);
    assert!(verify(database, roles::OWNER, None).0);
}

#[tokio::test]
async fn audit_tamper_detected() {
    let mut world = World::new(&[]).await;
    for relation in ["class_teacher", "guardian", "principal"] {
        let person = world.sign_in(relation).await;
        person.get(&world.pei_url()).await;
        let goals = document_named(&person.get(&world.pei_url()).await.json().await.expect("JSON"), "metas");
        drop(RawClient::join(&world.server, &goals, &person.token).await);
    }
    // Last, something that stands in no other record.
    world.sign_in("coordinator").await;
    let owner = world.server.database.owner().await;
    all_sealed(&owner).await;
    world.server.kill9();
    let database = &world.server.database;
    let (well, said) = verify(database, roles::BACKUP, None);
    assert!(well, "{said}");
    let kept = head_in(&said);
    let head: Head = kept.parse().expect("a head");
    assert_eq!(head.seq, count(&owner, "audit_log").await);
    assert!(verify(database, roles::OWNER, Some(&kept)).0);

    // From here on somebody owns the whole machine.
    let superuser = database.superuser().await;
    let tables = ["audit_log", "audit_seals", "audit_waiting", "access_log"];
    for table in tables {
        let prepare = format!("alter table {table} disable trigger all; create table kept_{table} as table {table}");
        superuser.batch_execute(&prepare).await.expect("prepared");
    }
    let id = |seq: i64| {
        let (superuser, statement) = (&superuser, "select audit_id from audit_seals where seal_seq = $1");
        async move { superuser.query_one(statement, &[&seq]).await.expect("a link").get::<_, i64>(0) }
    };
    let (third, last) = (id(3).await, id(head.seq).await);
    let rewrite = rewritten_last(&superuser, head.seq).await;
    let cut =
        format!("delete from audit_log where audit_id = {last}; delete from audit_seals where seal_seq = {}", head.seq);
    let put_in = "insert into audit_log (action, outcome) values ('pei.open', 'allowed')";
    let put_in_waiting = format!(
        "{put_in}; insert into audit_waiting select max(audit_id), now() - interval '2 minutes' from audit_log"
    );
    let not_yet_late = format!("{put_in}; insert into audit_waiting select max(audit_id) from audit_log");
    // What is done, with which head it is looked for, and the first fault that must be named; none when it cannot be found.
    let cases = [
        (format!("update audit_log set resource = 'pei/x' where audit_id = {third}"), None, Some(format!("row {third} (link 3) was changed"))),
        (format!("update audit_log set at = at + interval '1 microsecond' where audit_id = {third}"), None, Some(format!("row {third} (link 3) was changed"))),
        (format!("update audit_log set actor_id = null where audit_id >= {third}"), None, Some(format!("row {third} (link 3) was changed"))),
        (format!("delete from audit_log where audit_id = {third}"), None, Some(format!("row {third} (link 3) was removed"))),
        ("update audit_seals set hash = sha256('x') where seal_seq = 3".to_owned(), None, Some(format!("row {third} (link 3) was changed"))),
        ("delete from audit_seals where seal_seq = 3".to_owned(), None, Some("link 3 was removed".to_owned())),
        (format!("delete from audit_seals where seal_seq = {}", head.seq), None, Some(format!("row {last} stands outside the chain"))),
        (put_in.to_owned(), None, Some("stands outside the chain".to_owned())),
        (put_in_waiting, None, Some("was never sealed".to_owned())),
        (not_yet_late, None, None),
        (cut.clone(), None, None),
        (cut, Some(&kept), Some(format!("the chain ends before link {}, which was kept elsewhere", head.seq))),
        ("truncate audit_log, audit_seals, audit_waiting".to_owned(), Some(&kept), Some("the chain ends before".to_owned())),
        (rewrite.clone(), None, None),
        (rewrite, Some(&kept), Some(format!("link {} is not the one that was kept elsewhere", head.seq))),
        ("delete from access_log where user_id = (select min(user_id::text)::uuid from access_log)".to_owned(), None, Some("was changed or removed".to_owned())),
        ("update access_log set user_id = (select user_id from users where name = 'operator') where user_id = (select min(user_id::text)::uuid from access_log)".to_owned(), None, Some("was changed or removed".to_owned())),
        ("insert into access_log select user_id, document_id, slot + interval '1 hour', student_id, first_at + interval '1 hour' from access_log limit 1".to_owned(), None, Some("no row tells of the read".to_owned())),
    ];
    for (tampering, head, fault) in cases {
        superuser.batch_execute(&tampering).await.expect(&tampering);
        let (well, said) = verify(database, roles::OWNER, head.map(String::as_str));
        match &fault {
            Some(fault) => {
                let first = said.lines().nth(1).unwrap_or_default();
                assert!(!well && first.contains(fault.as_str()), "{tampering}\n{said}");
            }
            None => assert!(well, "{tampering}\n{said}"),
        }
        let restore: Vec<_> = tables
            .iter()
            .map(|table| format!("insert into {table} overriding system value select * from kept_{table}"))
            .collect();
        superuser
            .batch_execute(&format!("truncate {}; {}", tables.join(", "), restore.join("; ")))
            .await
            .expect("restored");
        assert!(verify(database, roles::OWNER, Some(&kept)).0, "restored after {tampering}");
    }
}

/// Changes the last row and computes its link anew, as somebody would who has read our sources.
async fn rewritten_last(database: &Database, seq: i64) -> String {
    let statement =
        "select a.audit_id, (extract(epoch from a.at) * 1000000)::bigint, a.actor_id, a.session_id, a.action,
                            a.student_id, a.resource, a.request_id, p.hash
                     from audit_seals s join audit_log a using (audit_id)
                     join audit_seals p on p.seal_seq = s.seal_seq - 1 where s.seal_seq = $1";
    let row = database.query_one(statement, &[&seq]).await.expect("the last link");
    let hash: Vec<u8> = row.get(8);
    let forged = Row {
        audit_id: row.get(0),
        at_micros: row.get(1),
        actor: row.get(2),
        session: row.get(3),
        action: row.get(4),
        outcome: "failed".to_owned(),
        student: row.get(5),
        resource: row.get(6),
        request_id: row.get(7),
    };
    let link = Link(hash.try_into().expect("32 bytes")).next(&forged);
    format!(
        "update audit_log set outcome = 'failed' where audit_id = {};
         update audit_seals set hash = '\\x{link}' where seal_seq = {seq}",
        forged.audit_id
    )
}

#[tokio::test]
async fn two_servers_on_one_database_seal_one_chain_whatever_happens_to_them() {
    let mut world = World::new(&[]).await;
    let mut sibling = world.server.sibling().await;
    let database = world.server.database.same();
    let (owner, app) = (database.owner().await, database.connect(roles::APP).await);
    // A row whose transaction stays open gets its number now and its link late.
    let mut slow = database.connect(roles::APP).await;
    let late = slow.transaction().await.expect("a transaction");
    late.execute("insert into audit_log (action, outcome) values ('account.logout', 'failed')", &[])
        .await
        .expect("added");
    for round in 0..3 {
        act(&app, 700).await;
        // In the middle of sealing, or not: both must do.
        if round % 2 == 0 {
            world.server.kill9()
        } else {
            sibling.kill9()
        }
        act(&app, 700).await;
        if round % 2 == 0 { world.server.start().await } else { sibling.start().await }
    }
    eventually("all that is committed is sealed", async || (count(&owner, "audit_waiting").await == 0).then_some(()))
        .await;
    assert_eq!(count(&owner, "audit_seals").await, 4_200);
    late.commit().await.expect("committed");
    all_sealed(&owner).await;
    let last = owner.query_one(
        "select action from audit_seals join audit_log using (audit_id) order by seal_seq desc limit 1",
        &[],
    );
    assert_eq!(last.await.expect("a link").get::<_, String>(0), "account.logout");
    let (well, said) = verify(&database, roles::OWNER, None);
    assert!(well && said.contains("4201 row(s) sealed, 0 waiting"), "{said}");
    let sealed =
        world.server.metric("kazumi_audit_sealed_total").await + sibling.metric("kazumi_audit_sealed_total").await;
    assert!(sealed > 0.0 && sealed <= 4_201.0, "{sealed}");
}

#[tokio::test]
async fn a_sealer_that_cannot_seal_says_so_and_catches_up() {
    let world = World::new(&[]).await;
    let database = &world.server.database;
    let owner = database.owner().await;
    owner.batch_execute("revoke insert (seal_seq) on audit_seals from kazumi_writer").await.expect("revoked");
    act(&database.connect(roles::APP).await, 3).await;
    eventually("the failure is counted", async || {
        (world.server.metric("kazumi_audit_seal_failures_total").await > 0.0).then_some(())
    })
    .await;
    assert_eq!(count(&owner, "audit_seals").await, 0);
    owner.batch_execute("grant insert (seal_seq) on audit_seals to kazumi_writer").await.expect("granted");
    all_sealed(&owner).await;
    eventually("nothing waits", async || (world.server.metric("kazumi_audit_waiting_rows").await == 0.0).then_some(()))
        .await;
    assert!(verify(database, roles::OWNER, None).0);
}

#[tokio::test]
async fn verifying_needs_a_role_that_reads_the_records_and_a_head_that_is_one() {
    let database = TestDatabase::empty().await;
    let (well, said) = verify(&database, roles::OWNER, None);
    assert!(well && head_in(&said) == format!("0:{}", "0".repeat(64)), "{said}");
    let (well, said) = verify(&database, roles::APP, None);
    assert!(!well && said.contains("read the records"), "{said}");
    let url = database.url(roles::OWNER);
    let output = kazumi(&["audit", "verify", "--head", "12"], &[("KAZUMI_DATABASE_OWNER_URL", &url)], "");
    assert_eq!(output.status.code(), Some(2), "{:?}", output);
}
