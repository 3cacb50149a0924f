//! A copy of everything about a child: complete for who takes it, with nothing that they may not see, on record, and one at a time.

use std::io::{Cursor, Read};

use kazumi::domain::pei::{Section, SectionClass};
use kazumi::store::roles;
use reqwest::Response;
use serde_json::{Value, json};
use tokio_postgres::Client as Database;

use super::admin::{post, read, user};
use super::fixture::Person;
use super::places::{Target, canaries_in};
use super::{World, without_request_id};
use crate::collaboration::raw::{RawClient, Scribe};
use crate::support::eventually;

const WRITTEN: &str = "escrito-e-confirmado-51b7";

/// Tables with rows about a child that are not in a dossier, and why. Every other one is.
const LEFT_OUT: [(&str, &str); 11] = [
    ("announcement_receipts", "as the events of rooms"),
    ("audit_log", "what is technical in it is the server's; who read, and as whom, is in the dossier"),
    ("auth_changes", "a bell for open sockets, forgotten within minutes"),
    ("document_clients", "which browser wrote which letter; the text itself is in the dossier"),
    ("erased_documents", "of an erased child, of whom nobody takes a dossier"),
    ("grants", "worked out from ties that are in the dossier"),
    ("invitations", "about people who are not there yet"),
    ("message_reports", "who reported is told to nobody but those who decide"),
    ("message_search", "words of messages that are in the dossier"),
    ("message_search_positions", "numbers only"),
    ("room_members", "who came and went is among the events; how far somebody has read is theirs"),
];

fn path(world: &World) -> String {
    format!("/api/v1/students/{}/dossier", world.student)
}

async fn ask(world: &World, asker: &Person) -> Response {
    asker.post(&world.url(&path(world))).await
}

/// The page and the data of a dossier.
async fn take(world: &World, asker: &Person) -> (String, Value) {
    let answer = ask(world, asker).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!((header("content-type"), header("cache-control")), ("application/zip".into(), "no-store".into()));
    assert_eq!(header("content-disposition"), "attachment; filename=\"dossie.zip\"");
    let file = answer.bytes().await.expect("the whole file");
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).expect("a ZIP");
    assert_eq!(zip.len(), 2);
    let mut text = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).expect("it is there").read_to_string(&mut text).expect("UTF-8");
        text
    };
    (text("dossie.html"), serde_json::from_str(&text("dossie.json")).expect("JSON"))
}

async fn count(owner: &Database, world: &World, of: &str) -> usize {
    let statement = format!("select count(*) from {of} and student_id = $1");
    let rows: i64 = owner.query_one(&statement, &[&world.student.0]).await.expect("a count").get(0);
    usize::try_from(rows).expect("rows")
}

/// Writes into a section as somebody of the team, until it is acknowledged.
async fn write(world: &World, section: Section) {
    let teacher = world.sign_in("class_teacher").await;
    let document = world.child(Target::Own).document(section);
    let mut client = RawClient::join(&world.server, &document, &teacher.token).await;
    client.update(&Scribe::new().write(WRITTEN)).await.expect("the socket is open");
    assert!(client.saved().await);
}

#[tokio::test]
async fn export_is_complete() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    write(&world, Section::Strengths).await;
    let (guardian, principal) = (world.sign_in("guardian").await, world.sign_in("principal").await);
    let consents = format!("/api/v1/students/{}/consents", world.student);
    let yes = json!({ "kind": "photo", "given": true, "text_version": 1 });
    assert_eq!(post(&world, &guardian, &consents, &yes).await.0, 200);
    take(&world, &principal).await;
    let ended = "update team_links set valid_from = now() - interval '9 days', valid_to = now() - interval '1 day'
                 where team_link_id = $1";
    assert_eq!(owner.execute(ended, &[&world.child(Target::Own).team_link]).await.expect("ended"), 1);

    // Counted before: what the copy itself leaves behind is in the next one.
    let read_before = count(&owner, &world, "access_log where true").await;
    let (page, data) = take(&world, &guardian).await;
    assert_eq!(data["format"], "kazumi-dossier/1");
    assert_eq!((&data["taken_by"], &data["taken_as"]), (&guardian.me["user_id"], &json!(["guardian"])));
    for (list, rows) in [
        ("team", "team_links where valid_from <= now()"),
        ("consents", "consents where true"),
        ("corrections", "corrections where asked_as = 'guardian'"),
        ("emergencies", "break_glass where true"),
        ("copies", "dossiers where true"),
    ] {
        let found = data[list].as_array().expect("a list").len();
        assert!(found > 0, "{list}");
        assert_eq!(found, count(&owner, &world, rows).await, "{list}");
    }
    assert_eq!(data["accesses"].as_array().expect("a list").len(), read_before);
    assert_eq!(data["guardianships"].as_array().expect("a list").len(), 1);
    let sections = data["plans"][0]["sections"].as_array().expect("sections");
    let names: Vec<_> = sections.iter().map(|section| section["section"].as_str().expect("a name")).collect();
    let shared = Section::ALL.iter().filter(|section| section.class() == SectionClass::Shared);
    assert_eq!(names, shared.map(|section| section.as_str()).collect::<Vec<_>>());
    let of = |name: &str| sections.iter().find(|section| section["section"] == name).expect("the section");
    for text in [page.clone(), of("ec_potencialidades").to_string()] {
        assert!(text.contains(WRITTEN), "what was acknowledged is there: {text}");
    }
    // Each of the child's own texts that the data hold is on the page.
    let on_page = canaries_in(&page);
    for canary in canaries_in(&data.to_string()) {
        assert!(on_page.contains(&canary), "{canary:?} is missing on the page");
    }

    // The direction's copy has the team's own part, and none of the family's ties.
    let (page, data) = take(&world, &principal).await;
    let of_team = world.child(Target::Own).text(Section::CaseStudyDemands);
    assert!(page.contains(&of_team) && data.to_string().contains(&of_team), "{of_team}");
    assert_eq!(data["guardianships"], json!([]));
    assert_eq!(world.server.metric("kazumi_dossiers_total").await as u64, 3);
}

#[tokio::test]
async fn every_table_about_a_child_is_in_a_dossier_or_is_left_out_for_a_reason() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    // Tables that name a student, and those that lead to one by way of a plan, a document or an invitation.
    let statement = "with recursive about as (
            select 'students'::regclass::oid as id
            union
            select c.conrelid from pg_constraint c join about on c.confrelid = about.id where c.contype = 'f'
        )
        select relname::text from pg_class where oid in (select id from about)
        union
        select table_name::text from information_schema.columns
        where table_schema = 'public' and column_name = 'student_id'
        order by 1";
    let rows = owner.query(statement, &[]).await.expect("the catalogue");
    let mut about: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    // Each with the list of `dossie.json` that holds it.
    for table in [
        "access_log",
        "break_glass",
        "consents",
        "corrections",
        "dossiers",
        "guardianships",
        "pei_documents",
        "pei_snapshots",
        "pei_updates",
        "pei_updates_archive",
        "peis",
        "room_events",
        "rooms",
        "students",
        "team_links",
    ] {
        let at = about.iter().position(|name| name == table).unwrap_or_else(|| panic!("{table} is about a child"));
        about.remove(at);
    }
    for (table, _) in LEFT_OUT {
        let at = about.iter().position(|name| name == table);
        about.remove(at.unwrap_or_else(|| panic!("{table} is about no child: {about:?}")));
    }
    // Links of the chain, behind rows of the log.
    about.retain(|table| !table.starts_with("audit_"));
    assert!(about.is_empty(), "in a dossier or not? {about:?}");
}

#[tokio::test]
async fn export_has_no_third_party() {
    let world = World::new(&[]).await;
    for relation in ["guardian", "principal", "coordinator"] {
        let (page, data) = take(&world, &world.sign_in(relation).await).await;
        for text in [page, data.to_string()] {
            let others = canaries_in(&text).into_iter().filter(|(child, _)| *child != Target::Own);
            assert_eq!(others.collect::<Vec<_>>(), [], "of {relation}");
            assert!(!text.contains("@example.org"), "no address of an account");
            let of_team = world.child(Target::Own).text(Section::CaseStudyDemands);
            assert_eq!(text.contains(&of_team), relation != "guardian", "the team's own part, of {relation}");
            // The other guardian is not the taker's to take away, but for what they asked and decided.
            assert!(!text.contains("\"father\""), "of {relation}");
        }
    }
}

#[tokio::test]
async fn a_copy_needs_a_fresh_proof_and_leaves_a_record_that_the_family_sees() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let (principal, guardian) = (world.sign_in("principal").await, world.sign_in("guardian").await);
    let aged = "update login_sessions set confirmed_at = now() - interval '6 minutes'";
    owner.execute(aged, &[]).await.expect("aged");
    let refused = without_request_id(ask(&world, &principal).await).await;
    assert_eq!(refused["code"], "step_up_required");
    assert_eq!(count(&owner, &world, "dossiers where true").await, 0);
    owner.execute("update login_sessions set confirmed_at = now()", &[]).await.expect("fresh");
    take(&world, &principal).await;

    let seen = format!("/api/v1/students/{}/accesses", world.student);
    let (_, seen) = read(&world, &guardian, &seen).await;
    let [copy] = &seen["copies"].as_array().expect("a list")[..] else { panic!("{seen}") };
    assert_eq!((&copy["name"], &copy["ties"]), (&json!("principal"), &json!(["principal"])));
    // Each part of the plan counts as read as well.
    let readers: Vec<_> = seen["entries"].as_array().expect("a list").iter().map(|entry| &entry["name"]).collect();
    assert_eq!(readers, vec!["principal"; Section::ALL.len()]);
    let teacher = world.sign_in("class_teacher").await;
    assert_eq!(ask(&world, &teacher).await.status(), 404);
    let audited = "select string_agg(outcome || ' ' || (student_id is not null), ', ' order by audit_id) from audit_log
                   where action = 'dossier.take' and resource = $1 and request_id is not null";
    let resource = format!("student/{}/dossier", world.student);
    let audited: String = owner.query_one(audited, &[&resource]).await.expect("a row").get(0);
    assert_eq!(audited, "allowed true, denied false");
}

#[tokio::test]
async fn the_record_of_copies_is_only_added_to_and_in_ones_own_name() {
    let world = World::new(&[]).await;
    take(&world, &world.sign_in("guardian").await).await;
    let app = world.server.database.connect(roles::APP).await;
    let insert = "insert into dossiers (dossier_id, student_id, user_id) values (gen_random_uuid(), $1, $2)";
    let (guardian, teacher) = (user(&world, "guardian").await, user(&world, "class_teacher").await);
    for (acting, taker, may) in [(guardian, guardian, true), (guardian, teacher, false), (teacher, teacher, false)] {
        app.execute("select set_config('app.user_id', $1, false)", &[&acting.to_string()]).await.expect("an identity");
        assert_eq!(app.execute(insert, &[&world.student.0, &taker]).await.is_ok(), may);
        let seen = app.query("select 1 from dossiers", &[]).await.expect("rows").len();
        assert_eq!(seen > 0, acting == guardian);
    }
    let owner = world.server.database.owner().await;
    for change in ["update dossiers set taken_at = now()", "delete from dossiers", "truncate dossiers"] {
        let refused = owner.execute(change, &[]).await.expect_err(change);
        assert!(refused.as_db_error().expect("an answer").message().contains("only ever added to"), "{refused:?}");
    }
}

#[tokio::test]
async fn who_does_not_take_what_was_asked_for_waits_for_it_and_nobody_else_does() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    // More than sockets hold: one half hour after the other, for years.
    let reads = "insert into access_log (user_id, document_id, slot, student_id)
                 select $1, d.document_id, timestamptz '2020-01-01' + n * interval '30 minutes', d.student_id
                 from pei_documents d, generate_series(1, 60000) n
                 where d.student_id = $2 and d.section = 'metas'";
    let guardian = user(&world, "guardian").await;
    owner.execute(reads, &[&guardian, &world.student.0]).await.expect("written");
    let (guardian, principal) = (world.sign_in("guardian").await, world.sign_in("principal").await);
    let unread = ask(&world, &guardian).await;
    assert_eq!(unread.status(), 200);
    let refused = ask(&world, &guardian).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(without_request_id(refused).await["code"], "overloaded");
    assert!(ask(&world, &principal).await.bytes().await.expect("the whole file").len() > 10_000_000);
    drop(unread);
    let again = eventually("the place is free again", async || {
        let answer = ask(&world, &guardian).await;
        (answer.status() == 200).then_some(answer)
    });
    assert!(again.await.bytes().await.expect("the whole file").len() > 10_000_000);
}

#[tokio::test]
async fn ten_an_hour_are_enough_for_anybody() {
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    for _ in 0..10 {
        take(&world, &guardian).await;
    }
    let refused = ask(&world, &guardian).await;
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key("retry-after")), (429, true));
    assert_eq!(count(&world.server.database.owner().await, &world, "dossiers where true").await, 10);
    take(&world, &world.sign_in("principal").await).await;
}

#[tokio::test]
async fn what_does_not_load_counts_against_no_other_document() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let guardian = world.sign_in("guardian").await;
    let suspicious = "update pei_documents set load_attempts = 5 where student_id = $1 and section = 'metas'";
    owner.execute(suspicious, &[&world.student.0]).await.expect("written");
    for _ in 0..4 {
        let refused = ask(&world, &guardian).await;
        assert_eq!(refused.status(), 503, "it may be killing its readers");
        assert_eq!(without_request_id(refused).await["code"], "store_unavailable");
    }
    let others = "select max(load_attempts) from pei_documents where student_id = $1 and section <> 'metas'";
    let others: i32 = owner.query_one(others, &[&world.student.0]).await.expect("a row").get(0);
    assert_eq!(others, 0);
    // A room finds out that it was nothing, and from then on there are copies again.
    let document = world.child(Target::Own).document(Section::Goals);
    drop(RawClient::join(&world.server, &document, &guardian.token).await);
    take(&world, &guardian).await;
}

#[tokio::test]
async fn whoever_loses_the_right_or_the_session_while_a_copy_is_made_gets_none() {
    let world = World::new(&[]).await;
    for (relation, change, status) in [
        (
            "guardian",
            "update login_sessions set revoked_at = now(), revoked_why = 'logout' where revoked_at is null",
            404,
        ),
        ("principal", "delete from grants", 404),
    ] {
        let person = world.sign_in(relation).await;
        let mut owner = world.server.database.owner().await;
        // Reading the documents waits for this one.
        let transaction = owner.transaction().await.expect("a transaction");
        let lock = "select 1 from pei_documents where student_id = $1 for no key update";
        transaction.query(lock, &[&world.student.0]).await.expect("locked");
        let asked = tokio::spawn({
            let request = person.http.post(world.url(&path(&world))).bearer_auth(&person.token);
            async move { request.send().await.expect("an answer") }
        });
        let watcher = world.server.database.superuser().await;
        eventually("the copy waits for the documents", async || {
            let waiting =
                "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%load_attempts%'";
            watcher.query_opt(waiting, &[]).await.expect("rows")
        })
        .await;
        transaction.execute(change, &[]).await.expect(change);
        transaction.commit().await.expect("committed");
        assert_eq!(asked.await.expect("answered").status(), status, "{change}");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_read_gives_no_copy_with_a_hole() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let guardian = world.sign_in("guardian").await;
    let damage = "update pei_snapshots set sha256 = sha256('')
                  where document_id = (select document_id from pei_documents where student_id = $1 and section = 'metas')";
    assert_eq!(owner.execute(damage, &[&world.student.0]).await.expect("damaged"), 1);
    let refused = ask(&world, &guardian).await;
    assert_eq!(refused.status(), 500);
    assert_eq!(without_request_id(refused).await["code"], "internal");
    // The place is free, and the rest of the child's data are there.
    assert_eq!(ask(&world, &guardian).await.status(), 500);
    assert_eq!(guardian.get(&world.pei_url()).await.status(), 200);
}
