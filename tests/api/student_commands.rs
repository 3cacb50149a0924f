//! The commands about one student's record as a whole: noting that a child left, holding, releasing, erasing; what they refuse, what they leave
//! on record, what an erasure leaves of a child for anybody to ask about, and that it is done whole or not at all.

use std::process::{Child, Command, Output, Stdio};

use kazumi::dev::demo;
use kazumi::http::ENDPOINTS;
use kazumi::store::{grants, roles, student_erasure};
use reqwest::Method;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::World;
use super::admin::send;
use super::commands::{kazumi, said};
use super::fixture::CANARY;
use super::payloads;
use crate::authz::RELATIONS;
use crate::collaboration::planted::{dump, plant};
use crate::support::{TestDatabase, eventually, report};

/// Runs `kazumi student …` as an operator does.
fn student(database: &TestDatabase, arguments: &[&str]) -> Output {
    kazumi(&[&["student"], arguments].concat(), &[("KAZUMI_DATABASE_OWNER_URL", &database.url(roles::OWNER))], "")
}

/// The same, beside what the test does.
fn student_beside(database: &TestDatabase, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
    command.arg("student").args(arguments).env_clear().env("KAZUMI_DATABASE_OWNER_URL", database.url(roles::OWNER));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
}

async fn done(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = student(database, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// The one line in which a command refuses.
async fn refused(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = student(database, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", said(&output));
    let said = said(&output);
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// Waits until so many wait for a lock in a statement that holds this text.
async fn waits(database: &TestDatabase, statement: &str, how_many: i64) {
    // Nobody else is told what others run.
    let superuser = database.superuser().await;
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock' and query ilike '%' || $1 || '%'";
    eventually("somebody waits for a lock", async || {
        let found: i64 = superuser.query_one(waiting, &[&statement]).await.expect("an answer").get(0);
        (found >= how_many).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_child_leaves_and_comes_back_a_record_is_held_and_released_and_all_of_it_is_on_record() {
    let database = TestDatabase::demo().await;
    let owner = database.owner().await;
    let (id, nobody) = (demo::student_id("lara.coutinho").to_string(), Uuid::now_v7().to_string());
    let stands = async || -> String {
        let row = "select concat_ws(' ', left_on, held_reason, held_at is not null) from students where student_id::text = $1";
        owner.query_one(row, &[&id]).await.expect("a student").get(0)
    };
    assert!(done(&database, &["left", &id, "--on", "2026-03-31"]).await.contains("left on 2026-03-31"));
    assert_eq!(stands().await, "2026-03-31 f");
    for wrong in ["2026-02-30", "0206-03-31", "2999-01-01", "ontem"] {
        assert!(!student(&database, &["left", &id, "--on", wrong]).status.success(), "{wrong}");
    }
    assert!(!student(&database, &["left", &id]).status.success(), "a day or --back");
    done(&database, &["left", &id, "--back"]).await;
    assert_eq!(stands().await, "f");

    assert!(refused(&database, &["release", &id]).await.contains("is not held"));
    assert!(!student(&database, &["hold", &id, "--reason", "  x "]).status.success());
    done(&database, &["hold", &id, "--reason", "Processo 0001234-56.2026"]).await;
    assert_eq!(stands().await, "Processo 0001234-56.2026 t");
    assert!(refused(&database, &["hold", &id, "--reason", "outro processo"]).await.contains("held already"));
    let before = dump(&owner).await;
    assert!(refused(&database, &["erase", &id, "--dry-run"]).await.contains("held since"));
    assert_eq!(dump(&owner).await, before, "a preview leaves nothing");
    assert!(refused(&database, &["erase", &id]).await.contains("held since"));
    assert_eq!(stands().await, "Processo 0001234-56.2026 t");
    done(&database, &["release", &id]).await;
    assert_eq!(stands().await, "f");
    for command in ["left", "hold", "release", "erase"] {
        let more: &[&str] = match command {
            "left" => &["--back"],
            "hold" => &["--reason", "Processo 1"],
            _ => &[],
        };
        assert!(refused(&database, &[&[command, &nobody], more].concat()).await.contains("no student has this id"));
    }
    done(&database, &["erase", &id]).await;
    for more in [&["left", &id, "--back"][..], &["hold", &id, "--reason", "tarde"], &["release", &id], &["erase", &id]]
    {
        assert!(refused(&database, more).await.contains("was erased on"), "{more:?}");
    }
    let events = "select string_agg(concat_ws(' ', action, outcome), ', ' order by audit_id) from audit_log
                  where student_id::text = $1";
    let events: String = owner.query_one(events, &[&id]).await.expect("events").get(0);
    let expected = "student.leave allowed, student.return allowed, student.release denied, student.hold allowed, student.hold denied, \
                    student.erase denied, student.release allowed, student.erase allowed, student.return denied, student.hold denied, \
                    student.release denied, student.erase denied";
    assert_eq!(events, expected);
}

#[tokio::test]
async fn the_preview_says_what_is_done_and_does_nothing() {
    let database = TestDatabase::demo().await;
    let mut owner = database.owner().await;
    let lara = demo::student_id("lara.coutinho");
    plant(&mut owner, lara.0, "Canario-previa-0d44").await;
    let before = dump(&owner).await;
    let preview = done(&database, &["erase", &lara.to_string(), "--dry-run"]).await;
    assert_eq!(dump(&owner).await, before);
    let act = done(&database, &["erase", &lara.to_string()]).await;
    report!("{preview}\n{act}");
    let table = |text: &str| text.lines().filter(|line| line.starts_with("  ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(table(&preview), table(&act));
    assert_eq!(table(&act).len(), student_erasure::DELETIONS.len() + student_erasure::KEPT.len());
    assert!(preview.contains("would go") && preview.contains("Nothing was changed") && act.contains("Backups"));
    assert!(!preview.contains("Canario") && !act.contains("Canario"), "no word of anybody is printed");

    // What is left is whole: nobody finds grants wrong, and the demo does not bring the child back.
    let loaded = demo::load(&mut owner, "unused").await.expect("it loads");
    assert_eq!((loaded.students, loaded.documents), (0, 0));
    let transaction = owner.transaction().await.expect("a transaction");
    assert_eq!(grants::differences(&transaction).await.expect("compared"), []);
    for table in ["peis", "grants"] {
        let left = format!("select count(*) from {table} where student_id = $1");
        assert_eq!(transaction.query_one(&left, &[&lara.0]).await.expect("a count").get::<_, i64>(0), 0, "{table}");
    }
}

#[tokio::test]
async fn for_everybody_an_erased_student_does_not_exist_and_no_list_shows_it() {
    let world = World::new(&[]).await;
    let child = world.children[0];
    let asks = RELATIONS
        .into_iter()
        .filter(|relation| !["anonymous", "expired_token", "revoked", "mfa_pending"].contains(relation));
    let mut people = Vec::new();
    for relation in asks {
        people.push((relation, world.sign_in(relation).await));
    }
    let lists = [
        "/api/v1/students".to_owned(),
        "/api/v1/invitations".to_owned(),
        format!("/api/v1/admin/students?school_id={}", child.school),
        format!("/api/v1/admin/people?school_id={}", child.school),
        format!("/api/v1/admin/corrections?school_id={}", child.school),
        format!("/api/v1/admin/break-glass?school_id={}", child.school),
        format!("/api/v1/admin/break-glass/students?school_id={}&name={CANARY}", child.school),
    ];
    let shown = async |wanted: &str| {
        let (mut shown, mut answered) = (Vec::new(), 0);
        for (relation, person) in &people {
            for list in &lists {
                let answer = person.get(&world.url(list)).await;
                answered += usize::from(answer.status() == 200);
                let text = answer.text().await.expect("a body");
                if text.contains(&child.student.to_string()) || text.contains(wanted) {
                    shown.push(format!("{list} to {relation}"));
                }
            }
        }
        (shown, answered)
    };
    let (before, answered) = shown(&child.student.to_string()).await;
    assert!(before.len() > 10, "{before:?}");
    done(&world.server.database, &["erase", &child.student.to_string()]).await;
    assert_eq!(shown("(apagado)").await, (Vec::<String>::new(), answered));

    let mut asked = 0;
    let about = |template: &str| template.contains("{student_id}") || template.contains("{pei_id}");
    for endpoint in ENDPOINTS.iter().filter(|endpoint| about(endpoint.template)) {
        let route = format!("{} {}", endpoint.method, endpoint.template);
        let mut path = String::new();
        for (at, piece) in endpoint.template.split(['{', '}']).enumerate() {
            path.push_str(&if at % 2 == 0 { piece.to_owned() } else { child.parameter(endpoint.template, piece) });
        }
        path.push_str(&payloads::query(&route, &child));
        let method: Method = endpoint.method.parse().expect("a method");
        for (relation, person) in &people {
            let answer = match payloads::body(&route, relation, &child) {
                Some(body) => send(&world, person, method.clone(), &path, &body).await,
                None if method == Method::POST => person.post(&world.url(&path)).await,
                None => person.get(&world.url(&path)).await,
            };
            // Nobody may know more than of a child that never was.
            assert_eq!(answer.status(), 404, "{route} by {relation}");
            asked += 1;
        }
    }
    report!("{asked} questions about an erased student, each answered with 404; {answered} lists without it");
}

#[tokio::test]
async fn a_command_that_is_killed_anywhere_leaves_all_or_nothing() {
    let database = TestDatabase::demo().await;
    let (mut owner, mut blocker) = (database.owner().await, database.owner().await);
    let lara = demo::student_id("lara.coutinho");
    let id = lara.to_string();
    plant(&mut owner, lara.0, "Canario-morte-77aa").await;
    let before = dump(&owner).await;
    let alone = "select count(*) from pg_stat_activity
                 where datname = current_database() and backend_type = 'client backend'";
    let strips = ["break_glass", "consents", "students"];
    let places: Vec<&str> = student_erasure::DELETIONS.iter().map(|(table, _)| *table).chain(strips).collect();
    for table in &places {
        let lock = blocker.transaction().await.expect("a transaction");
        lock.batch_execute(&format!("lock table {table} in share mode")).await.expect("locked");
        let mut command = student_beside(&database, &["erase", &id]);
        waits(&database, table, 1).await;
        command.kill().expect("it runs");
        command.wait().expect("it ends");
        lock.rollback().await.expect("released");
        eventually("the database has noticed", async || {
            let backends: i64 = owner.query_one(alone, &[]).await.expect("a count").get(0);
            (backends == 2).then_some(())
        })
        .await;
        assert!(dump(&owner).await == before, "killed at {table}: something has changed");
    }
    // Behind the commit only the sweep is left.
    let lock = blocker.transaction().await.expect("a transaction");
    lock.batch_execute("lock table peis in share update exclusive mode").await.expect("locked");
    let mut command = student_beside(&database, &["erase", &id]);
    waits(&database, "vacuum", 1).await;
    command.kill().expect("it runs");
    command.wait().expect("it ends");
    lock.rollback().await.expect("released");
    assert!(refused(&database, &["erase", &id]).await.contains("was erased on"));
    let left = "select count(*) from pei_documents where student_id = $1";
    assert_eq!(owner.query_one(left, &[&lara.0]).await.expect("a count").get::<_, i64>(0), 0);
    report!("killed at {} places before the commit and once behind it", places.len());
}

/// A row about a student, as its own act would write it, for every table that points to one.
const ROWS: [(&str, &str); 12] = [
    (
        "team_links",
        "(team_link_id, student_id, user_id, function) select gen_random_uuid(), $1, user_id, 'class_teacher'",
    ),
    (
        "guardianships",
        "(guardianship_id, student_id, user_id, kinship, custody) select gen_random_uuid(), $1, user_id, 'tia', 'shared'",
    ),
    ("grants", "(user_id, student_id, section, access, valid_from) select user_id, $1, 'metas', 'read', now()"),
    ("peis", "(pei_id, student_id, school_year, state, version) select gen_random_uuid(), $1, 2030, 'encerrado', 9"),
    (
        "pei_documents",
        "(document_id, pei_id, student_id, section, lineage) select gen_random_uuid(), (select pei_id from peis where student_id <> $1 limit 1), \
         $1, 'outra', gen_random_uuid()",
    ),
    ("access_log", "(user_id, document_id, slot, student_id) select user_id, gen_random_uuid(), now(), $1"),
    (
        "break_glass",
        "(break_glass_id, student_id, user_id, acted_as, reason) select gen_random_uuid(), $1, user_id, 'principal', 'um motivo bem comprido'",
    ),
    (
        "consents",
        "(consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, recorded_by) \
         select gen_random_uuid(), $1, 'photo', user_id, true, 1, sha256('x'), 'screen', user_id",
    ),
    (
        "corrections",
        "(correction_id, student_id, asked_by, asked_as, wrong, should_say) select gen_random_uuid(), $1, user_id, 'team', 'isto', 'aquilo'",
    ),
    (
        "invitations",
        "(invitation_id, network_id, school_id, kind, name, email, student_id, team_function, inviter_id, inviter_function, secret_hash) \
         select gen_random_uuid(), network_id, (select school_id from schools limit 1), 'staff', 'Eva', 'eva@example.org', $1, \
         'class_teacher', user_id, 'principal', sha256('eva')",
    ),
    ("dossiers", "(dossier_id, student_id, user_id) select gen_random_uuid(), $1, user_id"),
    ("erased_documents", "(document_id, student_id, section) select gen_random_uuid(), $1, 'metas'"),
];

#[tokio::test]
async fn what_was_on_its_way_when_the_erasure_came_is_refused() {
    let database = TestDatabase::demo().await;
    let (mut owner, mut blocker) = (database.owner().await, database.owner().await);
    for child in ["lara.coutinho", "teo.barreto", "malu.rezende"] {
        let id = demo::student_id(child);
        plant(&mut owner, id.0, "Canario-corrida-3b3b").await;
        // The erasure has begun, and comes no further than the emergencies.
        let lock = blocker.transaction().await.expect("a transaction");
        let hold = "select from break_glass where student_id = $1 for update";
        lock.execute(hold, &[&id.0]).await.expect("locked");
        let command = student_beside(&database, &["erase", &id.to_string()]);
        waits(&database, "update break_glass", 1).await;
        let mut late = Vec::new();
        for (table, row) in ROWS {
            let client = database.owner().await;
            let row = row.replace("$1", "$1::uuid");
            let statement =
                format!("insert into {table} {row} from users where kind = 'staff' order by user_id limit 1");
            late.push(tokio::spawn(async move { (table, client.execute(&statement, &[&id.0]).await) }));
        }
        waits(&database, "insert into", ROWS.len() as i64).await;
        lock.rollback().await.expect("released");
        for insert in late {
            let (table, written) = insert.await.expect("no panic");
            let error = written.expect_err(table);
            assert_eq!(error.code(), Some(&SqlState::NO_DATA_FOUND), "{table}: {error:?}");
        }
        let output = command.wait_with_output().expect("it ends");
        assert!(output.status.success());
        let left: Vec<_> =
            dump(&owner).await.into_iter().filter(|(_, rows)| rows.contains("Canario-corrida")).collect();
        assert_eq!(left, []);
    }
}

#[tokio::test]
async fn a_request_that_was_allowed_a_moment_before_is_answered_with_not_found() {
    let world = World::new(&[]).await;
    let database = &world.server.database;
    let (owner, mut blocker) = (database.owner().await, database.owner().await);
    let child = world.children[0];
    let guardian = world.sign_in("guardian").await;
    let count = async |table: &str| -> i64 {
        let rows = format!("select count(*) from {table} where student_id = $1");
        owner.query_one(&rows, &[&child.student.0]).await.expect("a count").get(0)
    };
    let (decisions, requests) = (async || count("consents").await, async || count("corrections").await);
    let before = decisions().await;
    let lock = blocker.transaction().await.expect("a transaction");
    let hold = "select from break_glass where student_id = $1 for update";
    assert!(lock.execute(hold, &[&child.student.0]).await.expect("locked") > 0);
    let command = student_beside(database, &["erase", &child.student.to_string()]);
    waits(database, "update break_glass", 1).await;
    let asks = async |what: &str| {
        let path = format!("/api/v1/students/{}/{what}", child.student);
        let route = format!("POST /api/v1/students/{{student_id}}/{what}");
        let body = payloads::body(&route, "guardian", &child).expect("a body");
        send(&world, &guardian, Method::POST, &path, &body).await.status()
    };
    let release = async {
        waits(database, "insert into", 2).await;
        lock.rollback().await.expect("released");
    };
    let (asked, decided, ()) = tokio::join!(asks("corrections"), asks("consents"), release);
    assert_eq!((asked.as_u16(), decided.as_u16()), (404, 404));
    assert!(command.wait_with_output().expect("it ends").status.success());
    assert_eq!((decisions().await, requests().await), (before, 0));
}
