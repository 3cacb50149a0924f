//! A student is erased while people sit in its documents: they are cut, nothing they write is taken any more, nothing of the child is found
//! anywhere, no room keeps it, and the others go on.

use std::collections::HashSet;

use kazumi::dev::demo;
use kazumi::domain::ids::StudentId;
use kazumi::store::roles;
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::document_of;
use super::planted::{PLANTED, count, dump, files_with, plant, samples};
use super::raw::{Heard, RawClient, Scribe};
use crate::support::{TestCluster, TestDatabase, TestServer, amount, eventually, report};

const SECTION: &str = "ec_potencialidades";
/// The teacher and the speech therapist of the same children.
const TEAM: [&str; 2] = ["luciana.prado", "rafael.meira"];
const ERASED: &str = "lara.coutinho";
const OTHER: &str = "teo.barreto";

fn erase(server: &TestServer, student: StudentId, more: &[&str]) -> Result<String, String> {
    let id = student.to_string();
    let arguments = [&["student", "erase", &id], more].concat();
    server.command_with(&arguments, &[("KAZUMI_DATABASE_OWNER_URL", &server.database.url(roles::OWNER))])
}

/// Makes the plans of these tests writable, whatever the demo says of them.
async fn open_plans(owner: &Client) {
    let all = "update peis set state = 'em_elaboracao' where state in ('vigente', 'encerrado') and student_id in
               (select student_id from students where name similar to '(Téo|Malu)%')";
    assert_eq!(owner.execute(all, &[]).await.expect("the owner may"), 2);
}

/// The id of a student's document.
async fn document_id(owner: &Client, student: StudentId) -> Uuid {
    let find = "select document_id from pei_documents where student_id = $1 and section = $2";
    owner.query_one(find, &[&student.0, &SECTION]).await.expect("a document").get(0)
}

async fn cut(client: &mut RawClient) {
    let over = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4404 not_found").then_some(());
    client.hear_until(over).await;
}

/// Asks to come in again on the same socket, and hears everything that is said until that is refused.
async fn is_refused(client: &mut RawClient, token: &str) {
    client.token(token).await;
    loop {
        match client.hear().await {
            Heard::Denied(reason) => return assert_eq!(reason, "not_found"),
            Heard::Saved(taken) => assert!(!taken, "something was taken after the erasure"),
            Heard::Closed(code) => panic!("the socket ended: {code}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn nothing_of_an_erased_student_is_left_and_the_others_go_on() {
    const CANARY: &str = "Canario-apagar-5d1c";
    let server = TestServer::over(TestDatabase::demo_in(TestCluster::own().await).await, &[]).await;
    let second = server.sibling().await;
    let (mut owner, superuser) = (server.database.owner().await, server.database.superuser().await);
    open_plans(&owner).await;
    let student = demo::student_id(ERASED);
    let erased_document = document_id(&owner, student).await;
    let (teacher, therapist) = (server.login(TEAM[0]).await, second.login(TEAM[1]).await);
    let document = document_of(&teacher, "Lara", SECTION).await;
    let other = document_of(&teacher, "Téo", SECTION).await;

    let mut here = RawClient::join(&server, &document, &teacher.access_token).await;
    let mut there = RawClient::join(&second, &document, &therapist.access_token).await;
    let mut beside = RawClient::join(&server, &other, &teacher.access_token).await;
    let mut scribe = Scribe::new();
    here.update(&scribe.write(CANARY)).await.expect("the socket is open");
    assert!(here.saved().await);
    there.hear_until(|heard| matches!(heard, Heard::Update(_)).then_some(())).await;
    plant(&mut owner, student.0, CANARY).await;
    // What a compaction leaves behind, and the planner's look at all of it.
    owner
        .batch_execute(
            "insert into pei_updates_archive (document_id, seq, author_id, payload, sha256, created_at)
             select document_id, seq, author_id, payload, sha256, created_at from pei_updates;
             insert into pei_snapshots (document_id, covers_seq, state, sha256)
             select document_id, 1, payload, sha256 from pei_updates limit 1;
             analyze",
        )
        .await
        .expect("the owner may");
    superuser.batch_execute("checkpoint").await.expect("the superuser may");
    let folder = server.database.folder().to_owned();
    let before: usize = dump(&superuser).await.iter().map(|(_, rows)| count(rows, CANARY)).sum();
    let files = files_with(&folder, CANARY).len();
    assert!(
        before >= PLANTED + 3 && files > 5,
        "the canaries are found where they are: {before} in rows, {files} files"
    );
    let sampled = count(&samples(&superuser).await, CANARY);

    let said = erase(&server, student, &["--rewrite"]).expect("it succeeds");
    report!("{said}");
    assert_eq!(count(&said, CANARY), 0);

    tokio::join!(cut(&mut here), cut(&mut there));
    for (client, token) in [(&mut here, &teacher.access_token), (&mut there, &therapist.access_token)] {
        client.update(&scribe.write("volta")).await.expect("the socket is open");
        is_refused(client, token).await;
    }
    let held: Vec<_> = dump(&superuser)
        .await
        .into_iter()
        .filter(|(_, rows)| count(rows, CANARY) > 0)
        .map(|(table, _)| table)
        .collect();
    assert_eq!(held, [""; 0], "tables");
    let sampled = (sampled, count(&samples(&superuser).await, CANARY));
    assert_eq!(sampled, (0, 0), "the planner keeps words of children");
    superuser.batch_execute("checkpoint").await.expect("the superuser may");
    assert_eq!(files_with(&folder, CANARY), [""; 0], "files of the database");
    report!("{before} canaries in rows and {files} files before; none afterwards");

    // What somebody still has in hand is refused by the database itself.
    let writer = server.database.connect(roles::WRITER).await;
    let late = "insert into pei_snapshots (document_id, covers_seq, state, sha256) values ($1, 9, $2, sha256($2))";
    let late = writer.execute(late, &[&erased_document, &CANARY.as_bytes()]).await.expect_err("no such document");
    assert_eq!(late.code(), Some(&SqlState::FOREIGN_KEY_VIOLATION));

    // The other child is as it was, and only its rooms stay.
    beside.update(&Scribe::new().write("segue")).await.expect("the socket is open");
    assert!(beside.saved().await);
    RawClient::join(&second, &other, &therapist.access_token).await;
    eventually("the rooms of the erased child are gone", async || {
        let rooms = (server.metric("kazumi_doc_actors").await, second.metric("kazumi_doc_actors").await);
        (rooms == (1.0, 1.0)).then_some(())
    })
    .await;
    eventually("the records are sealed", async || {
        let waiting = owner.query_one("select count(*) from audit_waiting", &[]).await.expect("a count");
        (waiting.get::<_, i64>(0) == 0).then_some(())
    })
    .await;
    let owner = ("KAZUMI_DATABASE_OWNER_URL", server.database.url(roles::OWNER));
    server.command_with(&["audit", "verify"], &[(owner.0, &owner.1)]).expect("the records are whole");
    server.command_with(&["doctor"], &[(owner.0, &owner.1)]).expect("all is well");
}

/// Types until the seat ends; the SHA-256 of everything that was acknowledged.
async fn type_until_cut(mut client: RawClient) -> Vec<Vec<u8>> {
    let (mut scribe, mut waiting, mut taken) = (Scribe::new(), std::collections::VecDeque::new(), Vec::new());
    loop {
        // A few on their way at any moment.
        while waiting.len() < 4 {
            let update = scribe.write("palavra ");
            if client.update(&update).await.is_err() {
                return taken;
            }
            waiting.push_back(Sha256::digest(&update).to_vec());
        }
        match client.hear().await {
            Heard::Saved(true) => taken.extend(waiting.pop_front()),
            Heard::Saved(false) | Heard::Ended(_) | Heard::Closed(_) => return taken,
            _ => {}
        }
    }
}

#[tokio::test]
async fn whoever_writes_meanwhile_is_told_of_nothing_that_came_after_the_erasure() {
    const CHILDREN: [(&str, &str); 3] = [("lara.coutinho", "Lara"), ("teo.barreto", "Téo"), ("malu.rezende", "Malu")];
    let mut acknowledged = 0;
    for round in 0..amount("KAZUMI_ERASURES", 2) {
        let server = TestServer::spawn().await;
        let second = server.sibling().await;
        let owner = server.database.owner().await;
        // Remembers each edit that was committed, whatever becomes of it.
        owner
            .batch_execute(
                "create table witnessed (document_id uuid, sha256 bytea);
                 create function witness() returns trigger language plpgsql security definer set search_path = '' as
                 $$ begin insert into public.witnessed values (new.document_id, new.sha256); return null; end $$;
                 create trigger witness after insert on pei_updates for each row execute function witness()",
            )
            .await
            .expect("the owner may");
        open_plans(&owner).await;
        let teacher = server.login(TEAM[0]).await;
        for (key, name) in CHILDREN {
            let document = document_of(&teacher, name, SECTION).await;
            let id = document_id(&owner, demo::student_id(key)).await;
            let mut writers = Vec::new();
            for place in [&server, &second, &server] {
                let client = RawClient::join(place, &document, &teacher.access_token).await;
                writers.push(tokio::spawn(type_until_cut(client)));
            }
            let committed = async || -> i64 {
                let all = "select count(*) from witnessed where document_id = $1";
                owner.query_one(all, &[&id]).await.expect("a count").get(0)
            };
            // Each time somewhere else in the stream.
            let some = 5 + (round as i64 * 37) % 90;
            eventually("they write", async || (committed().await >= some).then_some(())).await;
            erase(&server, demo::student_id(key), &[]).expect("it succeeds");
            let last = committed().await;
            let mut taken = Vec::new();
            for writer in writers {
                taken.extend(writer.await.expect("no writer panics"));
            }
            assert_eq!(committed().await, last, "something was committed after the erasure");
            let rows = owner.query("select sha256 from witnessed where document_id = $1", &[&id]).await.expect("rows");
            let witnessed: HashSet<Vec<u8>> = rows.iter().map(|row| row.get(0)).collect();
            assert!(taken.iter().all(|sha256| witnessed.contains(sha256)), "acknowledged and never committed");
            for table in ["pei_updates", "pei_updates_archive", "pei_snapshots", "document_clients", "pei_documents"] {
                let left = format!("select count(*) from {table} where document_id = $1");
                assert_eq!(owner.query_one(&left, &[&id]).await.expect("a count").get::<_, i64>(0), 0, "{table}");
            }
            acknowledged += taken.len();
        }
    }
    report!("{acknowledged} edits acknowledged, all before their erasure");
    assert!(acknowledged > 0);
}

#[tokio::test]
async fn an_edit_that_arrives_in_the_middle_waits_for_the_end_and_is_refused() {
    let server = TestServer::spawn().await;
    let (mut owner, superuser) = (server.database.owner().await, server.database.superuser().await);
    let student = demo::student_id(ERASED);
    let document = document_id(&owner, student).await;
    let teacher = server.login(TEAM[0]).await;
    let name = document_of(&teacher, "Lara", SECTION).await;
    let mut client = RawClient::join(&server, &name, &teacher.access_token).await;
    let mut scribe = Scribe::new();
    client.update(&scribe.write("antes")).await.expect("the socket is open");
    assert!(client.saved().await);
    let waits = async |what: &str| {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock' and query ilike '%' || $1 || '%'";
        eventually("somebody waits for a lock", async || {
            let found: i64 = superuser.query_one(waiting, &[&what]).await.expect("an answer").get(0);
            (found > 0).then_some(())
        })
        .await;
    };
    // The log is deleted already, the states are not yet.
    let lock = owner.transaction().await.expect("a transaction");
    lock.batch_execute("lock table pei_snapshots in share mode").await.expect("locked");
    let erasing = tokio::task::spawn_blocking({
        let arguments = (student.to_string(), server.database.url(roles::OWNER));
        move || {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kazumi"));
            command.args(["student", "erase", &arguments.0]).env_clear().env("KAZUMI_DATABASE_OWNER_URL", &arguments.1);
            command.output().expect("the program runs").status.success()
        }
    });
    waits("delete from pei_snapshots").await;
    client.update(&scribe.write("meio")).await.expect("the socket is open");
    waits("Appends a batch of edits").await;
    lock.rollback().await.expect("released");
    assert!(erasing.await.expect("no panic"), "erased");
    loop {
        match client.hear().await {
            Heard::Saved(taken) => assert!(!taken, "acknowledged, and erased or worse"),
            Heard::Ended(_) | Heard::Closed(_) => break,
            _ => {}
        }
    }
    let left = "select count(*) from pei_updates where document_id = $1";
    assert_eq!(owner.query_one(left, &[&document]).await.expect("a count").get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_document_that_nobody_has_open_leaves_memory_too() {
    let settings = [("KAZUMI_DOCUMENT_IDLE_SECONDS", "600"), ("KAZUMI_POSITION_CHECK_SECONDS", "1")];
    let server = TestServer::over(TestDatabase::demo().await, &settings).await;
    open_plans(&server.database.owner().await).await;
    let teacher = server.login(TEAM[0]).await;
    for (key, name) in [(ERASED, "Lara"), (OTHER, "Téo")] {
        let document = document_of(&teacher, name, SECTION).await;
        let mut client = RawClient::join(&server, &document, &teacher.access_token).await;
        client.update(&Scribe::new().write("fica na memória?")).await.expect("the socket is open");
        assert!(client.saved().await, "{key}");
        client.goodbye().await;
    }
    eventually("nobody sits", async || (server.metric("kazumi_doc_participants").await == 0.0).then_some(())).await;
    assert_eq!(server.metric("kazumi_doc_actors").await, 2.0);
    erase(&server, demo::student_id(ERASED), &[]).expect("it succeeds");
    eventually("only the other's room stays", async || (server.metric("kazumi_doc_actors").await == 1.0).then_some(()))
        .await;
}
