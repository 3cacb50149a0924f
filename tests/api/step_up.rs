//! Showing again who one is, in a session that is open.

use reqwest::Response;
use serde_json::json;

use super::fixture::{PASSWORD, Person};
use super::{World, without_request_id};

async fn confirm(world: &World, person: &Person, password: &str) -> Response {
    let request = person.http.post(world.url("/api/v1/auth/step-up")).bearer_auth(&person.token);
    request.json(&json!({ "password": password })).send().await.expect("an answer")
}

#[tokio::test]
async fn the_right_password_confirms_this_session_alone_and_leaves_a_record() {
    let world = World::new(&[]).await;
    let (here, there) = (world.sign_in("aee_teacher").await, world.sign_in("aee_teacher").await);
    let owner = world.server.database.owner().await;
    owner.execute("update login_sessions set confirmed_at = now() - interval '1 hour'", &[]).await.expect("aged");
    assert_eq!(confirm(&world, &here, "wrong horse").await.status(), 401);
    assert_eq!(confirm(&world, &here, PASSWORD).await.status(), 204);
    let fresh = "select count(*) from login_sessions where confirmed_at > now() - interval '5 minutes'";
    let fresh: i64 = owner.query_one(fresh, &[]).await.expect("a count").get(0);
    assert_eq!(fresh, 1, "the other session stays as it was");
    let records = "select array_agg(outcome order by audit_id) from audit_log where action = 'account.step_up'";
    let records: Vec<String> = owner.query_one(records, &[]).await.expect("rows").get(0);
    assert_eq!(records, ["denied", "allowed"]);
    assert_eq!(there.get(&world.url("/api/v1/me")).await.status(), 200);
}

#[tokio::test]
async fn guesses_at_an_open_session_are_slowed_down_and_do_not_lock_its_owner_out() {
    let world = World::new(&[]).await;
    let person = world.sign_in("class_teacher").await;
    for _ in 0..5 {
        let answer = confirm(&world, &person, "wrong horse").await;
        assert_eq!(without_request_id(answer).await["code"], json!("invalid_credentials"));
    }
    assert_eq!(confirm(&world, &person, PASSWORD).await.status(), 429);
    world.sign_in("class_teacher").await;
}

#[tokio::test]
async fn a_proof_without_or_with_too_much_of_a_password_is_no_proof() {
    let world = World::new(&[]).await;
    let person = world.sign_in("guardian").await;
    for password in [String::new(), "x".repeat(513)] {
        assert_eq!(confirm(&world, &person, &password).await.status(), 422);
    }
    let request = person.http.post(world.url("/api/v1/auth/step-up")).bearer_auth(&person.token);
    let answer = request.json(&json!({ "password": PASSWORD, "user_id": "x" })).send().await.expect("an answer");
    assert_eq!(answer.status(), 422);
}

#[tokio::test]
async fn the_registrar_reaches_what_its_person_administers_and_nothing_else() {
    let world = World::new(&[]).await;
    let registrar = world.server.database.connect(kazumi::store::roles::REGISTRAR).await;
    let owner = world.server.database.owner().await;
    for (relation, reaches) in [
        ("principal", true),
        ("coordinator", true),
        ("network_manager", true),
        ("other_school", false),
        ("class_teacher", false),
        ("guardian", false),
        ("operator", false),
    ] {
        let user = "select user_id::text from credentials where email = $1 || '@example.org'";
        let user: String = owner.query_one(user, &[&relation]).await.expect("a person").get(0);
        registrar.execute("select set_config('app.user_id', $1, false)", &[&user]).await.expect("an identity");
        for table in ["students", "team_links", "guardianships", "grants"] {
            let statement = format!("select count(*) from {table} where student_id = $1");
            let seen: i64 = registrar.query_one(&statement, &[&world.student.0]).await.expect("a count").get(0);
            assert_eq!(seen > 0, reaches, "{table} for {relation}");
        }
        let grant = "insert into grants (user_id, student_id, section, access, valid_from) \
                     values ($1::text::uuid, $2, 'metas', 'write', now())";
        assert_eq!(registrar.execute(grant, &[&user, &world.student.0]).await.is_ok(), reaches, "{relation}");
    }
}
