//! Invitations: who may make them, what they show, and that each makes exactly what it says, once.

use std::time::Duration;

use kazumi::auth::refresh::RefreshToken;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::fixture::{CANARY, PASSWORD, Person, email};
use super::{World, without_request_id};
use crate::support::eventually;

/// A password that nobody would guess.
pub const NEW_PASSWORD: &str = "quatro gatos na janela";

/// Settings with which mails are accepted; nobody listens at that address.
pub const MAIL: [(&str, &str); 3] = [
    ("KAZUMI_SMTP_URL", "smtp://127.0.0.1:9"),
    ("KAZUMI_MAIL_FROM", "Kazumi <kazumi@example.org>"),
    ("KAZUMI_PUBLIC_ORIGINS", "http://127.0.0.1:9"),
];

/// The token of an invitation into the network's other school: a function that reaches no student.
async fn into_other_school(world: &World, address: &str) -> String {
    let (token, owner) = (RefreshToken::draw(), world.server.database.owner().await);
    let head = "insert into staff_functions (staff_function_id, user_id, school_id, function) \
                select gen_random_uuid(), user_id, $1, 'principal' from credentials where email = $2";
    let inviter = email("coordinator_other_school");
    owner.execute(head, &[&world.schools.1, &inviter]).await.expect("a head");
    let insert = "insert into invitations (invitation_id, network_id, school_id, kind, name, email, function, inviter_id, \
                  inviter_function, secret_hash) \
                  select gen_random_uuid(), s.network_id, s.school_id, 'staff', 'Ana', $1, 'support_professional', c.user_id, \
                  'principal', $2 from schools s, credentials c where s.school_id = $3 and c.email = $4";
    let made = owner.execute(insert, &[&address, &token.hash(), &world.schools.1, &inviter]).await;
    assert_eq!(made.expect("an invitation"), 1);
    token.expose()
}

/// What a family is invited with.
pub fn family(world: &World) -> Value {
    let tie = json!({ "kinship": "avó", "custody": "none", "can_write": true });
    json!({ "kind": "guardian", "name": "Ana Lima", "student_id": world.student.to_string(), "guardianship": tie })
}

async fn invite(world: &World, asker: &Person, body: &Value) -> Value {
    let answer = asker.send(&world.url("/api/v1/invitations"), body).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.expect("text"));
    answer.json().await.expect("JSON")
}

async fn post(world: &World, path: &str, body: &Value) -> Response {
    let request = Client::new().post(world.url(path)).header("x-forwarded-for", world.next_address());
    request.json(body).send().await.expect("an answer")
}

async fn preview(world: &World, secret: &Value) -> Response {
    post(world, "/api/v1/invitations/preview", secret).await
}

fn acceptance(code: &Value, address: &str) -> Value {
    json!({ "code": code, "name": "Ana Lima", "email": address, "password": NEW_PASSWORD })
}

async fn accept(world: &World, body: &Value) -> Response {
    post(world, "/api/v1/invitations/accept", body).await
}

/// The token in the one mail that waits.
pub async fn mailed_token(world: &World, address: &str) -> String {
    let owner = world.server.database.owner().await;
    let body = "select body from outbox where recipient = $1 order by created_at desc limit 1";
    let body: String = owner.query_one(body, &[&address]).await.expect("a mail").get(0);
    let (_, rest) = body.split_once('#').expect("a secret behind #");
    rest.split_whitespace().next().expect("a token").to_owned()
}

#[tokio::test]
async fn a_family_with_a_code_gets_the_child_of_the_invitation_and_nothing_else() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let principal = world.sign_in("principal").await;
    let made = invite(&world, &principal, &family(&world)).await;
    let code = &made["code"];
    let groups: Vec<usize> = code.as_str().expect("a code").split(' ').map(str::len).collect();
    assert_eq!(groups, [4, 4, 4]);

    let typed = code.as_str().expect("a code").to_lowercase().replace(' ', "-");
    let shown: Value = preview(&world, &json!({ "code": typed })).await.json().await.expect("JSON");
    let first_name = shown["student_first_name"].as_str().expect("a name");
    assert!(first_name.starts_with(CANARY) && !first_name.contains(' '), "{shown}");
    assert!(shown["school_name"].is_string() && shown["inviter_function"] == "principal", "{shown}");
    assert_eq!((&shown["email"], &shown["kinship"]), (&Value::Null, &json!("avó")));

    let answer = accept(&world, &acceptance(code, "Ana@Example.org")).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["set-cookie"].to_str().expect("text").contains("HttpOnly"));
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!((&body["user"]["kind"], &body["user"]["functions"]), (&json!("guardian"), &json!([])));
    let token = body["access_token"].as_str().expect("a token");
    let plan = Client::new().get(world.pei_url()).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(plan.status(), 200);
    let plan: Value = plan.json().await.expect("JSON");
    let writable: Vec<&Value> =
        plan["sections"].as_array().expect("a list").iter().filter(|s| s["access"] == "write").collect();
    assert_eq!(writable.len(), 1, "{plan}");
    assert_eq!(writable[0]["section"], json!("ec_familia"));
    assert_eq!(world.login(&Client::new(), "ana@example.org", NEW_PASSWORD).await.status(), 200);

    let mut owner = world.server.database.owner().await;
    let transaction = owner.transaction().await.expect("a transaction");
    let differences = kazumi::store::grants::differences(&transaction).await.expect("a comparison");
    assert!(differences.is_empty(), "{differences:?}");
    let audit = "select array_agg(action order by audit_id) from audit_log where action like 'invitation.%'";
    let audit: Vec<String> = transaction.query_one(audit, &[]).await.expect("rows").get(0);
    assert_eq!(audit, ["invitation.create", "invitation.accept"]);
}

#[tokio::test]
async fn staff_are_invited_by_mail_and_the_mail_names_no_child() {
    let world = World::new(&MAIL).await;
    let principal = world.sign_in("principal").await;
    let body = json!({
        "kind": "staff", "name": "Rui Sá", "email": "Rui@Example.org", "function": "psychologist",
        "school_id": world.schools.0, "student_id": world.student.to_string(), "team_function": "psychologist",
    });
    let made = invite(&world, &principal, &body).await;
    assert_eq!(made["code"], Value::Null);
    let owner = world.server.database.owner().await;
    let mail = owner.query_one("select recipient, subject || body from outbox", &[]).await.expect("a mail");
    assert_eq!(mail.get::<_, &str>(0), "rui@example.org");
    for secret in [CANARY, "psychologist"] {
        assert!(!mail.get::<_, &str>(1).contains(secret), "{secret}");
    }
    let token = mailed_token(&world, "rui@example.org").await;
    let shown: Value = preview(&world, &json!({ "token": token })).await.json().await.expect("JSON");
    assert_eq!((&shown["function"], &shown["team_function"]), (&json!("psychologist"), &json!("psychologist")));
    assert_eq!((&shown["student_first_name"], &shown["email"]), (&Value::Null, &json!("rui@example.org")));

    let wrong = json!({ "token": token, "name": "Rui", "email": "other@example.org", "password": NEW_PASSWORD });
    assert_eq!(accept(&world, &wrong).await.status(), 422, "the address is the invitation's");
    let answer = accept(&world, &json!({ "token": token, "name": "Rui Sá", "password": NEW_PASSWORD })).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["user"]["functions"][0]["function"], json!("psychologist"));
    let plan = Client::new().get(world.pei_url()).bearer_auth(body["access_token"].as_str().expect("a token"));
    assert_eq!(plan.send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn of_a_hundred_acceptances_at_once_exactly_one_wins() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let code = invite(&world, &world.sign_in("coordinator").await, &family(&world)).await["code"].clone();
    let attempts = (0..100).map(|number| {
        let (world, code) = (&world, &code);
        async move { accept(world, &acceptance(code, &format!("ana-{number}@example.org"))).await.status() }
    });
    let answers = futures_util::future::join_all(attempts).await;
    let count = |status: StatusCode| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!(count(StatusCode::OK), 1, "{answers:?}");
    // The others come too late, or find the hashing threads full.
    assert_eq!(count(StatusCode::NOT_FOUND) + count(StatusCode::SERVICE_UNAVAILABLE), 99, "{answers:?}");
    let owner = world.server.database.owner().await;
    let made = "select (select count(*) from credentials where email like 'ana-%'), \
                (select count(*) from guardianships where kinship = 'avó'), (select count(*) from users where name = 'Ana Lima')";
    let made = owner.query_one(made, &[]).await.expect("counts");
    assert_eq!((made.get::<_, i64>(0), made.get::<_, i64>(1), made.get::<_, i64>(2)), (1, 1, 1));
}

#[tokio::test]
async fn unknown_used_withdrawn_expired_and_orphaned_invitations_answer_alike() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let principal = world.sign_in("principal").await;
    let owner = world.server.database.owner().await;
    let made = async || invite(&world, &principal, &family(&world)).await;
    let used = made().await["code"].clone();
    assert_eq!(accept(&world, &acceptance(&used, "used@example.org")).await.status(), 200);
    let withdrawn = made().await;
    let path = format!("/api/v1/invitations/{}", withdrawn["invitation_id"].as_str().expect("an id"));
    let delete = async || {
        let request = principal.http.delete(world.url(&path)).bearer_auth(&principal.token);
        request.send().await.expect("an answer").status()
    };
    assert_eq!((delete().await.as_u16(), delete().await.as_u16()), (204, 404));
    let expired = made().await;
    let age = "update invitations set expires_at = now() where invitation_id = $1::text::uuid";
    let id = expired["invitation_id"].as_str().expect("an id");
    assert_eq!(owner.execute(age, &[&id]).await.expect("aged"), 1);
    let orphaned = invite(&world, &world.sign_in("coordinator").await, &family(&world)).await;
    let end = "update staff_functions set valid_to = now() where function = 'coordinator'";
    owner.execute(end, &[]).await.expect("ended");

    let codes =
        [&json!("ABCD EFGH JKMN"), &json!("no code"), &used, &withdrawn["code"], &expired["code"], &orphaned["code"]];
    let mut answers = Vec::new();
    for code in codes {
        for answer in
            [preview(&world, &json!({ "code": code })).await, accept(&world, &acceptance(code, "x@example.org")).await]
        {
            assert_eq!(answer.status(), 404, "{code}");
            answers.push(without_request_id(answer).await);
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let left: Value = principal.get(&world.url("/api/v1/invitations")).await.json().await.expect("JSON");
    let left: Vec<&Value> = left.as_array().expect("a list").iter().filter(|one| one["name"] == "Ana Lima").collect();
    assert_eq!(left.len(), 1, "the coordination's is the school's to withdraw: {left:?}");
}

#[tokio::test]
async fn a_code_forgives_five_wrong_tries_even_if_they_come_at_once() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let principal = world.sign_in("principal").await;
    for at_once in [4, 40] {
        let code = invite(&world, &principal, &family(&world)).await["code"].as_str().expect("a code").to_owned();
        let wrong = json!({ "code": format!("{} 0000 0000", &code[..4]) });
        let guesses = (0..at_once).map(|_| preview(&world, &wrong));
        for answer in futures_util::future::join_all(guesses).await {
            assert_eq!(answer.status(), 404);
        }
        let status = preview(&world, &json!({ "code": code })).await.status();
        assert_eq!(status.as_u16(), if at_once < 5 { 200 } else { 404 }, "after {at_once}");
    }
    let owner = world.server.database.owner().await;
    let left = "select array_agg(tries_left order by created_at) from invitations where name = 'Ana Lima'";
    assert_eq!(owner.query_one(left, &[]).await.expect("a row").get::<_, Vec<i32>>(0), [1, 0]);
}

#[tokio::test]
async fn codes_are_slowed_down_by_network() {
    let world = World::new(&[]).await;
    let guess = async |code: &str| {
        let request = Client::new().post(world.url("/api/v1/invitations/preview")).json(&json!({ "code": code }));
        request.send().await.expect("an answer").status().as_u16()
    };
    for number in 0..5 {
        assert_eq!(guess(&format!("{number}BCD EFGH JKMN")).await, 404);
    }
    assert_eq!(guess("9BCD EFGH JKMN").await, 429);
}

#[tokio::test]
async fn nobody_becomes_more_than_the_invitation_says() {
    let world = World::new(&MAIL).await;
    let code = invite(&world, &world.sign_in("principal").await, &family(&world)).await["code"].clone();
    let owner = world.server.database.owner().await;
    let count = async || owner.query_one("select count(*) from users", &[]).await.expect("a count").get::<_, i64>(0);
    let before = count().await;
    for (field, value) in [
        ("kind", json!("staff")),
        ("function", json!("principal")),
        ("school_id", json!(world.schools.0)),
        ("student_id", json!(world.student.to_string())),
        ("is_admin", json!(true)),
    ] {
        let mut body = acceptance(&code, "ana@example.org");
        body[field] = value;
        let answer = accept(&world, &body).await;
        assert_eq!(answer.status(), 422, "{field}");
        let problem = without_request_id(answer).await;
        assert_eq!(problem["errors"], json!([{ "field": field, "code": "unknown" }]));
    }
    for path in ["/api/v1/auth/register", "/api/v1/users", "/api/v1/accounts"] {
        assert_eq!(post(&world, path, &acceptance(&code, "ana@example.org")).await.status(), 404, "{path}");
    }
    assert_eq!(count().await, before, "nobody was added");
}

#[tokio::test]
async fn an_invitation_must_make_sense_and_be_the_askers_to_make() {
    let world = World::new(&MAIL).await;
    let (principal, coordinator) = (world.sign_in("principal").await, world.sign_in("coordinator").await);
    let network = world.sign_in("network_manager").await;
    let (school, student) = (json!(world.schools.0), json!(world.student.to_string()));
    let staff = |function: &str, school: &Value| json!({ "kind": "staff", "name": "Rui", "email": "rui@example.org", "function": function, "school_id": school });
    let with = |mut body: Value, field: &str, value: Value| {
        body[field] = value;
        body
    };
    for (asker, body, status) in [
        (&principal, staff("class_teacher", &school), 201),
        (&principal, staff("principal", &school), 404),
        (&principal, staff("network_manager", &school), 404),
        (&principal, staff("class_teacher", &json!(world.schools.1)), 404),
        (&coordinator, staff("class_teacher", &school), 404),
        (&coordinator, with(staff("psychologist", &school), "function", Value::Null), 422),
        (
            &coordinator,
            json!({ "kind": "staff", "name": "Rui", "email": "rui@example.org", "student_id": student, "team_function": "psychologist" }),
            201,
        ),
        (&network, staff("principal", &json!(world.schools.1)), 201),
        (&network, staff("class_teacher", &school), 404),
        (&network, family(&world), 404),
        (&principal, with(staff("class_teacher", &school), "email", Value::Null), 422),
        (&principal, with(staff("class_teacher", &school), "email", json!("nobody")), 422),
        (&principal, with(staff("class_teacher", &school), "name", json!(" ")), 422),
        (&principal, with(staff("class_teacher", &school), "name", json!("x".repeat(201))), 422),
        (&principal, with(staff("class_teacher", &school), "kind", json!("operator")), 422),
        (&principal, with(staff("class_teacher", &school), "inviter_id", json!("x")), 422),
        (&principal, with(family(&world), "guardianship", Value::Null), 422),
        (&principal, with(family(&world), "function", json!("principal")), 422),
        (&principal, with(family(&world), "school_id", json!(world.schools.1)), 404),
        (
            &principal,
            with(
                with(staff("class_teacher", &school), "student_id", student.clone()),
                "team_function",
                json!("principal"),
            ),
            422,
        ),
    ] {
        let answer = asker.send(&world.url("/api/v1/invitations"), &body).await;
        assert_eq!(answer.status(), status, "{body}");
    }
}

#[tokio::test]
async fn inviting_needs_a_fresh_proof_and_a_mail_needs_a_mail_server() {
    let world = World::new(&[]).await;
    let principal = world.sign_in("principal").await;
    let body = json!({ "kind": "staff", "name": "Rui", "email": "rui@example.org", "function": "class_teacher", "school_id": world.schools.0 });
    let answer = principal.send(&world.url("/api/v1/invitations"), &body).await;
    assert_eq!(answer.status(), 503);
    assert_eq!(without_request_id(answer).await["code"], json!("mail_unavailable"));
    assert!(invite(&world, &principal, &family(&world)).await["code"].is_string(), "paper still works");

    let owner = world.server.database.owner().await;
    owner.execute("update login_sessions set confirmed_at = now() - interval '1 hour'", &[]).await.expect("aged");
    let answer = principal.send(&world.url("/api/v1/invitations"), &family(&world)).await;
    assert_eq!(without_request_id(answer).await["code"], json!("step_up_required"));
}

#[tokio::test]
async fn somebody_with_an_account_adds_a_child_to_it() {
    let world = World::new(&MAIL).await;
    let principal = world.sign_in("principal").await;
    let mut body = family(&world);
    body["email"] = json!(email("classmate_guardian"));
    invite(&world, &principal, &body).await;
    let token = mailed_token(&world, &email("classmate_guardian")).await;

    let again = accept(&world, &json!({ "token": token, "name": "Ana", "password": NEW_PASSWORD })).await;
    assert_eq!(again.status(), 409);
    assert_eq!(without_request_id(again).await["code"], json!("account_exists"));
    let join = async |relation: &str| {
        let person = world.sign_in(relation).await;
        let status = person.send(&world.url("/api/v1/invitations/join"), &json!({ "token": token })).await.status();
        (status.as_u16(), person.get(&world.pei_url()).await.status().as_u16())
    };
    assert_eq!(join("unlinked_same_school").await, (403, 404), "another address");
    assert_eq!(join("classmate_guardian").await, (204, 200));
    assert_eq!(join("classmate_guardian").await, (404, 200), "once");
}

#[tokio::test]
async fn a_restriction_outranks_an_invitation_and_staff_is_never_made_of_a_family() {
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let code = invite(&world, &world.sign_in("principal").await, &family(&world)).await["code"].clone();
    let restricted = world.sign_in("restricted_guardian").await;
    let join = world.url("/api/v1/invitations/join");
    assert_eq!(restricted.send(&join, &json!({ "code": code })).await.status(), 204);
    assert_eq!(restricted.get(&world.pei_url()).await.status(), 404);
    let token = into_other_school(&world, &email("guardian")).await;
    assert_eq!(world.sign_in("guardian").await.send(&join, &json!({ "token": token })).await.status(), 403);
}

#[tokio::test]
async fn secrets_of_invitations_are_stored_hashed_and_never_logged() {
    let mut settings = MAIL.to_vec();
    settings.push(("KAZUMI_LOG", "trace"));
    let world = World::new(&settings).await;
    let principal = world.sign_in("principal").await;
    let code = invite(&world, &principal, &family(&world)).await["code"].as_str().expect("a code").to_owned();
    let mut body = family(&world);
    body["email"] = json!("ana@example.org");
    invite(&world, &principal, &body).await;
    let token = mailed_token(&world, "ana@example.org").await;
    assert_eq!(preview(&world, &json!({ "token": token })).await.status(), 200);
    assert_eq!(accept(&world, &acceptance(&json!(code), "bia@example.org")).await.status(), 200);
    let owner = world.server.database.owner().await;
    let lengths: Vec<i32> = owner
        .query_one("select array_agg(octet_length(secret_hash)) from invitations where name = 'Ana Lima'", &[])
        .await
        .expect("a row")
        .get(0);
    assert_eq!(lengths, [32, 32]);
    crate::support::eventually_within(Duration::from_secs(20), "the mail is tried", async || {
        world.server.log().contains("a mail could not be sent yet").then_some(())
    })
    .await;
    let log = world.server.log();
    for secret in [token.as_str(), &code, &code.replace(' ', ""), "ana@example.org", NEW_PASSWORD, PASSWORD] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_by_a_server_that_starts_and_nothing_else_is() {
    let world = World::new(&MAIL).await;
    let principal = world.sign_in("principal").await;
    let owner = world.server.database.owner().await;
    let codes = async |statement: &str| -> Vec<String> {
        let rows = owner.query(statement, &[]).await.expect("rows");
        rows.iter().map(|row| row.get(0)).collect()
    };
    owner.execute("delete from invitations", &[]).await.expect("an empty list");
    for (name, ended) in [
        ("taken long ago", "accepted_at = now() - interval '91 days'"),
        ("withdrawn long ago", "withdrawn_at = now() - interval '91 days'"),
        ("expired long ago", "expires_at = now() - interval '91 days'"),
        ("taken lately", "accepted_at = now() - interval '89 days'"),
        ("open", "tries_left = 4"),
    ] {
        let mut body = family(&world);
        body["name"] = json!(name);
        invite(&world, &principal, &body).await;
        let age = format!("update invitations set {ended} where name = $1");
        assert_eq!(owner.execute(&age, &[&name]).await.expect("aged"), 1);
    }
    for (days, used) in [(31, true), (31, false), (29, true)] {
        let statement = "insert into password_resets (reset_id, user_id, token_hash, auth_version, expires_at, used_at) \
                         select gen_random_uuid(), user_id, sha256(gen_random_uuid()::text::bytea), 1, \
                         now() - make_interval(days => $1), case when $2 then now() - make_interval(days => $1) end \
                         from credentials where email = 'guardian@example.org'";
        owner.execute(statement, &[&days, &used]).await.expect("a request");
    }
    let sibling = world.server.sibling().await;
    eventually("what is old is gone", async || {
        let left = codes("select name from invitations order by name").await;
        (left == ["open", "taken lately"]).then_some(())
    })
    .await;
    let left = "select (current_date - expires_at::date)::text from password_resets";
    eventually("so are requests", async || (codes(left).await == ["29"]).then_some(())).await;
    drop(sibling);
}
