//! What administration refuses: what is foreign, gone or one's own, what lacks a proof, and what is not in the agreed form.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::admin::{Targets, post, read, recorded, send, user};
use super::{World, without_request_id};

/// Method, address without the query, a body that is in form.
fn acts(targets: &Targets) -> Vec<(Method, String, Value)> {
    let about = json!({ "version": 1 });
    let guardian = json!({
        "user_id": targets.user, "kinship": "tia", "custody": "none", "can_view": true, "can_write": false,
        "judicial_restriction": false
    });
    [
        (
            Method::POST,
            "people/{user_id}/functions",
            json!({ "function": "psychologist", "school_id": targets.school }),
        ),
        (Method::POST, "people/{user_id}/functions/{function_id}/end", about.clone()),
        (Method::POST, "people/{user_id}/close", json!({})),
        (Method::POST, "people/{user_id}/open", json!({})),
        (Method::POST, "people/{user_id}/end-sessions", json!({})),
        (
            Method::POST,
            "students/{student_id}/team",
            json!({ "user_id": targets.unlinked, "function": "class_teacher" }),
        ),
        (Method::POST, "students/{student_id}/team/{link_id}/end", about.clone()),
        (Method::POST, "students/{student_id}/guardians", guardian),
        (Method::PATCH, "students/{student_id}/guardians/{guardianship_id}", about),
    ]
    .map(|(method, template, body)| (method, targets.path(&format!("/api/v1/admin/{template}")), body))
    .into()
}

#[tokio::test]
async fn what_is_foreign_and_what_does_not_exist_are_refused_alike() {
    let world = World::new(&[]).await;
    // Everything of the school, asked by the coordinator of the other one; and everything of nowhere.
    let ours = Targets::of(&world, "class_teacher").await;
    let nowhere = Targets {
        user: Uuid::now_v7(),
        function: Uuid::now_v7(),
        link: Uuid::now_v7(),
        guardianship: Uuid::now_v7(),
        student: Uuid::now_v7(),
        unlinked: ours.unlinked,
        school: Uuid::now_v7(),
        other_school: ours.other_school,
    };
    let (stranger, principal) = (world.sign_in("coordinator_other_school").await, world.sign_in("principal").await);
    let mut expected = None;
    for (asker, targets) in [(&stranger, &ours), (&stranger, &nowhere), (&principal, &nowhere)] {
        for (method, path, body) in acts(targets) {
            let answer = send(&world, asker, method, &path, &body).await;
            assert_eq!(answer.status(), 404, "{path}");
            let refusal = without_request_id(answer).await;
            assert_eq!(&refusal, expected.get_or_insert_with(|| refusal.clone()), "{path}");
        }
        for template in [
            "/api/v1/admin/people",
            "/api/v1/admin/people/{user_id}",
            "/api/v1/admin/students",
            "/api/v1/admin/students/{student_id}",
        ] {
            let answer = asker.get(&world.url(&targets.path(template))).await;
            assert_eq!(Some(without_request_id(answer).await), expected, "{template}");
        }
    }
    let mixed = format!("/api/v1/admin/students/{}/team/{}/end", ours.student, nowhere.link);
    assert_eq!(post(&world, &principal, &mixed, &json!({ "version": 1 })).await.0, 404);
    for path in ["/api/v1/admin/people/x", "/api/v1/admin/students/1"] {
        assert_eq!(read(&world, &principal, path).await.0, 404, "{path}");
    }
    assert!(recorded(&world, "end_link", "denied").await >= 3);
}

#[tokio::test]
async fn an_act_needs_a_fresh_proof_and_its_preview_does_not() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let principal = world.sign_in("principal").await;
    let owner = world.server.database.owner().await;
    owner.execute("update login_sessions set confirmed_at = now() - interval '1 hour'", &[]).await.expect("aged");
    for (method, path, body) in acts(&targets) {
        let answer = send(&world, &principal, method.clone(), &path, &body).await;
        assert_eq!(without_request_id(answer).await["code"], json!("step_up_required"), "{path}");
        let answer = send(&world, &principal, method, &format!("{path}?dry_run=true"), &body).await;
        assert_ne!(answer.status(), 403, "{path}");
    }
    let changed = "select count(*) from auth_changes where at > (select max(created_at) from login_sessions)";
    let changed: i64 = owner.query_one(changed, &[]).await.expect("a count").get(0);
    assert_eq!(changed, 0, "a preview rings no bell");
}

#[tokio::test]
async fn nobody_changes_their_own_ties_or_account() {
    let world = World::new(&[]).await;
    for relation in ["principal", "coordinator"] {
        let asker = world.sign_in(relation).await;
        let own = Targets::of(&world, relation).await;
        let tie = json!({ "user_id": own.user, "function": "class_teacher" });
        let guardian = json!({ "user_id": own.user, "kinship": "mãe", "custody": "sole", "can_view": true,
            "can_write": true, "judicial_restriction": false });
        for (path, body) in [
            (format!("people/{}/functions", own.user), json!({ "function": "psychologist", "school_id": own.school })),
            (format!("people/{}/functions/{}/end", own.user, own.function), json!({ "version": 1 })),
            (format!("people/{}/close", own.user), json!({})),
            (format!("people/{}/end-sessions", own.user), json!({})),
            (format!("students/{}/team", own.student), tie),
            (format!("students/{}/guardians", own.student), guardian),
        ] {
            let (status, answer) = post(&world, &asker, &format!("/api/v1/admin/{path}"), &body).await;
            assert_eq!((status, &answer["code"]), (403, &json!("forbidden")), "{relation} {path}");
        }
        let (_, detail) = read(&world, &asker, &own.path("/api/v1/admin/people/{user_id}")).await;
        assert_eq!((&detail["person"]["is_self"], &detail["may_close"]), (&json!(true), &json!(false)));
    }
}

#[tokio::test]
async fn nobody_gives_or_ends_a_function_of_their_own_rank_or_above() {
    let world = World::new(&[]).await;
    let school = Targets::of(&world, "principal").await.school;
    for (asker, function) in [
        ("principal", "principal"),
        ("principal", "network_manager"),
        ("coordinator", "class_teacher"),
        ("network_manager", "network_manager"),
        ("network_manager", "class_teacher"),
    ] {
        let person = world.sign_in(asker).await;
        let path = format!("/api/v1/admin/people/{}/functions", user(&world, "aee_teacher").await);
        let body = json!({ "function": function, "school_id": school });
        assert_eq!(post(&world, &person, &path, &body).await.0, 403, "{asker} gives {function}");
    }
    let principal = world.sign_in("principal").await;
    let guardian = format!("/api/v1/admin/people/{}/functions", user(&world, "guardian").await);
    let body = json!({ "function": "class_teacher", "school_id": school });
    assert_eq!(post(&world, &principal, &guardian, &body).await.0, 422, "the family has no function");
}

#[tokio::test]
async fn what_is_not_in_the_agreed_form_is_refused_by_name() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let principal = world.sign_in("principal").await;
    for (method, path, body) in acts(&targets) {
        let mut more = body.clone();
        more["role"] = json!("admin");
        let answer = send(&world, &principal, method.clone(), &path, &more).await;
        assert_eq!(without_request_id(answer).await["errors"][0]["code"], json!("unknown"), "{path}");
        let answer = send(&world, &principal, method, &format!("{path}?dry=1"), &body).await;
        assert_eq!(answer.status(), 422, "{path}");
    }
    let guardians = format!("/api/v1/admin/students/{}/guardians", targets.student);
    for kinship in [String::new(), "   ".to_owned(), "x".repeat(61), "a\nb".to_owned()] {
        let body = json!({ "user_id": targets.user, "kinship": kinship, "custody": "none", "can_view": true,
            "can_write": true, "judicial_restriction": false });
        assert_eq!(post(&world, &principal, &guardians, &body).await.0, 422, "{kinship:?}");
    }
    let school = targets.school;
    for query in [
        String::new(),
        "school_id=x".to_owned(),
        format!("school_id={school}&limit=0"),
        format!("school_id={school}&limit=101"),
        format!("school_id={school}&kind=robot"),
        format!("school_id={school}&cursor=x"),
        format!("school_id={school}&q={}", "x".repeat(101)),
        format!("school_id={school}&q=%00"),
        format!("school_id={school}&all=1"),
    ] {
        assert_eq!(read(&world, &principal, &format!("/api/v1/admin/people?{query}")).await.0, 422, "{query}");
    }
}
