//! Students and plans: what is shown, what is not told apart, and what a closed plan allows.

use serde_json::{Value, json};

use super::fixture::CANARY;
use super::{World, without_request_id};

#[tokio::test]
async fn a_plan_out_of_reach_and_one_that_does_not_exist_answer_alike() {
    let world = World::new(&[]).await;
    let stranger = world.sign_in("unlinked_same_school").await;
    let mut answers = Vec::new();
    for path in [world.pei.to_string(), kazumi::domain::ids::PeiId::generate().to_string(), "not-an-id".to_owned()] {
        let answer = stranger.get(&world.url(&format!("/api/v1/peis/{path}"))).await;
        assert_eq!(answer.status(), 404);
        let mut headers: Vec<_> = answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.retain(|(name, _)| name != "x-request-id" && name != "date");
        answers.push((headers, without_request_id(answer).await));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
}

#[tokio::test]
async fn the_list_names_the_relation_the_plan_and_its_sections() {
    let world = World::new(&[]).await;
    let teacher = world.sign_in("class_teacher").await;
    let list: Value = teacher.get(&world.url("/api/v1/students")).await.json().await.expect("JSON");
    let student = &list["students"][0];
    assert_eq!((list["students"].as_array().map(Vec::len), student["name"].as_str()), (Some(1), Some(CANARY)));
    assert_eq!((&student["class_name"], &student["school_name"]), (&json!("3 A"), &json!("School")));
    assert_eq!(student["relations"], json!(["class_teacher"]));
    let pei = &student["pei"];
    assert_eq!((&pei["pei_id"], &pei["state"]), (&json!(world.pei), &json!("em_elaboracao")));
    assert_eq!(pei["readable_sections"].as_array().map(Vec::len), Some(7));
    assert_eq!(pei["writable_sections"].as_array().map(Vec::len), Some(6));
    assert_eq!(pei["updated_at"], Value::Null);

    let guardian = world.sign_in("guardian").await;
    let list: Value = guardian.get(&world.url("/api/v1/students")).await.json().await.expect("JSON");
    assert_eq!(list["students"][0]["relations"], json!(["guardian"]));
    assert_eq!(list["students"][0]["pei"]["writable_sections"], json!(["ec_familia"]));
}

#[tokio::test]
async fn a_plan_names_its_documents_with_lineage_and_schema_and_its_team() {
    let world = World::new(&[]).await;
    let plan: Value = world.sign_in("guardian").await.get(&world.pei_url()).await.json().await.expect("JSON");
    let goals = plan["sections"].as_array().expect("a list").last().expect("a section");
    assert_eq!((&goals["section"], &goals["kind"], &goals["class"]), (&json!("metas"), &json!("goals"), &json!("P")));
    let document = goals["document"].as_str().expect("a name");
    let name: kazumi::domain::pei::DocumentName = document.parse().expect("a document name");
    assert_eq!((name.pei, name.copy.map(|(_, schema)| schema)), (world.pei, Some(1)));
    let functions: Vec<_> = plan["team"].as_array().expect("a list").iter().map(|member| &member["function"]).collect();
    assert_eq!(functions.len(), 11, "links of yesterday and tomorrow are not in the team of today: {functions:?}");
}

#[tokio::test]
async fn in_a_plan_that_is_not_editable_nobody_writes() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let teacher = world.sign_in("class_teacher").await;
    for (state, editable) in [("em_revisao", false), ("vigente", false), ("em_reavaliacao", true), ("encerrado", false)]
    {
        owner.execute("update peis set state = $1 where pei_id = $2", &[&state, &world.pei.0]).await.expect("updated");
        let plan: Value = teacher.get(&world.pei_url()).await.json().await.expect("JSON");
        assert_eq!((&plan["state"], &plan["editable"]), (&json!(state), &json!(editable)));
        let writes = plan["sections"].as_array().expect("a list").iter().any(|section| section["access"] == "write");
        assert_eq!(writes, editable, "{state}");
        let list: Value = teacher.get(&world.url("/api/v1/students")).await.json().await.expect("JSON");
        let writable = list["students"][0]["pei"]["writable_sections"].as_array().expect("a list").len();
        assert_eq!(writable > 0, editable, "{state}");
    }
}

#[tokio::test]
async fn opening_a_plan_is_recorded_whether_it_was_shown_or_not() {
    let world = World::new(&[]).await;
    world.sign_in("class_teacher").await.get(&world.pei_url()).await;
    world.sign_in("other_school").await.get(&world.pei_url()).await;
    let owner = world.server.database.owner().await;
    let statement = "select outcome, student_id is not null from audit_log where action = 'pei.open' order by audit_id";
    let rows = owner.query(statement, &[]).await.expect("rows");
    let outcomes: Vec<(String, bool)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(outcomes, [("allowed".to_owned(), true), ("denied".to_owned(), false)]);
}

#[tokio::test]
async fn a_link_that_ends_takes_the_student_away_at_once() {
    let world = World::new(&[]).await;
    let teacher = world.sign_in("class_teacher").await;
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 200);
    let mut owner = world.server.database.owner().await;
    let transaction = owner.transaction().await.expect("a transaction");
    let statement = "update team_links set valid_to = now()
                     where user_id = (select user_id from credentials where email = 'class_teacher@example.org')";
    assert_eq!(transaction.execute(statement, &[]).await.expect("updated"), 1);
    kazumi::store::grants::rebuild_for_student(&transaction, world.student).await.expect("grants");
    transaction.commit().await.expect("committed");
    assert_eq!(teacher.get(&world.pei_url()).await.status(), 404);
}
