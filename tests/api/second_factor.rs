//! The second factor: who is asked for one, what a session that owes it may do, and that each code is good once.

use futures_util::StreamExt;
use kazumi::auth::refresh::RefreshToken;
use kazumi::domain::pei::Section;
use kazumi::http::ENDPOINTS;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::factors::{self, post_code};
use super::fixture::{PASSWORD, Person, email};
use super::{World, payloads, without_request_id};
use crate::authz::matrix;
use crate::collaboration::raw::RawClient;
use crate::support::eventually;

/// Signs in with the password alone.
async fn half(world: &World, relation: &str) -> (Person, Value) {
    let http = Client::builder().cookie_store(true).build().expect("a client");
    let answer = world.login(&http, &email(relation), PASSWORD).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    let token = body["access_token"].as_str().expect("a token").to_owned();
    (Person { http, token, me: body["user"].clone() }, body["second_factor"].clone())
}

async fn code_of(answer: Response) -> Value {
    without_request_id(answer).await["code"].clone()
}

async fn post(world: &World, person: &Person, address: &str) -> Response {
    person.post(&world.url(&format!("/api/v1/auth/second-factor/{address}"))).await
}

async fn recovery_codes(answer: Response) -> Vec<String> {
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    let codes = body["recovery_codes"].as_array().expect("a list");
    codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect()
}

async fn step_up(world: &World, person: &Person, body: Value) -> Response {
    let request = person.http.post(world.url("/api/v1/auth/step-up")).bearer_auth(&person.token);
    request.json(&body).send().await.expect("an answer")
}

#[tokio::test]
async fn mfa_pending_gets_nothing() {
    let world = World::new(&[]).await;
    let (person, owed) = half(&world, "mfa_pending").await;
    assert_eq!(owed, "totp");
    assert_eq!(person.me["functions"], json!([]));
    // What answers anybody, signed in or not, is not about sessions.
    let rows = matrix();
    let asks_who = |name: &str| rows.iter().any(|row| row.name == name && row.cells[0] == "401");
    let mut closed = 0;
    for endpoint in ENDPOINTS {
        if !asks_who(&format!("{} {}", endpoint.method, endpoint.template)) {
            continue;
        }
        if endpoint.template.starts_with("/api/v1/auth/") && endpoint.template != "/api/v1/auth/step-up" {
            continue;
        }
        let path = endpoint.template.replace("{pei_id}", &world.pei.to_string()).replace(['{', '}'], "");
        let method: Method = endpoint.method.parse().expect("a method");
        let request = person.http.request(method, world.url(&path)).bearer_auth(&person.token).header("x-kazumi", "1");
        let place = format!("{} {}", endpoint.method, endpoint.template);
        let request = match payloads::body(&place, "mfa_pending", &world.children[0]) {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{place}");
        assert_eq!(code_of(answer).await, "second_factor_required", "{place}");
        closed += 1;
    }
    assert!(closed >= 8, "{closed} addresses are too few");
    // Neither kind of socket opens: the first by its token, the second by a ticket that the session cannot get and that would not help.
    let document = world.children[0].document(Section::Goals);
    let refusal = RawClient::try_join(&world.server.ws_url("/ws/collab"), &document, &person.token).await.err();
    assert!(refusal.as_ref().is_some_and(|text| text.contains("second_factor_required")), "{refusal:?}");
    let owner = world.server.database.owner().await;
    let ticket = RefreshToken::draw();
    let insert = "insert into ws_tickets (ticket_hash, user_id, session_id, expires_at)
                  select $1, user_id, session_id, now() + interval '30 seconds' from login_sessions";
    assert_eq!(owner.execute(insert, &[&ticket.hash()]).await.expect("a ticket"), 1);
    let url = world.server.ws_url(&format!("/ws/y/{document}?ticket={}", ticket.expose()));
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("the upgrade is no answer yet");
    let closed = eventually("the socket is closed", async || match socket.next().await {
        Some(Ok(Message::Close(frame))) => Some(frame.map(|frame| (u16::from(frame.code), frame.reason.to_string()))),
        None | Some(Err(_)) => Some(None),
        Some(Ok(_)) => None,
    })
    .await;
    assert_eq!(closed.as_ref().map(|(code, _)| *code), Some(4401), "{closed:?}");
    assert!(closed.is_some_and(|(_, reason)| reason.contains("second_factor_required")));
    // Refreshing does not pay, and says again what is owed.
    let answer = person.post(&world.url("/api/v1/auth/refresh")).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON")["second_factor"], "totp");
    // It can neither set up another device nor switch the second factor off.
    for (method, address) in [(Method::POST, "/enrol"), (Method::DELETE, ""), (Method::POST, "/recovery-codes")] {
        let url = world.url(&format!("/api/v1/auth/second-factor{address}"));
        let answer = person.http.request(method, url).bearer_auth(&person.token).send().await.expect("an answer");
        assert_eq!(code_of(answer).await, "second_factor_required", "{address}");
    }
    let status = person.get(&world.url("/api/v1/auth/second-factor")).await;
    let status: Value = status.json().await.expect("JSON");
    assert_eq!(status, json!({ "enrolled": true, "needed": false, "owed": "totp", "recovery_codes_left": 0 }));
    let person = factors::complete(&world, person, "mfa_pending").await;
    assert_eq!(person.get(&world.url("/api/v1/me")).await.status(), 200);
}

#[tokio::test]
async fn a_code_is_good_once_in_one_session_and_in_all() {
    let world = World::new(&[]).await;
    let (one, two) = (half(&world, "principal").await.0, half(&world, "principal").await.0);
    let code = factors::code();
    let wrong = post_code(&world, &one, "verify", &factors::wrong_code()).await;
    assert_eq!(code_of(wrong).await, "invalid_credentials");
    let (a, b) = tokio::join!(post_code(&world, &one, "verify", &code), post_code(&world, &two, "verify", &code));
    let mut statuses = [a.status().as_u16(), b.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401], "one of two at once");
    let late = if a.status() == 204 { &two } else { &one };
    assert_eq!(post_code(&world, late, "verify", &code).await.status(), 401);
    assert_eq!(post_code(&world, late, "verify", &factors::next_code()).await.status(), 204);
    let owner = world.server.database.owner().await;
    let rows = "select count(*) filter (where outcome = 'allowed'), count(*) filter (where outcome = 'denied')
                from audit_log where action = 'account.second_factor'";
    let row = owner.query_one(rows, &[]).await.expect("counts");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 3));
}

#[tokio::test]
async fn guesses_at_codes_are_slowed_down_per_account_apart_from_passwords() {
    let world = World::new(&[]).await;
    let (person, _) = half(&world, "coordinator").await;
    for _ in 0..5 {
        assert_eq!(post_code(&world, &person, "verify", &factors::wrong_code()).await.status(), 401);
    }
    // The right one as well, and from a new session, too.
    assert_eq!(post_code(&world, &person, "verify", &factors::code()).await.status(), 429);
    let (again, owed) = half(&world, "coordinator").await;
    assert_eq!(owed, "totp", "the password still counts");
    assert_eq!(post_code(&world, &again, "verify", &factors::code()).await.status(), 429);
    let (other, _) = half(&world, "principal").await;
    assert_eq!(post_code(&world, &other, "verify", &factors::code()).await.status(), 204);
}

#[tokio::test]
async fn who_needs_one_and_has_none_sets_it_up_before_anything_else() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let (teacher, owed) = half(&world, "class_teacher").await;
    assert_eq!(owed, Value::Null, "a teacher needs none");
    let appoint = "insert into staff_functions (staff_function_id, user_id, school_id, function)
                   select gen_random_uuid(), user_id, (select school_id from staff_functions where function = 'principal'),
                          'coordinator' from credentials where email = $1";
    assert_eq!(owner.execute(appoint, &[&email("class_teacher")]).await.expect("appointed"), 1);
    assert_eq!(teacher.get(&world.url("/api/v1/me")).await.status(), 200, "an open session goes on");

    let (person, owed) = half(&world, "class_teacher").await;
    assert_eq!(owed, "enrol");
    assert_eq!(code_of(person.get(&world.url("/api/v1/me")).await).await, "second_factor_required");
    assert_eq!(post_code(&world, &person, "verify", "123456").await.status(), 401, "there is nothing to verify");
    let enrolment: Value = post(&world, &person, "enrol").await.json().await.expect("JSON");
    let secret = enrolment["secret"].as_str().expect("text");
    assert_eq!(enrolment["address"], json!(format!("otpauth://totp/Kazumi?secret={secret}&issuer=Kazumi")));
    let code = code_of_secret(secret);
    assert_eq!(post_code(&world, &person, "verify", &code).await.status(), 401, "it does not count yet");
    let codes = recovery_codes(post_code(&world, &person, "confirm", &code).await).await;
    assert_eq!(codes.len(), 10);
    let person = factors::refreshed(&world, person).await;
    assert_eq!(person.get(&world.url("/api/v1/me")).await.status(), 200);
    assert_eq!(post(&world, &person, "enrol").await.status(), 403, "one at a time");
    let remove = person.http.delete(world.url("/api/v1/auth/second-factor")).bearer_auth(&person.token);
    assert_eq!(code_of(remove.send().await.expect("an answer")).await, "forbidden", "needed is needed");

    // Neither the secret nor a code is anywhere in the database.
    let dump = "select string_agg(t::text, ' ') from (select s::text as t from second_factors s
                union all select r::text from recovery_codes r union all select a::text from audit_log a) as t";
    let dump: String = owner.query_one(dump, &[]).await.expect("text").get(0);
    assert!(!dump.contains(secret) && codes.iter().all(|code| !dump.contains(&code.replace('-', ""))));
    assert!(!world.server.log().contains(secret));
}

/// What any application makes of the secret on the page, in a few lines of its own.
fn code_of_secret(base32: &str) -> String {
    use aws_lc_rs::hmac;
    let bits: String = base32
        .bytes()
        .map(|byte| if byte.is_ascii_uppercase() { byte - b'A' } else { byte - b'2' + 26 })
        .map(|five| format!("{five:05b}"))
        .collect();
    let bytes: Vec<u8> =
        (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).expect("bits")).collect();
    let step = time::OffsetDateTime::now_utc().unix_timestamp() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

#[tokio::test]
async fn of_a_hundred_uses_of_one_recovery_code_exactly_one_opens_the_door() {
    let world = World::new(&[]).await;
    let person = world.sign_in("principal").await;
    let codes = recovery_codes(post(&world, &person, "recovery-codes").await).await;
    // Beyond the throttle, which would stop most of them before the database is asked.
    let owner = world.server.database.owner().await;
    let mut halves = Vec::new();
    for _ in 0..4 {
        halves.push(half(&world, "principal").await.0);
    }
    let tries = (0..100).map(|n| post_code(&world, &halves[n % 4], "verify", &codes[0]));
    let statuses: Vec<u16> =
        futures_util::future::join_all(tries).await.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [204, 401, 403, 429].contains(status)), "{statuses:?}");
    let used = "select count(*) from recovery_codes where used_at is not null";
    assert_eq!(owner.query_one(used, &[]).await.expect("a count").get::<_, i64>(0), 1);
    let owing = "select count(*) from login_sessions where second_factor_owed is not null";
    assert_eq!(owner.query_one(owing, &[]).await.expect("a count").get::<_, i64>(0), 3);
}

#[tokio::test]
async fn the_database_gives_a_recovery_code_to_one_of_a_hundred_without_the_throttles_help() {
    use kazumi::domain::ids::LoginSessionId;
    use kazumi::store::audit::Action;
    use kazumi::store::roles;
    use kazumi::store::second_factor::{Actor, Shown, answer};
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let user = "select user_id from credentials where email = 'principal@example.org'";
    let user = kazumi::domain::ids::UserId(owner.query_one(user, &[]).await.expect("a person").get(0));
    let insert = "insert into recovery_codes (user_id, code_hash) values ($1, $2)";
    owner.execute(insert, &[&user.0, &vec![7_u8; 32]]).await.expect("a code");
    let address = |role| world.server.database.url(role).parse().expect("an address");
    let databases = kazumi::config::Databases {
        app: address(roles::APP),
        writer: address(roles::WRITER),
        registrar: address(roles::REGISTRAR),
    };
    let store = kazumi::store::Store::open(&databases, tokio::runtime::Handle::current()).expect("a store");
    let uses = (0..100).map(|n| {
        let actor = Actor { user, session: LoginSessionId::generate(), request_id: format!("try {n}") };
        answer(&store, actor, Shown::Recovery(vec![7; 32]), Action::SecondFactor)
    });
    let good = futures_util::future::join_all(uses).await.into_iter().filter(|good| *good.as_ref().expect("asked"));
    assert_eq!(good.count(), 1);
}

#[tokio::test]
async fn recovery_codes_are_renewed_with_a_fresh_proof_and_the_old_ones_end() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let person = world.sign_in("principal").await;
    let old = recovery_codes(post(&world, &person, "recovery-codes").await).await;
    owner.execute("update login_sessions set confirmed_at = now() - interval '6 minutes'", &[]).await.expect("aged");
    assert_eq!(code_of(post(&world, &person, "recovery-codes").await).await, "step_up_required");
    // The proof is password and code.
    let missing = step_up(&world, &person, json!({ "password": PASSWORD })).await;
    assert_eq!((missing.status().as_u16(), code_of(missing).await), (401, json!("second_factor_required")));
    let wrong = step_up(&world, &person, json!({ "password": PASSWORD, "code": factors::wrong_code() })).await;
    assert_eq!(code_of(wrong).await, "invalid_credentials");
    let used = step_up(&world, &person, json!({ "password": PASSWORD, "code": factors::code() })).await;
    assert_eq!(code_of(used).await, "invalid_credentials", "signing in used it");
    assert_eq!(code_of(post(&world, &person, "recovery-codes").await).await, "step_up_required");
    let right = step_up(&world, &person, json!({ "password": PASSWORD, "code": factors::next_code() })).await;
    assert_eq!(right.status(), 204);
    let new = recovery_codes(post(&world, &person, "recovery-codes").await).await;
    let (again, _) = half(&world, "principal").await;
    assert_eq!(post_code(&world, &again, "verify", &old[0]).await.status(), 401);
    let typed = new[3].to_lowercase().replace('-', " ");
    assert_eq!(post_code(&world, &again, "verify", &typed).await.status(), 204, "as people type it");
    // A recovery code also confirms.
    owner.execute("update login_sessions set confirmed_at = now() - interval '6 minutes'", &[]).await.expect("aged");
    assert_eq!(step_up(&world, &again, json!({ "password": PASSWORD, "code": new[4] })).await.status(), 204);
}

#[tokio::test]
async fn a_new_password_does_not_skip_the_second_factor() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let hash = kazumi::auth::password::hash_now(b"another horse battery").expect("a hash");
    let reset = "update credentials set password_hash = $2, auth_version = auth_version + 1 where email = $1";
    owner.execute(reset, &[&email("principal"), &hash]).await.expect("reset");
    let answer = world.login(&Client::new(), &email("principal"), "another horse battery").await;
    assert_eq!(answer.json::<Value>().await.expect("JSON")["second_factor"], "totp");
}

#[tokio::test]
async fn anybody_may_have_one_and_whoever_needs_none_may_switch_it_off() {
    let world = World::new(&[]).await;
    let guardian = world.sign_in("guardian").await;
    let enrolment: Value = post(&world, &guardian, "enrol").await.json().await.expect("JSON");
    let code = code_of_secret(enrolment["secret"].as_str().expect("text"));
    assert_eq!(post_code(&world, &guardian, "confirm", &factors::wrong_code()).await.status(), 401);
    let codes = recovery_codes(post_code(&world, &guardian, "confirm", &code).await).await;
    let (again, owed) = half(&world, "guardian").await;
    assert_eq!(owed, "totp");
    assert_eq!(post_code(&world, &again, "verify", &codes[0]).await.status(), 204);
    let remove = again.http.delete(world.url("/api/v1/auth/second-factor")).bearer_auth(&again.token);
    assert_eq!(remove.send().await.expect("an answer").status(), 204);
    assert_eq!(half(&world, "guardian").await.1, Value::Null);
}

#[tokio::test]
async fn the_command_on_the_server_helps_who_lost_device_and_codes() {
    let world = World::new(&[]).await;
    let person = world.sign_in("network_manager").await;
    let url = world.server.database.url(kazumi::store::roles::OWNER);
    let run = |email: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kazumi"));
        command.args(["admin", "reset-second-factor", "--email", email]).env_clear();
        command.env("KAZUMI_DATABASE_OWNER_URL", &url).output().expect("the program runs")
    };
    assert!(!run("nobody@example.org").status.success());
    assert!(run("Network_Manager@example.org").status.success());
    assert_eq!(code_of(person.get(&world.url("/api/v1/me")).await).await, "session_ended");
    assert_eq!(half(&world, "network_manager").await.1, "enrol");
}
