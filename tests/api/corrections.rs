//! Requests to correct something: who asks, who sees, who answers, and that both words are kept.

use kazumi::store::roles;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::World;
use super::admin::{post, read, user};
use super::places::Target;

fn path(world: &World) -> String {
    format!("/api/v1/students/{}/corrections", world.student)
}

fn wish() -> Value {
    json!({ "wrong": "  O sobrenome está com S. ", "should_say": "Souza, com Z." })
}

/// The requests of an answer that say these words.
fn of<'a>(answer: &'a Value, wrong: &str) -> Vec<&'a Value> {
    answer["requests"].as_array().expect("a list").iter().filter(|one| one["wrong"] == wrong).collect()
}

fn moment(value: &Value) -> OffsetDateTime {
    OffsetDateTime::parse(value.as_str().expect("a moment"), &Rfc3339).expect("a moment")
}

#[tokio::test]
async fn a_guardian_asks_and_the_direction_answers_and_both_words_are_kept() {
    const WRONG: &str = "O sobrenome está com S.";
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    let (status, asked) = post(&world, &guardian, &path(&world), &wish()).await;
    assert_eq!((status, &asked["asks_as"], &asked["answers"]), (200, &json!("guardian"), &json!(false)), "{asked}");
    let [request] = of(&asked, WRONG)[..] else { panic!("{asked}") };
    assert_eq!((&request["state"], &request["mine"], &request["answer"]), (&json!("open"), &json!(true), &Value::Null));
    assert_eq!(moment(&request["due_at"]) - moment(&request["asked_at"]), time::Duration::days(15));

    // It waits where the school answers, the most urgent first.
    let coordinator = world.sign_in("coordinator").await;
    let waiting = format!("/api/v1/admin/corrections?school_id={}", world.schools.0);
    let (_, list) = read(&world, &coordinator, &waiting).await;
    let mut due: Vec<_> =
        list["corrections"].as_array().expect("a list").iter().map(|one| moment(&one["due_at"])).collect();
    assert!(due.is_sorted() && due.len() > 1, "{list}");
    let id = request["correction_id"].as_str().expect("an id");
    assert!(list.to_string().contains(id));
    let answer = format!("{}/{id}/answer", path(&world));
    let words = json!({ "accepted": false, "answer": "Na certidão está com S. Traga uma cópia, por favor." });
    let (status, answered) = post(&world, &coordinator, &answer, &words).await;
    assert_eq!((status, &answered["answers"]), (200, &json!(true)), "{answered}");
    due.pop();
    let (_, list) = read(&world, &coordinator, &waiting).await;
    assert_eq!(list["corrections"].as_array().expect("a list").len(), due.len(), "it waits no more");

    let (_, seen) = read(&world, &guardian, &path(&world)).await;
    let [request] = of(&seen, WRONG)[..] else { panic!("{seen}") };
    assert_eq!((&request["state"], &request["answer"]), (&json!("refused"), &words["answer"]));
    assert_eq!(request["answered_by_name"], "coordinator");
    // Decided once.
    assert_eq!(post(&world, &world.sign_in("principal").await, &answer, &words).await.0, 409);
    let owner = world.server.database.owner().await;
    let audited = "select string_agg(action || ' ' || outcome, ', ' order by audit_id) from audit_log
                   where action in ('correction.ask', 'correction.answer') and resource = $1";
    let audited: String = owner.query_one(audited, &[&format!("correction/{id}")]).await.expect("a row").get(0);
    assert_eq!(audited, "correction.ask allowed, correction.answer allowed, correction.answer denied");
}

#[tokio::test]
async fn a_member_of_the_team_asks_about_themselves_and_only_the_school_sees_it() {
    let world = World::new(&[]).await;
    let teacher = world.sign_in("class_teacher").await;
    let (status, asked) = post(&world, &teacher, &path(&world), &wish()).await;
    assert_eq!((status, &asked["asks_as"]), (200, &json!("team")));
    assert_eq!(asked["requests"].as_array().expect("a list").len(), 1, "what the family asked is not theirs to see");
    let id = asked["requests"][0]["correction_id"].as_str().expect("an id").to_owned();
    let answer = format!("{}/{id}/answer", path(&world));
    let words = json!({ "accepted": true, "answer": "Corrigimos." });
    for (who, sees, status) in [
        ("guardian", false, 404),
        ("psychologist", false, 404),
        ("class_teacher", true, 403),
        ("coordinator", true, 200),
    ] {
        let person = world.sign_in(who).await;
        let seen = read(&world, &person, &path(&world)).await.1;
        assert_eq!(seen["requests"].to_string().contains(&id), sees, "{who}");
        assert_eq!(post(&world, &person, &answer, &words).await.0, status, "{who}");
    }
}

#[tokio::test]
async fn nobody_answers_their_own_request_and_requests_have_bounds() {
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    for (wrong, should_say, field) in [("", "x", "wrong"), ("x", " ", "should_say"), (&"a".repeat(1001), "x", "wrong")]
    {
        let body = json!({ "wrong": wrong, "should_say": should_say });
        let (status, answer) = post(&world, &guardian, &path(&world), &body).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!(field)));
    }
    for _ in 0..10 {
        assert_eq!(post(&world, &guardian, &path(&world), &wish()).await.0, 200);
    }
    assert_eq!(post(&world, &guardian, &path(&world), &wish()).await.0, 409, "ten are open");
    // The mother directs the school: she asks as the family and somebody else answers.
    let owner = world.server.database.owner().await;
    let make = "insert into staff_functions (staff_function_id, user_id, school_id, function)
                select gen_random_uuid(), $1, $2, 'principal'";
    let mother = user(&world, "guardian").await;
    owner.execute(make, &[&mother, &world.child(Target::Own).school]).await.expect("a principal");
    let (_, seen) = read(&world, &guardian, &path(&world)).await;
    assert_eq!((&seen["answers"], &seen["asks_as"]), (&json!(true), &json!("guardian")));
    let own = seen["requests"].as_array().expect("a list").iter().find(|one| one["mine"] == true).expect("her own");
    let answer = format!("{}/{}/answer", path(&world), own["correction_id"].as_str().expect("an id"));
    assert_eq!(post(&world, &guardian, &answer, &json!({ "accepted": true, "answer": "Sim." })).await.0, 403);
    // The second wall says the same.
    let app = world.server.database.connect(roles::APP).await;
    app.execute("select set_config('app.user_id', $1, false)", &[&mother.to_string()]).await.expect("an identity");
    let decide = "update corrections set accepted = true, answer = 'Sim', answered_by = $1, answered_at = now() \
                  where asked_by = $1";
    assert_eq!(app.execute(decide, &[&mother]).await.expect("hidden"), 0);
    assert!(app.execute("update corrections set wrong = 'outra coisa'", &[]).await.is_err());
    assert!(app.execute("delete from corrections", &[]).await.is_err());
}
