//! Which day is too old, which children are due, and what happens when removing is interrupted or meets somebody who puts a record on hold.

use std::process::{Child as Process, Command, Stdio};

use kazumi::domain::retention::{Class, rule};
use kazumi::store::roles;
use serde_json::Value;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::World;
use super::commands::{kazumi, said};
use super::fixture::CANARY;
use super::retention::{Ground, counts};
use crate::support::{TestDatabase, eventually, report};

fn begin(database: &TestDatabase) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
    command.args(["retention", "--apply"]).env_clear().env("KAZUMI_DATABASE_OWNER_URL", database.url(roles::OWNER));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
}

/// Waits until the run waits for somebody's lock.
async fn waits(ground: &Ground) {
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    eventually("the run waits", async || {
        (ground.owner.query_one(waiting, &[]).await.expect("a count").get::<_, i64>(0) > 0).then_some(())
    })
    .await;
}

/// Waits until no transaction of the schema's owner is left but our own.
async fn alone(ground: &Ground) {
    let others = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'kazumi_owner'
                  and pid <> pg_backend_pid() and state <> 'idle'";
    eventually("the connection that was left behind ends", async || {
        (ground.owner.query_one(others, &[]).await.expect("a count").get::<_, i64>(0) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_edge_of_each_class_is_where_the_civil_code_puts_it() {
    let ground = Ground::new().await;
    // Worked out by hand. 2024 and 2028 have a 29 February; 2023 and 2029 have none.
    for (on, since) in [
        (
            "2029-03-01",
            [
                (
                    datetime!(2024-02-29 0:00 UTC),
                    [Class::Accesses, Class::Dossiers, Class::EmergencyReasons, Class::Corrections].as_slice(),
                ),
                (datetime!(2028-02-29 0:00 UTC), &[Class::EditsPutAside, Class::LoginSessions]),
                (datetime!(2029-01-30 0:00 UTC), &[Class::RefreshTokens, Class::PasswordResets, Class::Mails]),
                (datetime!(2028-12-01 0:00 UTC), &[Class::Invitations]),
            ],
        ),
        (
            "2028-02-29",
            [
                (
                    datetime!(2023-03-01 0:00 UTC),
                    [Class::Accesses, Class::Dossiers, Class::EmergencyReasons, Class::Corrections].as_slice(),
                ),
                (datetime!(2027-03-01 0:00 UTC), &[Class::EditsPutAside, Class::LoginSessions]),
                (datetime!(2028-01-30 0:00 UTC), &[Class::RefreshTokens, Class::PasswordResets, Class::Mails]),
                (datetime!(2027-12-01 0:00 UTC), &[Class::Invitations]),
            ],
        ),
    ] {
        let before = counts(&ground.run(&["--on", on]));
        for (edge, classes) in since {
            for class in classes {
                ground.plant(*class, &ground.child, edge).await;
                let kept = counts(&ground.run(&["--on", on]))[class.as_str()];
                assert_eq!(kept, before[class.as_str()], "{class:?} of {edge} is kept on {on}");
                ground.plant(*class, &ground.child, edge - Duration::microseconds(1)).await;
                ground.plant(*class, &ground.held, edge - Duration::microseconds(1)).await;
                let text = ground.run(&["--on", on]);
                let is_held = !matches!(
                    class,
                    Class::RefreshTokens | Class::LoginSessions | Class::PasswordResets | Class::Mails
                );
                let due = before[class.as_str()] + if is_held { 1 } else { 2 };
                assert_eq!(counts(&text)[class.as_str()], due, "{class:?} before {edge} on {on}");
                let line = text.lines().find(|line| line.starts_with(class.as_str())).expect("a line");
                assert!(line.contains(&format!("  {}  ", edge.date())), "{line}");
            }
        }
    }
    assert!(ground.recorded().await.is_empty());
}

#[tokio::test]
async fn children_whose_record_is_due_are_listed_by_id_and_stay() {
    let ground = Ground::new().await;
    let leave = async |child: &str, on: &str| {
        let statement = format!("update students set left_on = '{on}' where student_id = '{child}'");
        assert_eq!(ground.owner.execute(&statement, &[]).await.expect("left"), 1);
    };
    let others = "select student_id::text from students where student_id <> all($1) order by 1";
    let mine = [ground.child.student.0, ground.held.student.0].to_vec();
    let others: Vec<String> =
        ground.owner.query(others, &[&mine]).await.expect("children").iter().map(|row| row.get(0)).collect();
    leave(&ground.child.student.to_string(), "2024-02-29").await;
    leave(&ground.held.student.to_string(), "2019-01-01").await;
    leave(&others[0], "2024-03-01").await;
    leave(&others[1], "2024-03-02").await;

    let text = ground.run(&["--on", "2029-03-01"]);
    assert!(text.contains("after they left: 0\n"), "{text}");
    let text = ground.run(&["--on", "2029-03-02"]);
    let due = format!(
        "after they left: 2\n  {} since 2029-03-02\n  {} since 2029-03-02\nstudents whose record is held, of whom nothing goes: 1\n",
        ground.child.student, others[0]
    );
    assert!(text.ends_with(&due), "{text}");
    assert!(!text.contains(CANARY) && !text.contains(&ground.held.student.to_string()), "{text}");

    leave(&others[1], "2001-03-02").await;
    let text = ground.run(&["--apply"]);
    assert!(text.contains(&format!("  {} since 2006-03-03\n", others[1])), "{text}");
    let left = ground.owner.query_one("select count(*) from students", &[]).await.expect("a count");
    assert_eq!(left.get::<_, i64>(0), 6, "a student goes by an order of its own");
}

#[tokio::test]
async fn only_a_dry_run_is_of_another_day() {
    let database = TestDatabase::empty().await;
    let url = database.url(roles::OWNER);
    for arguments in [&["--on", "2029-03-01", "--apply"][..], &["--on", "2029-02-29"], &["--on", "amanhã"]] {
        let output = kazumi(&[&["retention"], arguments].concat(), &[("KAZUMI_DATABASE_OWNER_URL", &url)], "");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    }
    // A role that serves cannot even ask.
    for role in [roles::APP, roles::WRITER] {
        let output = kazumi(&["retention"], &[("KAZUMI_DATABASE_OWNER_URL", &database.url(role))], "");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    }
}

#[tokio::test]
async fn killed_in_the_middle_and_run_again_it_ends_the_same() {
    const READS: i32 = 12_000;
    let ground = Ground::new().await;
    let since = rule(Class::Accesses).period.kept_since(OffsetDateTime::now_utc().date()).midnight().assume_utc();
    for child in [&ground.child, &ground.held] {
        for class in [Class::Accesses, Class::Corrections, Class::Mails] {
            ground.plant(class, child, since - Duration::days(1)).await;
        }
    }
    let (mut planted, mut interrupted) = (1, 0);
    let gone = async || ground.recorded().await.get("accesses").map_or(0, |(rows, _)| *rows);
    // Whenever the machine is so slow that a run is over before it is killed, the next round tries again.
    for round in 1..=20 {
        let before = gone().await;
        ground.plant_reads(READS, since - Duration::days(300 * round)).await;
        planted += i64::from(READS);
        let mut run = begin(&ground.database);
        eventually("some of it is gone", async || (gone().await > before).then_some(())).await;
        run.kill().expect("the process can be killed");
        run.wait().expect("the process ends");
        alone(&ground).await;
        // One row of the held child stays.
        let left = ground.rows().await["accesses"].len() as i64 - 1;
        assert_eq!(planted - left, gone().await, "what is gone is what is on record");
        assert_eq!(counts(&ground.run(&[]))["accesses"] as i64, left);
        interrupted += i32::from(left > 0);
        if interrupted == 3 {
            break;
        }
    }
    report!("{interrupted} runs killed while {} of {planted} reads were gone", gone().await);
    assert_eq!(interrupted, 3, "too few runs were killed in the middle");
    let done = counts(&ground.run(&["--apply"]));
    assert!(done["accesses"] > 0, "{done:?}");
    let recorded = ground.recorded().await;
    let recorded = ["accesses", "corrections", "mails"].map(|class| recorded[class].0);
    assert_eq!(recorded, [planted, 1, 2]);
    assert!(counts(&ground.run(&["--apply"])).values().all(|count| *count == 0));
    let rows = ground.rows().await;
    for (class, left) in [("accesses", 1), ("corrections", 1), ("mails", 0)] {
        assert!(
            rows[class].len() == left && rows[class].iter().all(|(whose, _)| *whose == Some(ground.held.student.0))
        );
    }
}

#[tokio::test]
async fn a_row_that_somebody_else_has_locked_ends_the_run_and_not_the_other() {
    let ground = Ground::new().await;
    let old = OffsetDateTime::now_utc() - Duration::days(6 * 366);
    for class in [Class::Accesses, Class::Corrections, Class::Mails] {
        ground.plant(class, &ground.child, old).await;
    }
    // As an erasure: first a row of the child's, then the child.
    let mut eraser = ground.database.owner().await;
    let erasure = eraser.transaction().await.expect("a transaction");
    assert_eq!(erasure.execute("delete from corrections", &[]).await.expect("deleted"), 1);
    let mut run = begin(&ground.database);
    let blocked =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'transactionid'";
    let looks = ground.database.owner().await;
    eventually("the run waits for the row, or is over", async || {
        let waits = looks.query_one(blocked, &[]).await.expect("a count").get::<_, i64>(0) > 0;
        (waits || run.try_wait().expect("the process can be watched").is_some()).then_some(())
    })
    .await;
    let statement = "update students set name = name where student_id = $1";
    assert_eq!(erasure.execute(statement, &[&ground.child.student.0]).await.expect("it is not the one that ends"), 1);
    let output = run.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("remove what is due of corrections; what is gone is on record"),
        "{}",
        said(&output)
    );
    erasure.rollback().await.expect("undone");
    // What went before is gone and on record, nothing else is.
    let rows = ground.rows().await;
    assert_eq!([rows["accesses"].len(), rows["corrections"].len(), rows["mails"].len()], [0, 1, 1]);
    assert_eq!(ground.recorded().await.into_iter().collect::<Vec<_>>(), [("accesses".to_owned(), (1, 1))]);
    let done = counts(&ground.run(&["--apply"]));
    assert_eq!(done.values().sum::<u64>(), 2);
}

#[tokio::test]
async fn whoever_puts_a_record_on_hold_loses_nothing_from_then_on() {
    let ground = Ground::new().await;
    let old = OffsetDateTime::now_utc() - Duration::days(6 * 366);
    for class in [
        Class::Accesses,
        Class::Dossiers,
        Class::EmergencyReasons,
        Class::Corrections,
        Class::EditsPutAside,
        Class::Invitations,
    ] {
        ground.plant(class, &ground.child, old).await;
    }
    let before = ground.rows().await;
    let mut holder = ground.database.owner().await;
    let hold = holder.transaction().await.expect("a transaction");
    let statement = "update students set held_at = now(), held_reason = 'oficio 3' where student_id = $1";
    assert_eq!(hold.execute(statement, &[&ground.child.student.0]).await.expect("held"), 1);
    // The run comes while the hold is being written, and waits for it.
    let run = begin(&ground.database);
    waits(&ground).await;
    hold.commit().await.expect("committed");
    let output = run.wait_with_output().expect("the program ends");
    assert!(output.status.success(), "{}", said(&output));
    assert!(counts(&said(&output)).values().all(|count| *count == 0), "{}", said(&output));
    assert_eq!(ground.rows().await, before);

    let release = "update students set held_at = null, held_reason = null where student_id = $1";
    assert_eq!(holder.execute(release, &[&ground.child.student.0]).await.expect("released"), 1);
    let done = counts(&ground.run(&["--apply"]));
    report!("{done:?}");
    assert_eq!(done.values().sum::<u64>(), 6);
}

#[tokio::test]
async fn people_who_are_signed_in_notice_nothing() {
    let world = World::new(&[]).await;
    let mother = world.sign_in("guardian").await;
    let database = &world.server.database;
    let owner = database.owner().await;
    let old = "insert into break_glass (break_glass_id, student_id, user_id, acted_as, reason, opened_at, valid_to)
               select gen_random_uuid(), $1, user_id, 'coordinator', 'Palavras de uma emergencia.', now() - interval '6 years',
                   now() - interval '6 years' from credentials where email = 'coordinator@example.org'";
    let old = old.replace("now() - interval '6 years' from", "now() - interval '6 years' + interval '1 hour' from");
    assert_eq!(owner.execute(&old, &[&world.student.0]).await.expect("an emergency"), 1);
    let output = kazumi(&["retention", "--apply"], &[("KAZUMI_DATABASE_OWNER_URL", &database.url(roles::OWNER))], "");
    assert!(output.status.success(), "{}", said(&output));
    let done = counts(&said(&output));
    assert_eq!((done["emergency_reasons"], done.values().sum::<u64>()), (1, 1), "{}", said(&output));

    assert_eq!(mother.get(&world.pei_url()).await.status(), 200);
    let answer = mother.post(&world.url("/api/v1/auth/refresh")).await;
    assert_eq!(answer.status(), 200, "the session goes on");
    // The family still reads that it happened, and who did it.
    let seen = mother.get(&world.url(&format!("/api/v1/students/{}/accesses", world.student))).await;
    assert_eq!(seen.status(), 200);
    let seen: Value = seen.json().await.expect("JSON");
    let emergencies = seen["emergencies"].as_array().expect("a list");
    let without: Vec<_> = emergencies.iter().filter(|emergency| emergency["reason"].is_null()).collect();
    assert_eq!((emergencies.len(), without.len()), (2, 1), "{seen}");
}
