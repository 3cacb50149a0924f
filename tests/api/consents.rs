//! What a family allows: who decides, who sees what, and that taking it back acts with its commit.

use kazumi::domain::consent::{ConsentKind, Voice, allows};
use kazumi::domain::invitation::Custody;
use kazumi::store::roles;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::World;
use super::admin::{post, read, user};
use super::places::Target;

fn path(world: &World) -> String {
    format!("/api/v1/students/{}/consents", world.student)
}

fn says(kind: &str, given: bool) -> Value {
    json!({ "kind": kind, "given": given, "text_version": 1 })
}

/// How a kind stands in an answer.
fn state<'a>(answer: &'a Value, kind: &str) -> &'a Value {
    let consents = answer["consents"].as_array().expect("a list");
    &consents.iter().find(|one| one["kind"] == kind).expect("every kind is there")["state"]
}

/// Whether the database allows it, asked as somebody of the team.
async fn allowed(world: &World, kind: &str) -> bool {
    let app = world.server.database.connect(roles::APP).await;
    let who = user(world, "class_teacher").await.to_string();
    app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
    app.query_one("select consent_allows($1, $2)", &[&world.student.0, &kind]).await.expect("an answer").get(0)
}

async fn run(world: &World, statement: &str) -> u64 {
    world.server.database.owner().await.execute(statement, &[]).await.expect(statement)
}

#[tokio::test]
async fn a_guardian_allows_and_takes_back_and_it_holds_at_once() {
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    let (status, before) = read(&world, &guardian, &path(&world)).await;
    assert_eq!((status, &before["decides"], &before["history"]), (200, &json!(true), &json!([])), "{before}");
    for kind in ConsentKind::ALL {
        assert_eq!(state(&before, kind.as_str()), "unasked");
        assert!(!allowed(&world, kind.as_str()).await);
    }
    let (status, after) = post(&world, &guardian, &path(&world), &says("photo", true)).await;
    assert_eq!((status, state(&after, "photo"), state(&after, "voice")), (200, &json!("given"), &json!("unasked")));
    assert!(allowed(&world, "photo").await && !allowed(&world, "voice").await);
    assert_eq!(after["consents"][0]["mine"], json!(true));
    // The same again is nothing new; a text of another day was not read.
    assert_eq!(post(&world, &guardian, &path(&world), &says("photo", true)).await.0, 409);
    let old = json!({ "kind": "voice", "given": true, "text_version": 2 });
    assert_eq!(post(&world, &guardian, &path(&world), &old).await.0, 409);

    let (_, after) = post(&world, &guardian, &path(&world), &says("photo", false)).await;
    assert_eq!(state(&after, "photo"), "withdrawn");
    assert!(!allowed(&world, "photo").await, "with its commit");
    let history = after["history"].as_array().expect("a list");
    let told: Vec<_> = history.iter().map(|one| (&one["given"], &one["guardian_name"], &one["paper"])).collect();
    let name = json!("guardian");
    assert_eq!(told, [(&json!(false), &name, &Value::Null), (&json!(true), &name, &Value::Null)]);
    // What was read is known by its hash.
    let owner = world.server.database.owner().await;
    let hashes = owner.query("select distinct text_hash from consents", &[]).await.expect("rows");
    let text = before["consents"][0]["text"].as_str().expect("a text");
    assert_eq!(hashes.len(), 1);
    assert_eq!(hashes[0].get::<_, Vec<u8>>(0), Sha256::digest(text).to_vec());
    let audited =
        "select string_agg(action || ' ' || outcome || ' ' || resource, ', ' order by audit_id) from audit_log
                   where action in ('consent.give', 'consent.withdraw')";
    let audited: String = owner.query_one(audited, &[]).await.expect("a row").get(0);
    assert_eq!(
        audited,
        "consent.give allowed consent/photo, consent.give denied consent/photo, consent.give denied consent/voice, \
         consent.withdraw allowed consent/photo"
    );
}

#[tokio::test]
async fn the_team_sees_what_holds_and_not_who_decided_and_decides_nothing() {
    let world = World::new(&[]).await;
    assert_eq!(post(&world, &world.sign_in("guardian").await, &path(&world), &says("voice", true)).await.0, 200);
    let teacher = world.sign_in("class_teacher").await;
    let (status, seen) = read(&world, &teacher, &path(&world)).await;
    assert_eq!((status, state(&seen, "voice"), &seen["history"]), (200, &json!("given"), &Value::Null));
    assert_eq!((&seen["decides"], &seen["records"]), (&json!(false), &json!(false)));
    assert_eq!(post(&world, &teacher, &path(&world), &says("voice", false)).await.0, 403);
    let app = world.server.database.connect(roles::APP).await;
    let who = user(&world, "class_teacher").await.to_string();
    app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
    let rows: i64 = app.query_one("select count(*) from consents", &[]).await.expect("a count").get(0);
    assert_eq!(rows, 0, "the second wall hides who decided");
    // Nothing of a child that one may not see, and nobody decides in another's name.
    let other = world.child(Target::OtherSchool).student.0;
    let voices = "select count(*) from consent_voices($1)";
    assert_eq!(app.query_one(voices, &[&other]).await.expect("a count").get::<_, i64>(0), 0);
    let forged = "insert into consents (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, \
                  recorded_by) select gen_random_uuid(), $1, 'photo', $2, true, 1, sha256(''), 'screen', $3";
    let (guardian, teacher) = (user(&world, "guardian").await, user(&world, "class_teacher").await);
    for (of, by) in [(guardian, guardian), (guardian, teacher), (teacher, teacher)] {
        assert!(app.execute(forged, &[&world.student.0, &of, &by]).await.is_err());
    }
    assert!(app.execute("update consents set given = false", &[]).await.is_err());
    assert!(app.execute("delete from consents", &[]).await.is_err());
}

#[tokio::test]
async fn the_school_records_what_a_guardian_signed_and_only_of_one_who_decides() {
    let world = World::new(&[]).await;
    let coordinator = world.sign_in("coordinator").await;
    let own = world.child(Target::Own);
    let paper = |guardian: String, given| {
        json!({ "kind": "third_parties", "given": given, "text_version": 1,
                "paper": { "guardian_id": guardian, "evidence": "Pasta 12, arquivo da secretaria" } })
    };
    let signed = paper(own.guardian.to_string(), true);
    let (status, after) = post(&world, &coordinator, &path(&world), &signed).await;
    assert_eq!((status, state(&after, "third_parties")), (200, &json!("given")), "{after}");
    assert_eq!((&after["decides"], &after["records"]), (&json!(false), &json!(true)));
    assert_eq!(after["history"][0]["paper"]["recorded_by_name"], "coordinator");
    assert_eq!(after["history"][0]["paper"]["evidence"], "Pasta 12, arquivo da secretaria");
    assert_eq!(post(&world, &coordinator, &path(&world), &signed).await.0, 409);
    // The other one says no, for herself: not allowed, and the school sees that they disagree.
    let guardian = world.sign_in("guardian").await;
    let (_, after) = post(&world, &guardian, &path(&world), &says("third_parties", false)).await;
    assert_eq!(state(&after, "third_parties"), "disputed");
    assert!(!allowed(&world, "third_parties").await);
    for who in ["restricted_guardian", "class_teacher", "classmate_guardian"] {
        let stranger = paper(user(&world, who).await.to_string(), true);
        let (status, refused) = post(&world, &coordinator, &path(&world), &stranger).await;
        assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("guardian_id")), "{who}");
    }
    for evidence in ["", "   ", &"a".repeat(201)] {
        let mut empty = paper(own.guardian.to_string(), false);
        empty["paper"]["evidence"] = json!(evidence);
        assert_eq!(post(&world, &coordinator, &path(&world), &empty).await.0, 422);
    }
    let signed = paper(own.guardian.to_string(), false);
    for (who, status) in
        [("class_teacher", 403), ("guardian", 403), ("coordinator_other_school", 404), ("network_manager", 404)]
    {
        assert_eq!(post(&world, &world.sign_in(who).await, &path(&world), &signed).await.0, status, "{who}");
    }
}

#[tokio::test]
async fn who_loses_the_power_to_decide_loses_what_they_allowed() {
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    assert_eq!(post(&world, &guardian, &path(&world), &says("photo", true)).await.0, 200);
    let of_guardian = "where user_id = (select user_id from credentials where email = 'guardian@example.org')";
    for (change, back) in [
        ("judicial_restriction = true", "judicial_restriction = false"),
        ("custody = 'none'", "custody = 'shared'"),
        ("valid_to = now()", "valid_to = null"),
    ] {
        assert!(allowed(&world, "photo").await);
        assert_eq!(run(&world, &format!("update guardianships set {change} {of_guardian}")).await, 1);
        assert!(!allowed(&world, "photo").await, "{change}");
        run(&world, &format!("update guardianships set {back} {of_guardian}")).await;
    }
    // Without custody one reads what holds and decides nothing.
    run(&world, &format!("update guardianships set custody = 'none' {of_guardian}")).await;
    assert_eq!(read(&world, &guardian, &path(&world)).await.1["decides"], json!(false));
    assert_eq!(post(&world, &guardian, &path(&world), &says("photo", false)).await.0, 403);
}

#[tokio::test]
async fn the_database_and_the_rule_agree_on_every_family_of_two() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let app = world.server.database.connect(roles::APP).await;
    let who = user(&world, "class_teacher").await.to_string();
    app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
    let mut people = Vec::new();
    for custody in [Custody::Shared, Custody::Sole, Custody::None] {
        for restricted in [false, true] {
            people.extend([None, Some(true), Some(false)].map(|gives| (custody, restricted, gives)));
        }
    }
    let pair = [user(&world, "guardian").await, world.child(Target::Own).guardian.0];
    let set = "update guardianships set custody = $3, judicial_restriction = $4 where user_id = $1 and student_id = $2";
    let say = "insert into consents (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, \
               recorded_by) select gen_random_uuid(), $2, 'photo', $1, $3, 1, sha256(''), 'screen', $1";
    let mut seen = [0, 0];
    for one in &people {
        for other in &people {
            owner.execute("delete from consents", &[]).await.expect("empty");
            let mut voices = Vec::new();
            for (id, (custody, restricted, gives)) in pair.iter().zip([one, other]) {
                owner.execute(set, &[id, &world.student.0, &custody.as_str(), restricted]).await.expect("set");
                if let Some(given) = gives {
                    // Before that the opposite: the last word counts.
                    for given in [!given, *given] {
                        owner.execute(say, &[id, &world.student.0, &given]).await.expect("said");
                    }
                }
                if *custody != Custody::None && !restricted {
                    voices.push(Voice { custody: *custody, gives: *gives });
                }
            }
            let allowed: bool = app
                .query_one("select consent_allows($1, 'photo')", &[&world.student.0])
                .await
                .expect("an answer")
                .get(0);
            assert_eq!(allowed, allows(&voices), "{one:?} and {other:?}");
            seen[usize::from(allowed)] += 1;
        }
    }
    assert!(seen[0] > 100 && seen[1] > 20, "{seen:?}");
}
