//! Links and guardianships: what an act does is what its preview said, and what the grants say afterwards.

use reqwest::Method;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::World;
use super::admin::{Targets, post, read, recorded, send, user};
use super::fixture::CANARY;
use super::places::Target;

fn in_days(days: i64) -> String {
    (OffsetDateTime::now_utc() + Duration::days(days)).format(&Rfc3339).expect("a date")
}

/// Without what differs between a preview and the act.
fn told(mut effect: Value) -> Value {
    let fields = effect.as_object_mut().expect("an object");
    fields.remove("applied");
    fields.remove("created_id");
    effect
}

async fn consistent(world: &World) {
    let mut owner = world.server.database.owner().await;
    let transaction = owner.transaction().await.expect("a transaction");
    assert_eq!(kazumi::store::grants::differences(&transaction).await.expect("compared"), []);
}

async fn grants_of(world: &World, relation: &str) -> i64 {
    let owner = world.server.database.owner().await;
    let statement = "select count(*) from grants where user_id = $1 and student_id = $2 \
                     and valid_from <= now() and (valid_to is null or valid_to > now())";
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&user(world, relation).await, &world.student.0];
    owner.query_one(statement, &values).await.expect("a count").get(0)
}

#[tokio::test]
async fn ending_a_link_does_what_the_preview_said_and_giving_it_again_undoes_it() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let coordinator = world.sign_in("coordinator").await;
    let teacher = world.sign_in("class_teacher").await;
    let path = format!("/api/v1/admin/students/{}/team/{}/end", targets.student, targets.link);
    let (status, preview) = post(&world, &coordinator, &format!("{path}?dry_run=true"), &json!({ "version": 1 })).await;
    assert_eq!((status, &preview["applied"]), (200, &json!(false)), "{preview}");
    assert_eq!(preview["changes"][0]["students"], json!([{ "student_id": targets.student, "name": CANARY }]));
    let sections = preview["changes"][0]["sections"].as_array().expect("a list");
    assert_eq!(sections.len(), 7);
    assert!(sections.iter().all(|section| section["after"].is_null()), "{preview}");
    assert_eq!(grants_of(&world, "class_teacher").await, 10, "nothing happened: seven sections and three rooms");
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 200);

    let (status, effect) = post(&world, &coordinator, &path, &json!({ "version": 1 })).await;
    assert_eq!((status, &effect["applied"]), (200, &json!(true)), "{effect}");
    assert_eq!(told(effect), told(preview));
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 404);
    consistent(&world).await;

    let team = format!("/api/v1/admin/students/{}/team", targets.student);
    let again = json!({ "user_id": targets.user, "function": "class_teacher" });
    let (status, effect) = post(&world, &coordinator, &team, &again).await;
    assert_eq!(status, 200, "{effect}");
    assert!(effect["created_id"].is_string());
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 200);
    consistent(&world).await;
    let counts = [("preview", "allowed"), ("end_link", "allowed"), ("give_link", "allowed")];
    for (action, outcome) in counts {
        assert_eq!(recorded(&world, action, outcome).await, 1, "{action}");
    }
}

#[tokio::test]
async fn dates_begin_and_end_links_by_themselves_and_what_has_not_begun_can_be_withdrawn() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "unlinked_same_school").await;
    let coordinator = world.sign_in("coordinator").await;
    let team = format!("/api/v1/admin/students/{}/team", targets.student);
    let (from, to) = (in_days(2), in_days(9));
    let link = json!({ "user_id": targets.user, "function": "class_teacher", "valid_from": from, "valid_to": to });
    let (status, effect) = post(&world, &coordinator, &team, &link).await;
    assert_eq!(status, 200, "{effect}");
    let change = &effect["changes"][0];
    let near = |value: &Value, other: &str| {
        let read = |text: &str| OffsetDateTime::parse(text, &Rfc3339).expect("a date");
        (read(value.as_str().expect("a date")) - read(other)).abs() < Duration::milliseconds(1)
    };
    assert!(near(&change["from"], &from) && near(&change["until"], &to), "{effect}");
    assert_eq!(grants_of(&world, "unlinked_same_school").await, 0);
    let (status, _) = post(&world, &coordinator, &team, &link).await;
    assert_eq!(status, 409, "it is so already");
    let id = effect["created_id"].as_str().expect("an id").to_owned();
    let (status, effect) = post(&world, &coordinator, &format!("{team}/{id}/end"), &json!({ "version": 1 })).await;
    assert_eq!(status, 200, "{effect}");
    assert!(effect["changes"][0]["sections"][0]["after"].is_null());
    consistent(&world).await;
    let third = in_days(3);
    for (from, to) in [(&in_days(-1), &third), (&third, &third), (&third, &in_days(5_000))] {
        let link = json!({ "user_id": targets.user, "function": "class_teacher", "valid_from": from, "valid_to": to });
        assert_eq!(post(&world, &coordinator, &team, &link).await.0, 422, "{from} to {to}");
    }
}

#[tokio::test]
async fn a_judicial_restriction_hides_the_child_at_once_and_lifting_it_shows_it_again() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "guardian").await;
    let (coordinator, guardian) = (world.sign_in("coordinator").await, world.sign_in("guardian").await);
    let path = format!("/api/v1/admin/students/{}/guardians/{}", targets.student, targets.guardianship);
    let set = async |version: i32, restricted: bool| {
        let body = json!({ "version": version, "judicial_restriction": restricted });
        let answer = send(&world, &coordinator, Method::PATCH, &path, &body).await;
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let (status, effect) = set(1, true).await;
    assert_eq!(status, 200, "{effect}");
    assert!(effect["changes"][0]["sections"].as_array().expect("a list").iter().all(|s| s["after"].is_null()));
    assert_eq!(guardian.get(&world.pei_url()).await.status(), 404);
    consistent(&world).await;
    assert_eq!(set(1, false).await.0, 409, "somebody else was faster");
    assert_eq!(set(2, false).await.0, 200);
    assert_eq!(guardian.get(&world.pei_url()).await.status(), 200);
    assert_eq!(recorded(&world, "change_guardianship", "allowed").await, 2);
    assert_eq!(recorded(&world, "change_guardianship", "denied").await, 1);
}

#[tokio::test]
async fn a_court_outranks_the_function_that_the_same_person_exercises_in_the_school() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let (principal, coordinator) = (world.sign_in("principal").await, world.sign_in("coordinator").await);
    let students = format!("/api/v1/admin/students?school_id={}", targets.school);
    let one = targets.path("/api/v1/admin/students/{student_id}");
    let sees = async || {
        let (status, list) = read(&world, &coordinator, &students).await;
        assert_eq!(status, 200, "{list}");
        let listed = list.to_string().contains(&targets.student.to_string());
        let shown = coordinator.get(&world.url(&one)).await.status();
        (coordinator.get(&world.pei_url()).await.status().as_u16(), shown.as_u16(), listed)
    };
    assert_eq!(sees().await, (200, 200, true));
    // Every list of administration in which a child may be spoken of.
    let school = targets.school;
    let lists = [
        format!("/api/v1/admin/people?school_id={school}&limit=100"),
        format!("/api/v1/admin/people/{}", targets.user),
        format!("/api/v1/admin/people/{}", user(&world, "guardian").await),
        format!("/api/v1/admin/corrections?school_id={school}"),
        format!("/api/v1/admin/break-glass?school_id={school}"),
        "/api/v1/invitations".to_owned(),
    ];
    let speak_of_it = async || {
        let mut found = Vec::new();
        for list in &lists {
            let (status, body) = read(&world, &coordinator, list).await;
            assert_eq!(status, 200, "{list}: {body}");
            found.push(body.to_string().contains(&targets.student.to_string()));
        }
        found
    };
    assert_eq!(speak_of_it().await, [true; 6]);
    let restriction = json!({
        "user_id": user(&world, "coordinator").await, "kinship": "pai", "custody": "none", "can_view": true,
        "can_write": false, "judicial_restriction": true
    });
    let path = targets.path("/api/v1/admin/students/{student_id}/guardians");
    let (status, effect) = post(&world, &principal, &path, &restriction).await;
    assert_eq!(status, 200, "{effect}");
    assert_eq!(sees().await, (404, 404, false));
    assert_eq!(speak_of_it().await, [false; 6]);
    // Nor is anybody brought near the child, or the account of somebody near it taken.
    let invite = json!({
        "kind": "guardian", "name": "Ana", "student_id": targets.student,
        "guardianship": { "kinship": "avó", "custody": "sole", "can_write": true }
    });
    assert_eq!(send(&world, &coordinator, Method::POST, "/api/v1/invitations", &invite).await.status(), 404);
    let waiting = world.child(Target::Own).invitation;
    let withdraw = format!("/api/v1/invitations/{waiting}");
    assert_eq!(send(&world, &coordinator, Method::DELETE, &withdraw, &json!({})).await.status(), 404);
    assert_eq!(send(&world, &principal, Method::POST, "/api/v1/invitations", &invite).await.status(), 201);
    // Somebody else's preview still names the child.
    let ended = format!("/api/v1/admin/students/{}/team/{}/end?dry_run=true", targets.student, targets.link);
    let (_, effect_for_others) = post(&world, &principal, &ended, &json!({ "version": 1 })).await;
    assert_eq!(effect_for_others["changes"][0]["students"][0]["student_id"], json!(targets.student));
    assert_eq!(grants_of(&world, "coordinator").await, 0);
    // What the asker may not see may not be lifted either.
    let one = format!("{path}/{}", effect["created_id"].as_str().expect("an id"));
    let lift = json!({ "version": 1, "judicial_restriction": false });
    assert_eq!(send(&world, &coordinator, Method::PATCH, &one, &lift).await.status(), 404);
    assert!(grants_of(&world, "class_teacher").await > 0, "nobody else loses anything");
    consistent(&world).await;
    assert_eq!(send(&world, &principal, Method::PATCH, &one, &lift).await.status(), 200);
    assert_eq!((sees().await, speak_of_it().await), ((200, 200, true), vec![true; 6]));
    consistent(&world).await;
}

#[tokio::test]
async fn whom_a_court_keeps_away_takes_nobodys_account_who_is_near_the_child() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let principal = world.sign_in("principal").await;
    let near = [user(&world, "guardian").await, user(&world, "class_teacher").await];
    let ask = async |who: Uuid| {
        let (_, shown) = read(&world, &principal, &format!("/api/v1/admin/people/{who}")).await;
        let close = format!("/api/v1/admin/people/{who}/close?dry_run=true");
        let closes = post(&world, &principal, &close, &json!({})).await.0;
        (shown["may_close"] == true, closes)
    };
    for who in near {
        assert_eq!(ask(who).await, (true, 200));
    }
    let restriction = "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody, judicial_restriction) \
                       values (gen_random_uuid(), $1, $2, 'pai', 'none', true)";
    owner.execute(restriction, &[&world.student.0, &user(&world, "principal").await]).await.expect("written");
    for who in near {
        assert_eq!(ask(who).await, (false, 403));
        let code = format!("/api/v1/admin/people/{who}/reset-code");
        assert_eq!(send(&world, &principal, Method::POST, &code, &json!({})).await.status(), 403);
    }
    // Somebody near other children only is theirs to look after as before.
    assert_eq!(ask(user(&world, "classmate_guardian").await).await, (true, 200));
}

#[tokio::test]
async fn a_guardianship_is_given_changed_and_ended() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "classmate_guardian").await;
    let coordinator = world.sign_in("coordinator").await;
    let guardian = world.sign_in("classmate_guardian").await;
    let path = format!("/api/v1/admin/students/{}/guardians", targets.student);
    let body = json!({
        "user_id": targets.user, "kinship": " tia ", "custody": "none", "can_view": true, "can_write": false,
        "judicial_restriction": false
    });
    let (status, effect) = post(&world, &coordinator, &path, &body).await;
    assert_eq!(status, 200, "{effect}");
    assert_eq!(post(&world, &coordinator, &path, &body).await.0, 409, "is a guardian already");
    assert_eq!(guardian.get(&world.pei_url()).await.status(), 200);
    let one = format!("{path}/{}", effect["created_id"].as_str().expect("an id"));
    let patch = async |body: Value| {
        let answer = send(&world, &coordinator, Method::PATCH, &one, &body).await;
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let (status, effect) = patch(json!({ "version": 1, "can_write": true, "custody": "shared" })).await;
    assert_eq!(status, 200);
    let change = json!([{ "section": "ec_familia", "before": "read", "after": "write" }]);
    assert_eq!(effect["changes"][0]["sections"], change);
    let (_, student) = read(&world, &coordinator, &targets.path("/api/v1/admin/students/{student_id}")).await;
    let found =
        student["guardianships"].as_array().expect("a list").iter().find(|g| g["user_id"] == json!(targets.user));
    let found = found.expect("the new one");
    assert_eq!((&found["kinship"], &found["custody"], &found["version"]), (&json!("tia"), &json!("shared"), &json!(2)));
    assert_eq!(patch(json!({ "version": 2, "end": true })).await.0, 200);
    assert_eq!(guardian.get(&world.pei_url()).await.status(), 404);
    assert_eq!(patch(json!({ "version": 3, "end": true })).await.0, 409, "it is over");
    consistent(&world).await;
}

#[tokio::test]
async fn of_two_administrators_who_end_the_same_link_at_once_one_is_told_to_look_again() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "psychologist").await;
    let (coordinator, principal) = (world.sign_in("coordinator").await, world.sign_in("principal").await);
    let path = format!("/api/v1/admin/students/{}/team/{}/end", targets.student, targets.link);
    let later = json!({ "version": 1, "at": in_days(5) });
    let now = json!({ "version": 1 });
    let (one, other) = tokio::join!(post(&world, &coordinator, &path, &now), post(&world, &principal, &path, &later));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    consistent(&world).await;
}

#[tokio::test]
async fn nobody_joins_a_team_who_has_not_the_function_in_the_school_or_whom_a_court_keeps_away() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "unlinked_same_school").await;
    let coordinator = world.sign_in("coordinator").await;
    let team = format!("/api/v1/admin/students/{}/team", targets.student);
    let refused = async |who: &str, function: &str, field: &str| {
        let body = json!({ "user_id": user(&world, who).await, "function": function });
        let (status, body) = post(&world, &coordinator, &team, &body).await;
        assert_eq!((status, &body["errors"][0]["field"]), (422, &json!(field)), "{who} {function}: {body}");
    };
    refused("unlinked_same_school", "psychologist", "function").await;
    refused("unlinked_same_school", "principal", "function").await;
    refused("guardian", "class_teacher", "user_id").await;
    refused("other_school", "class_teacher", "user_id").await;
    refused("operator", "class_teacher", "user_id").await;
    let restriction = "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody, judicial_restriction) \
                       values (gen_random_uuid(), $1, $2, 'pai', 'none', true)";
    let owner = world.server.database.owner().await;
    owner.execute(restriction, &[&targets.student, &targets.user]).await.expect("written");
    refused("unlinked_same_school", "class_teacher", "user_id").await;
}
