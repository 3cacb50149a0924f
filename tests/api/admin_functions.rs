//! Functions and accounts: what reaches every student of a school, what rests on a function, and who may close whose account.

use serde_json::{Value, json};
use uuid::Uuid;

use super::World;
use super::admin::{Targets, post, read, recorded, user};
use super::fixture::{PASSWORD, Person, email};
use kazumi::domain::permission::Area;

async fn consistent(world: &World) {
    let mut owner = world.server.database.owner().await;
    let transaction = owner.transaction().await.expect("a transaction");
    assert_eq!(kazumi::store::grants::differences(&transaction).await.expect("compared"), []);
}

async fn give(world: &World, asker: &Person, who: Uuid, function: &str, school: Uuid) -> (u16, Value) {
    let body = json!({ "function": function, "school_id": school });
    post(world, asker, &format!("/api/v1/admin/people/{who}/functions"), &body).await
}

#[tokio::test]
async fn a_coordinator_reaches_every_student_from_the_act_on_and_none_after_its_end() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "unlinked_same_school").await;
    let (principal, teacher) = (world.sign_in("principal").await, world.sign_in("unlinked_same_school").await);
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 404);
    let (status, effect) = give(&world, &principal, targets.user, "coordinator", targets.school).await;
    assert_eq!(status, 200, "{effect}");
    assert_eq!(
        (&effect["changes"][0]["student_count"], effect["changes"].as_array().map(Vec::len)),
        (&json!(3), Some(1))
    );
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 200);
    consistent(&world).await;
    let again = give(&world, &principal, targets.user, "coordinator", targets.school).await;
    assert_eq!(again.0, 409, "exercised already");
    let id = effect["created_id"].as_str().expect("an id");
    let path = format!("/api/v1/admin/people/{}/functions/{id}/end", targets.user);
    let (status, effect) = post(&world, &principal, &path, &json!({ "version": 1 })).await;
    assert_eq!((status, &effect["changes"][0]["student_count"]), (200, &json!(3)), "{effect}");
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 404);
    consistent(&world).await;
}

#[tokio::test]
async fn who_is_no_longer_teacher_in_the_school_is_in_no_team_of_it_as_teacher() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "aee_teacher").await;
    let (principal, teacher) = (world.sign_in("principal").await, world.sign_in("aee_teacher").await);
    let path = format!("/api/v1/admin/people/{}/functions/{}/end", targets.user, targets.function);
    let (status, preview) = post(&world, &principal, &format!("{path}?dry_run=true"), &json!({ "version": 1 })).await;
    assert_eq!((status, &preview["ended_links"]), (200, &json!(1)), "{preview}");
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 200);
    let (status, effect) = post(&world, &principal, &path, &json!({ "version": 1 })).await;
    assert_eq!((status, &effect["ended_links"], &effect["changes"]), (200, &json!(1), &preview["changes"]));
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 404);
    consistent(&world).await;
}

#[tokio::test]
async fn the_last_principal_ends_only_when_the_asker_says_that_they_know() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "principal").await;
    let manager = world.sign_in("network_manager").await;
    let path = format!("/api/v1/admin/people/{}/functions/{}/end", targets.user, targets.function);
    let body = json!({ "version": 1 });
    let (status, preview) = post(&world, &manager, &format!("{path}?dry_run=true"), &body).await;
    assert_eq!((status, &preview["warnings"]), (200, &json!(["last_principal"])), "{preview}");
    let (status, refusal) = post(&world, &manager, &path, &body).await;
    assert_eq!((status, &refusal["errors"]), (422, &json!([{ "field": "accept", "code": "missing" }])));
    let close = format!("/api/v1/admin/people/{}/close", targets.user);
    assert_eq!(post(&world, &manager, &close, &json!({})).await.0, 422, "closing the account is no way around it");
    let accepted = json!({ "version": 1, "accept": ["last_principal"] });
    assert_eq!(post(&world, &manager, &path, &accepted).await.0, 200);
    consistent(&world).await;

    let (one, other) = (user(&world, "coordinator").await, user(&world, "class_teacher").await);
    for who in [one, other] {
        assert_eq!(give(&world, &manager, who, "principal", targets.school).await.0, 200);
    }
    let (_, detail) = read(&world, &manager, &format!("/api/v1/admin/people/{one}")).await;
    let functions = detail["person"]["functions"].as_array().expect("a list").clone();
    let function = functions.iter().find(|held| held["function"] == json!("principal")).expect("the new one");
    let path = format!("/api/v1/admin/people/{one}/functions/{}/end", function["function_id"].as_str().expect("an id"));
    let (status, effect) = post(&world, &manager, &path, &body).await;
    assert_eq!((status, &effect["warnings"]), (200, &json!([])), "another principal remains");
}

#[tokio::test]
async fn a_closed_account_is_signed_out_everywhere_and_an_opened_one_signs_in_anew() {
    let world = World::new(&[]).await;
    let who = user(&world, "psychologist").await;
    let (principal, person) = (world.sign_in("principal").await, world.sign_in("psychologist").await);
    let act =
        async |what: &str| post(&world, &principal, &format!("/api/v1/admin/people/{who}/{what}"), &json!({})).await;
    let (status, effect) = act("close").await;
    assert_eq!((status, &effect["ended_sessions"]), (200, &json!(1)), "{effect}");
    assert_eq!(effect["changes"][0]["student_count"], json!(1));
    assert_eq!(person.get(&world.pei_url()).await.status(), 401);
    assert_eq!(world.login(&person.http, &email("psychologist"), PASSWORD).await.status(), 401);
    assert_eq!(act("close").await.0, 409);
    assert_eq!(act("open").await.0, 200);
    assert_eq!(person.get(&world.pei_url()).await.status(), 401, "what ended stays ended");
    let again = world.sign_in("psychologist").await;
    assert_eq!(again.get(&world.pei_url()).await.status(), 200);
    let (status, effect) = act("end-sessions").await;
    assert_eq!((status, &effect["ended_sessions"], &effect["changes"]), (200, &json!(1), &json!([])));
    assert_eq!(again.get(&world.pei_url()).await.status(), 401);
    for action in ["close_account", "open_account", "end_sessions"] {
        assert_eq!(recorded(&world, action, "allowed").await, 1, "{action}");
    }
}

#[tokio::test]
async fn an_account_with_ties_elsewhere_is_closed_by_the_network_alone() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "speech_therapist").await;
    let owner = world.server.database.owner().await;
    let statement = "insert into staff_functions (staff_function_id, user_id, school_id, function) \
                     values (gen_random_uuid(), $1, $2, 'speech_therapist')";
    owner.execute(statement, &[&targets.user, &targets.other_school]).await.expect("written");
    let (principal, manager) = (world.sign_in("principal").await, world.sign_in("network_manager").await);
    let (_, detail) = read(&world, &principal, &targets.path("/api/v1/admin/people/{user_id}")).await;
    assert_eq!((&detail["elsewhere"], &detail["may_close"]), (&json!(true), &json!(false)));
    assert!(!detail.to_string().contains(&targets.other_school.to_string()), "that, and not where");
    let path = format!("/api/v1/admin/people/{}/close", targets.user);
    assert_eq!(post(&world, &principal, &path, &json!({})).await.0, 403);
    assert_eq!(post(&world, &manager, &path, &json!({})).await.0, 200);
}

#[tokio::test]
async fn a_school_of_two_thousand_students_is_rewritten_in_one_act() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "unlinked_same_school").await;
    let owner = world.server.database.owner().await;
    let statement = "insert into students (student_id, school_id, name) \
                     select gen_random_uuid(), $1, 'Aluno ' || n from generate_series(1, 2000) n";
    owner.execute(statement, &[&targets.school]).await.expect("written");
    let principal = world.sign_in("principal").await;
    let began = std::time::Instant::now();
    let (status, effect) = give(&world, &principal, targets.user, "coordinator", targets.school).await;
    crate::support::report!("a coordinator of 2003 students: {:?}", began.elapsed());
    assert_eq!((status, &effect["changes"][0]["student_count"]), (200, &json!(2003)), "{status}");
    assert_eq!(effect["changes"][0]["students"].as_array().map(Vec::len), Some(50), "an answer stays small");
    let statement = "select count(*) from grants where user_id = $1";
    let count: i64 = owner.query_one(statement, &[&targets.user]).await.expect("a count").get(0);
    // Each section and each room.
    assert_eq!(count, 2003 * Area::all().count() as i64);
    let members = "select count(*) from room_members where user_id = $1 and left_seq is null";
    let members: i64 = owner.query_one(members, &[&targets.user]).await.expect("a count").get(0);
    // Two classes, and three desks that guardians have opened.
    assert_eq!(members, 2003 * 2 + 2 + 3, "and is in the rooms of all of them");
}
