//! Emergency access: who may open a child's record for an hour, what it gives, who is told, and that it ends on open sockets too.

use serde_json::{Value, json};
use uuid::Uuid;

use super::World;
use super::admin::{post, read, user};
use super::fixture::{Person, email};
use super::places::Target;
use crate::collaboration::document_named;
use crate::collaboration::raw::{Heard, RawClient};

const REASON: &str = "Convulsão no recreio, o SAMU pergunta pelos remédios.";
/// Mails are written and never leave: nobody listens there.
const MAILS: [(&str, &str); 3] = [
    ("KAZUMI_SMTP_URL", "smtp://127.0.0.1:9"),
    ("KAZUMI_MAIL_FROM", "Kazumi <kazumi@example.org>"),
    ("KAZUMI_PUBLIC_ORIGINS", "https://pei.example.org"),
];

fn path(world: &World) -> String {
    format!("/api/v1/admin/students/{}/break-glass", world.student)
}

async fn open(world: &World, person: &Person) -> (u16, Value) {
    post(world, person, &path(world), &json!({ "reason": REASON })).await
}

/// What the audit log says of emergencies: outcome and resource.
async fn recorded(world: &World, action: &str) -> Vec<(String, String)> {
    let owner = world.server.database.owner().await;
    let statement = "select outcome, coalesce(resource, '') from audit_log where action = $1 order by audit_id";
    let rows = owner.query(statement, &[&action]).await.expect("rows");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn consistent(world: &World) {
    let mut owner = world.server.database.owner().await;
    let transaction = owner.transaction().await.expect("a transaction");
    assert_eq!(kazumi::store::grants::differences(&transaction).await.expect("compared"), []);
}

async fn run(world: &World, statement: &str, who: Uuid) {
    let owner = world.server.database.owner().await;
    assert!(owner.execute(statement, &[&who]).await.expect("done") > 0, "{statement}");
}

/// Waits until the seat ends because nothing is left.
async fn ends(client: &mut RawClient) {
    let over = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4404 not_found").then_some(());
    client.hear_until(over).await;
}

#[tokio::test]
async fn an_emergency_opens_one_child_to_read_and_everybody_who_may_know_is_told() {
    let world = World::new(&MAILS).await;
    let manager = world.sign_in("network_manager").await;
    assert_eq!(manager.get(&world.pei_url()).await.status(), 404);
    let preview = format!("{}?dry_run=true", path(&world));
    let (status, told) = post(&world, &manager, &preview, &json!({ "reason": REASON })).await;
    assert_eq!((status, &told["applied"], &told["changes"][0]["students"]), (200, &json!(false), &json!([])));
    assert_eq!(manager.get(&world.pei_url()).await.status(), 404, "a preview opens nothing");

    let (status, effect) = open(&world, &manager).await;
    assert_eq!((status, &effect["applied"]), (200, &json!(true)), "{effect}");
    let sections = effect["changes"][0]["sections"].as_array().expect("a list");
    assert!(sections.len() == 7 && sections.iter().all(|section| section["after"] == "read"), "{effect}");
    assert!(effect["changes"][0]["until"].is_string() || effect["changes"][1]["from"].is_string(), "{effect}");
    let plan: Value = manager.get(&world.pei_url()).await.json().await.expect("JSON");
    assert!(plan["sections"].as_array().expect("a list").iter().all(|section| section["access"] == "read"));
    // This child and no other.
    for target in [Target::Classmate, Target::OtherSchool, Target::OtherNetwork] {
        let other = world.url(&format!("/api/v1/peis/{}", world.child(target).pei));
        assert_eq!(manager.get(&other).await.status(), 404, "{target:?}");
    }
    assert_eq!(manager.get(&world.url(&format!("/api/v1/students/{}/accesses", world.student))).await.status(), 404);
    consistent(&world).await;

    // The family reads who, as whom, why and what; direction and coordination the same, in one list.
    let document = document_named(&plan, "metas");
    drop(RawClient::join(&world.server, &document, &manager.token).await);
    let seen =
        read(&world, &world.sign_in("guardian").await, &format!("/api/v1/students/{}/accesses", world.student)).await.1;
    let first = &seen["emergencies"][0];
    assert_eq!((&first["name"], &first["acted_as"]), (&json!("network_manager"), &json!("network_manager")));
    assert_eq!((&first["reason"], &first["user_id"]), (&json!(REASON), &manager.me["user_id"]));
    assert_eq!(
        (&seen["entries"][0]["name"], &seen["entries"][0]["in_emergency"]),
        (&json!("network_manager"), &json!(true))
    );
    let list = format!("/api/v1/admin/break-glass?school_id={}", world.schools.0);
    for relation in ["principal", "coordinator"] {
        let (status, listed) = read(&world, &world.sign_in(relation).await, &list).await;
        let first = &listed["emergencies"][0];
        assert_eq!((status, &first["reason"], &first["is_open"]), (200, &json!(REASON), &json!(true)), "{listed}");
    }
    // Mails went to those who may know, and say nothing of the child.
    let owner = world.server.database.owner().await;
    let mails =
        owner.query("select recipient, body from outbox where kind = 'emergency' order by 1", &[]).await.expect("rows");
    let to: Vec<String> = mails.iter().map(|row| row.get(0)).collect();
    assert_eq!(to, ["coordinator", "guardian", "principal"].map(email));
    assert!(
        mails
            .iter()
            .all(|row| !row.get::<_, String>(1).contains("Canário") && !row.get::<_, String>(1).contains("SAMU"))
    );
    // The record holds the hash of the words and not the words.
    let [(outcome, resource)] = recorded(&world, "emergency.open").await.try_into().expect("one");
    assert_eq!(outcome, "allowed");
    let hash: String = owner
        .query_one("select encode(sha256(convert_to($1, 'utf8')), 'hex')", &[&REASON])
        .await
        .expect("a hash")
        .get(0);
    assert!(resource.ends_with(&format!("reason sha256:{hash}")) && !resource.contains("SAMU"), "{resource}");
    assert_eq!(world.server.metric("kazumi_emergencies_total").await, 1.0);
}

#[tokio::test]
async fn an_emergency_ends_by_itself_and_when_it_is_ended_and_open_sockets_with_it() {
    let world = World::new(&[]).await;
    let manager = world.sign_in("network_manager").await;
    let who = user(&world, "network_manager").await;
    let (status, effect) = open(&world, &manager).await;
    assert_eq!(status, 200, "{effect}");
    // Opening it twice says that it is open.
    assert_eq!(open(&world, &manager).await.0, 409);
    let owner = world.server.database.owner().await;
    let until = "select bool_and(valid_to between now() + interval '59 minutes' and now() + interval '1 hour') \
                 from grants where user_id = $1";
    assert!(owner.query_one(until, &[&who]).await.expect("a row").get::<_, bool>(0), "an hour at most");
    let plan: Value = manager.get(&world.pei_url()).await.json().await.expect("JSON");
    let document = document_named(&plan, "metas");
    let mut seat = RawClient::join(&world.server, &document, &manager.token).await;
    // The coordinator ends it.
    let emergency = effect["created_id"].as_str().expect("an id");
    let end = format!("{}/{emergency}/end", path(&world));
    let (status, ended) = post(&world, &world.sign_in("coordinator").await, &end, &json!({})).await;
    assert_eq!(status, 200, "{ended}");
    ends(&mut seat).await;
    assert_eq!(manager.get(&world.pei_url()).await.status(), 404);
    assert_eq!(post(&world, &manager, &end, &json!({})).await.0, 409, "it is over");
    consistent(&world).await;

    // Once more, and this time nobody ends it: its date passes.
    assert_eq!(open(&world, &manager).await.0, 200);
    let mut seat = RawClient::join(&world.server, &document, &manager.token).await;
    run(
        &world,
        "update grants set valid_to = now() + interval '1 second' where user_id = $1 and valid_to > now()",
        who,
    )
    .await;
    ends(&mut seat).await;
    assert_eq!(manager.get(&world.pei_url()).await.status(), 404);
}

#[tokio::test]
async fn an_emergency_needs_a_reason_a_fresh_proof_and_a_right_and_nobody_a_court_keeps_away_has_one() {
    let world = World::new(&[]).await;
    let manager = world.sign_in("network_manager").await;
    let who = user(&world, "network_manager").await;
    for (reason, code) in
        [("urgente".to_owned(), "too_short"), ("a".repeat(501), "too_long"), (" ".repeat(40), "too_short")]
    {
        let (status, answer) = post(&world, &manager, &path(&world), &json!({ "reason": reason })).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!(code)), "{answer}");
    }
    let owner = world.server.database.owner().await;
    let stale = "update login_sessions set confirmed_at = now() - interval '6 minutes' where user_id = $1";
    run(&world, stale, who).await;
    let find = format!("/api/v1/admin/break-glass/students?school_id={}&name=Canário-7f3a", world.schools.0);
    for (status, answer) in [open(&world, &manager).await, read(&world, &manager, &find).await] {
        assert_eq!((status, &answer["code"]), (403, &json!("step_up_required")));
    }
    let manager = world.sign_in("network_manager").await;
    // The whole name finds the child, a part of it does not.
    assert_eq!(read(&world, &manager, &find).await.1["students"][0]["student_id"], json!(world.student.to_string()));
    for name in ["Can", "7f3a", "Canário", "%", "_"] {
        let find =
            format!("/api/v1/admin/break-glass/students?school_id={}&name={name}", world.schools.0).replace('%', "%25");
        assert_eq!(read(&world, &manager, &find).await.1["students"], json!([]), "{name}");
    }
    // Whom a court keeps from the child is answered like somebody for whom there is no child.
    let restrict = "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody, judicial_restriction) \
                    select gen_random_uuid(), $2, $1, 'pai', 'none', $3";
    owner.execute(restrict, &[&who, &world.student.0, &true]).await.expect("restricted");
    let nothing = post(
        &world,
        &manager,
        &format!("/api/v1/admin/students/{}/break-glass", Uuid::now_v7()),
        &json!({ "reason": REASON }),
    )
    .await;
    let refused = open(&world, &manager).await;
    assert_eq!((refused.0, &refused.1["code"], &refused.1["detail"]), (404, &nothing.1["code"], &nothing.1["detail"]));
    // A guardian without a restriction has a way of their own, and is told so.
    owner.execute("delete from guardianships where user_id = $1", &[&who]).await.expect("gone");
    owner.execute(restrict, &[&who, &world.student.0, &false]).await.expect("a guardian");
    assert_eq!(open(&world, &manager).await.0, 403);
    owner.execute("delete from guardianships where user_id = $1", &[&who]).await.expect("gone");
    let outcomes: Vec<_> = recorded(&world, "emergency.open").await.into_iter().map(|(outcome, _)| outcome).collect();
    assert!(outcomes.len() == 3 && outcomes.iter().all(|outcome| outcome == "denied"), "{outcomes:?}");
    // Not without end.
    for child in
        [Target::Own, Target::Classmate, Target::Schoolmate, Target::OtherSchool].map(|target| world.child(target))
    {
        let path = format!("/api/v1/admin/students/{}/break-glass", child.student);
        let (status, effect) = post(&world, &manager, &path, &json!({ "reason": REASON })).await;
        assert_eq!(status, 200, "{effect}");
        let end = format!("{path}/{}/end", effect["created_id"].as_str().expect("an id"));
        assert_eq!(post(&world, &manager, &end, &json!({})).await.0, 200, "whoever opened it ends it");
    }
    assert_eq!(open(&world, &manager).await.0, 200);
    let classmate = format!("/api/v1/admin/students/{}/break-glass", world.child(Target::Classmate).student);
    assert_eq!(
        post(&world, &manager, &classmate, &json!({ "reason": REASON })).await.0,
        403,
        "the sixth within an hour"
    );
    consistent(&world).await;
}

#[tokio::test]
async fn what_was_written_down_of_an_emergency_is_not_changed_again_but_for_the_erasure_of_its_words() {
    let world = World::new(&[]).await;
    assert_eq!(open(&world, &world.sign_in("network_manager").await).await.0, 200);
    let owner = world.server.database.owner().await;
    for statement in [
        "update break_glass set reason = 'Um motivo que soa muito melhor'",
        "update break_glass set opened_at = opened_at - interval '1 minute'",
        "update break_glass set valid_to = valid_to - interval '1 minute'",
        "delete from break_glass",
        "truncate break_glass",
    ] {
        let refused = owner.execute(statement, &[]).await.expect_err(statement);
        assert_eq!(refused.code().expect("a code").code(), "42501", "{statement}");
    }
    assert!(owner.execute("update break_glass set reason = null", &[]).await.expect("erased") > 0);
}
