//! "Quem viu": the family, the direction and the coordination see who read what, in full and in nobody else's words.

use std::collections::BTreeSet;

use kazumi::domain::ids::{StudentId, UserId};
use kazumi::store::{grants, roles};
use serde_json::{Value, json};
use tokio_postgres::Client as Database;

use super::fixture::{CANARY, Person, email};
use super::matrix::cell;
use super::places::Target;
use super::{World, without_request_id};
use crate::authz::{RELATIONS, matrix};
use crate::collaboration::document_named;
use crate::collaboration::raw::RawClient;

fn accesses(world: &World) -> String {
    world.url(&format!("/api/v1/students/{}/accesses", world.student))
}

async fn json(person: &Person, url: &str) -> Value {
    let answer = person.get(url).await;
    assert_eq!(answer.status(), 200, "{url}");
    answer.json().await.expect("JSON")
}

/// Opens a section over a socket, as the page does.
async fn read(world: &World, person: &Person, section: &str) {
    let document = document_named(&json(person, &world.pei_url()).await, section);
    drop(RawClient::join(&world.server, &document, &person.token).await);
}

async fn user_of(owner: &Database, relation: &str) -> UserId {
    let statement = "select user_id from credentials where email = $1";
    UserId(owner.query_one(statement, &[&email(relation)]).await.expect("a person").get(0))
}

async fn rebuild(owner: &mut Database, student: StudentId, change: &str) {
    let transaction = owner.transaction().await.expect("a transaction");
    assert_eq!(transaction.execute(change, &[]).await.expect("changed"), 1, "{change}");
    grants::rebuild_for_student(&transaction, student).await.expect("grants");
    transaction.commit().await.expect("committed");
}

#[tokio::test]
async fn guardian_sees_access() {
    let world = World::new(&[]).await;
    let (teacher, guardian) = (world.sign_in("class_teacher").await, world.sign_in("guardian").await);
    let empty = json(&guardian, &accesses(&world)).await;
    assert_eq!((&empty["student_name"], &empty["entries"], &empty["next"]), (&json!(CANARY), &json!([]), &Value::Null));

    read(&world, &teacher, "metas").await;
    read(&world, &teacher, "ec_demandas").await;
    read(&world, &guardian, "metas").await;
    let seen = json(&guardian, &accesses(&world)).await;
    let entries: Vec<_> =
        seen["entries"].as_array().expect("a list").iter().map(|e| (&e["name"], &e["ties"], &e["section"])).collect();
    let (by_teacher, by_guardian) = (json!(["class_teacher"]), json!(["guardian"]));
    // That the team's own part was read is told; how it is called is not.
    assert_eq!(
        entries,
        [
            (&json!("guardian"), &by_guardian, &json!("metas")),
            (&json!(CANARY), &by_teacher, &Value::Null),
            (&json!(CANARY), &by_teacher, &json!("metas")),
        ]
    );
    assert_eq!(seen["entries"][1]["user_id"], teacher.me["user_id"]);
    let moment = |name: &str| {
        let text = seen["entries"][0][name].as_str().expect("a moment");
        time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).expect("a moment")
    };
    assert!(moment("slot") <= moment("first_at") && moment("first_at") - moment("slot") < time::Duration::minutes(30));
    for relation in ["principal", "coordinator"] {
        let seen = json(&world.sign_in(relation).await, &accesses(&world)).await;
        assert_eq!(seen["entries"][1]["section"], "ec_demandas", "{relation}");
    }
}

#[tokio::test]
async fn who_has_left_the_team_is_still_named_as_what_they_were() {
    let world = World::new(&[]).await;
    let mut owner = world.server.database.owner().await;
    let (teacher, guardian) = (world.sign_in("class_teacher").await, world.sign_in("guardian").await);
    read(&world, &teacher, "metas").await;
    read(&world, &world.sign_in("principal").await, "metas").await;
    let left = format!("delete from team_links where user_id = '{}'", user_of(&owner, "class_teacher").await);
    rebuild(&mut owner, world.student, &left).await;
    owner
        .execute("update staff_functions set function = 'coordinator' where function = 'principal'", &[])
        .await
        .expect("moved");
    owner
        .execute(
            "update users set disabled_at = now() where user_id = $1",
            &[&user_of(&owner, "class_teacher").await.0],
        )
        .await
        .expect("gone");
    let seen = json(&guardian, &accesses(&world)).await;
    let entries = seen["entries"].as_array().expect("a list");
    assert_eq!((&entries[0]["name"], &entries[0]["ties"]), (&json!("principal"), &json!(["principal"])));
    assert_eq!((&entries[1]["name"], &entries[1]["ties"]), (&json!(CANARY), &json!(["class_teacher"])));
}

#[tokio::test]
async fn a_right_that_ends_takes_the_list_away_at_once() {
    let world = World::new(&[]).await;
    let mut owner = world.server.database.owner().await;
    let (guardian, principal) = (world.sign_in("guardian").await, world.sign_in("principal").await);
    let of = |relation: &'static str| {
        let id = user_of(&owner, relation);
        async { id.await.0 }
    };
    let (mother, direction) = (of("guardian").await, of("principal").await);
    for (person, change) in [
        (&guardian, format!("update guardianships set can_view = false where user_id = '{mother}'")),
        (
            &guardian,
            format!("update guardianships set can_view = true, judicial_restriction = true where user_id = '{mother}'"),
        ),
        (
            &guardian,
            format!(
                "update guardianships set judicial_restriction = false, valid_from = now() - interval '2 days', valid_to = now() - interval '1 day' where user_id = '{mother}'"
            ),
        ),
        (
            &principal,
            format!(
                "update staff_functions set valid_from = now() - interval '2 days', valid_to = now() - interval '1 day' where user_id = '{direction}'"
            ),
        ),
    ] {
        if person.me == principal.me {
            assert_eq!(person.get(&accesses(&world)).await.status(), 200);
        }
        rebuild(&mut owner, world.student, &change).await;
        assert_eq!(person.get(&accesses(&world)).await.status(), 404, "{change}");
    }
    let back = format!("update guardianships set valid_to = null where user_id = '{mother}'");
    rebuild(&mut owner, world.student, &back).await;
    assert_eq!(guardian.get(&accesses(&world)).await.status(), 200);
}

#[tokio::test]
async fn a_student_out_of_reach_and_one_that_does_not_exist_answer_alike() {
    let world = World::new(&[]).await;
    // A member of the team, who reads the plan, may not know who else did.
    let teacher = world.sign_in("aee_teacher").await;
    let mut answers = Vec::new();
    for student in [world.student.to_string(), StudentId::generate().to_string(), "not-an-id".to_owned()] {
        let answer = teacher.get(&world.url(&format!("/api/v1/students/{student}/accesses"))).await;
        assert_eq!(answer.status(), 404);
        answers.push(without_request_id(answer).await);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn the_parts_of_the_list_make_the_whole_and_wrong_parts_are_refused() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    // Seven moments, two of them shared by all documents of the plan.
    let fill = "insert into access_log (user_id, document_id, slot, student_id, first_at)
                select c.user_id, d.document_id, timestamptz '2026-01-01' + n * interval '30 minutes', d.student_id,
                       timestamptz '2026-01-01' + n * interval '30 minutes' + interval '1 microsecond'
                from pei_documents d, credentials c, generate_series(1, 7) n
                where d.student_id = $1 and c.email = $2 and (n in (2, 5) or d.section = 'metas')";
    let rows = owner.execute(fill, &[&world.student.0, &email("class_teacher")]).await.expect("filled");
    assert_eq!(rows, 5 + 2 * 7);
    let guardian = world.sign_in("guardian").await;
    let whole = json(&guardian, &format!("{}?limit=100", accesses(&world))).await;
    assert_eq!((whole["entries"].as_array().map(Vec::len), &whole["next"]), (Some(19), &Value::Null));
    for limit in [1, 3, 18, 19] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = json(&guardian, &format!("{}?limit={limit}{cursor}", accesses(&world))).await;
            let entries = part["entries"].as_array().expect("a list");
            assert!((1..=limit).contains(&entries.len()));
            found.extend(entries.iter().cloned());
            let Some(next) = part["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(json!(found), whole["entries"], "in parts of {limit}");
    }
    for query in ["limit=0", "limit=101", "limit=-1", "limit=x", "cursor=x", "cursor=", "page=2", "limit=1&limit=2"] {
        let answer = guardian.get(&format!("{}?{query}", accesses(&world))).await;
        assert_eq!(answer.status(), 422, "{query}");
    }
}

#[tokio::test]
async fn asking_is_itself_on_record() {
    let world = World::new(&[]).await;
    json(&world.sign_in("guardian").await, &accesses(&world)).await;
    world.sign_in("classmate_guardian").await.get(&accesses(&world)).await;
    let owner = world.server.database.owner().await;
    let statement = "select outcome, actor_id, student_id is not null, resource from audit_log where action = 'student.accesses' order by audit_id";
    let rows = owner.query(statement, &[]).await.expect("rows");
    let found: Vec<(String, uuid::Uuid, bool, String)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let resource = format!("student/{}", world.student);
    assert_eq!(
        found,
        [
            ("allowed".to_owned(), user_of(&owner, "guardian").await.0, true, resource.clone()),
            ("denied".to_owned(), user_of(&owner, "classmate_guardian").await.0, false, resource),
        ]
    );
}

#[tokio::test]
async fn without_the_application_the_database_alone_still_hides_who_read() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    // Everybody has read something of everybody; what matters is who is told.
    let fill = "insert into access_log (user_id, document_id, slot, student_id)
                select u.user_id, d.document_id, now(), d.student_id from pei_documents d, users u where d.section = 'metas'";
    owner.execute(fill, &[]).await.expect("filled");
    let app = world.server.database.connect(roles::APP).await;
    let row = matrix().into_iter().find(|row| row.name.ends_with("/accesses")).expect("a row");
    let operator = user_of(&owner, "operator").await;
    for relation in RELATIONS {
        let user = owner.query_opt("select user_id::text from credentials where email = $1", &[&email(relation)]).await;
        let user: String = user.expect("an answer").map_or_else(String::new, |row| row.get(0));
        app.execute("select set_config('app.user_id', $1, false)", &[&user]).await.expect("an identity");
        let rows = app.query("select distinct student_id from access_log", &[]).await.expect("rows");
        let seen: BTreeSet<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
        for target in Target::CHILDREN {
            // A session that ended is nothing the database's policies know of.
            let expected = if relation == "revoked" { "404" } else { cell(&row, relation, target) };
            assert_eq!(seen.contains(&world.child(target).student.0), expected == "200", "{target:?} for {relation}");
        }
        let name = app.query_opt("select name from users where user_id = $1", &[&operator.0]).await.expect("an answer");
        assert_eq!(name.is_some(), !seen.is_empty() || relation == "operator", "{relation} and names of readers");
    }
}

/// A child with a plan and one document, and four people who read it: in the team, of the family, until last month in the team, and of the
/// school without a tie to the child.
const OLDER_ROWS: &str = "
    with ids as (select gen_random_uuid() as network, gen_random_uuid() as school, gen_random_uuid() as student, gen_random_uuid() as pei,
                        gen_random_uuid() as document),
    n as (insert into networks (network_id, name) select network, 'N' from ids),
    sc as (insert into schools (school_id, network_id, name) select school, network, 'S' from ids),
    st as (insert into students (student_id, school_id, name) select student, school, 'C' from ids),
    p as (insert into peis (pei_id, student_id, school_year, state) select pei, student, 2026, 'em_elaboracao' from ids),
    d as (insert into pei_documents (document_id, pei_id, student_id, section, lineage)
          select document, pei, student, 'metas', gen_random_uuid() from ids),
    people as (select gen_random_uuid() as user_id, relation
               from unnest(array['class_teacher', 'guardian', 'ended_link', 'unlinked_same_school']) as r (relation)),
    u as (insert into users (user_id, network_id, kind, name)
          select user_id, network, case relation when 'guardian' then 'guardian' else 'staff' end, relation from people, ids),
    c as (insert into credentials (user_id, email, password_hash) select user_id, relation || '@example.org', 'x' from people),
    l as (insert into team_links (team_link_id, student_id, user_id, function, valid_from, valid_to)
          select gen_random_uuid(), student, user_id, 'class_teacher', now() - interval '60 days',
                 case relation when 'ended_link' then now() - interval '30 days' end
          from people, ids where relation in ('class_teacher', 'ended_link')),
    g as (insert into guardianships (guardianship_id, student_id, user_id, kinship, custody)
          select gen_random_uuid(), student, user_id, 'mother', 'shared' from people, ids where relation = 'guardian'),
    f as (insert into staff_functions (staff_function_id, user_id, school_id, function)
          select gen_random_uuid(), user_id, school, 'class_teacher' from people, ids where relation = 'unlinked_same_school'),
    gr as (insert into grants (user_id, student_id, section, access, valid_from)
           select user_id, student, 'metas', 'read', now() from people, ids where relation = 'guardian')
    insert into access_log (user_id, document_id, slot, student_id, first_at)
    select user_id, document, now(), student, now() from people, ids";

#[tokio::test]
async fn an_older_schema_is_brought_up_with_what_it_already_holds() {
    let database = crate::support::TestDatabase::empty().await;
    let owner = database.owner().await;
    owner.batch_execute("drop schema public cascade; create schema public").await.expect("an empty schema");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/migrations");
    let mut files: Vec<(u32, std::path::PathBuf)> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let number = name.strip_prefix('V').and_then(|rest| rest.split_once("__")).expect("a number").0;
            (number.parse().expect("a number"), path)
        })
        .filter(|(number, _)| *number <= 11)
        .collect();
    files.sort();
    let (_, records) = files.pop().expect("this migration");
    for (_, file) in files {
        owner.batch_execute(&std::fs::read_to_string(&file).expect("readable")).await.expect("applied");
    }
    // By hand, because today's program knows columns that the older schema lacks.
    owner.batch_execute(OLDER_ROWS).await.expect("filled");
    let before = "insert into audit_log (action, outcome) values ('pei.open', 'allowed'), ('pei.open', 'denied')";
    owner.execute(before, &[]).await.expect("filled");
    owner.batch_execute(&std::fs::read_to_string(&records).expect("readable")).await.expect("applied");

    let waiting: i64 = owner.query_one("select count(*) from audit_waiting", &[]).await.expect("a count").get(0);
    assert_eq!(waiting, 2);
    let sees: bool = owner.query_one("select sees_accesses from grants", &[]).await.expect("a grant").get(0);
    assert!(sees, "the family may see who read");
    let ties = "select c.email, l.reader_ties from access_log l join credentials c using (user_id)";
    let ties: std::collections::HashMap<String, Vec<String>> =
        owner.query(ties, &[]).await.expect("rows").iter().map(|row| (row.get(0), row.get(1))).collect();
    for (relation, tie) in [
        ("class_teacher", "class_teacher"),
        ("guardian", "guardian"),
        ("ended_link", ""),
        ("unlinked_same_school", "class_teacher"),
    ] {
        assert_eq!(ties[&email(relation)].join(","), tie, "{relation}");
    }
}
