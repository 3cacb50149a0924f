//! The second factors of the fixture's people: one secret for all of them, sealed as the server seals it.

use std::path::Path;
use std::sync::LazyLock;

use kazumi::auth::second_factor::{DeviceSecret, SealingKey};
use kazumi::config::Secret;
use kazumi::dev::secrets;
use kazumi::domain::ids::UserId;
use reqwest::Response;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio_postgres::Client as Database;

use super::World;
use super::fixture::{Person, email};

/// Who has one: whoever needs one, and a teacher whose session always owes it.
pub const HOLDERS: [&str; 6] =
    ["principal", "coordinator", "network_manager", "operator", "coordinator_other_school", "mfa_pending"];

static SECRET: LazyLock<DeviceSecret> = LazyLock::new(DeviceSecret::draw);

fn now() -> u64 {
    u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).expect("after 1970")
}

/// The code that the device shows now.
pub fn code() -> String {
    SECRET.code_at(now())
}

/// The code that it will show next; it counts already, because clocks differ.
pub fn next_code() -> String {
    SECRET.code_at(now() + 30)
}

/// Six digits that are no code, now and for the next minutes.
pub fn wrong_code() -> String {
    let near: Vec<String> = (0..20).map(|step| SECRET.code_at(now() + 30 * step - 120)).collect();
    (0..).map(|number: u32| format!("{number:06}")).find(|code| !near.contains(code)).expect("there are more codes")
}

/// Gives everybody of [`HOLDERS`] the one secret.
pub async fn give(owner: &Database, folder: &Path) {
    let key = SealingKey::derive(&Secret::new(secrets::refresh_secret(folder).expect("a secret").into_bytes()));
    for relation in HOLDERS {
        let user = "select user_id from credentials where email = $1";
        let user = UserId(owner.query_one(user, &[&email(relation)]).await.expect("a person").get(0));
        let insert = "insert into second_factors (user_id, sealed, confirmed_at) values ($1, $2, now())";
        owner.execute(insert, &[&user.0, &SECRET.seal(&key, user)]).await.expect("a second factor");
    }
}

/// Forgets which codes somebody used, so that a test need not wait for the next one.
pub async fn forget_used(world: &World, relation: &str) {
    let statement = "update second_factors set last_step = 0
                     where user_id = (select user_id from credentials where email = $1)";
    let owner = world.server.database.owner().await;
    assert_eq!(owner.execute(statement, &[&email(relation)]).await.expect("forgotten"), 1);
}

/// Posts a code to one of the addresses of the second factor.
pub async fn post_code(world: &World, person: &Person, address: &str, code: &str) -> Response {
    let request = person.http.post(world.url(&format!("/api/v1/auth/second-factor/{address}")));
    request.bearer_auth(&person.token).json(&json!({ "code": code })).send().await.expect("an answer")
}

/// Pays what a session owes, and refreshes it as the browser does.
pub async fn complete(world: &World, person: Person, relation: &str) -> Person {
    forget_used(world, relation).await;
    let answer = post_code(world, &person, "verify", &code()).await;
    assert_eq!(answer.status(), 204, "{relation} shows a code: {}", answer.text().await.unwrap_or_default());
    refreshed(world, person).await
}

/// The same person with what refreshing answered.
pub async fn refreshed(world: &World, person: Person) -> Person {
    let answer = person.post(&world.url("/api/v1/auth/refresh")).await;
    assert_eq!(answer.status(), 200, "the session goes on");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["second_factor"], Value::Null);
    let token = body["access_token"].as_str().expect("a token").to_owned();
    Person { http: person.http, token, me: body["user"].clone() }
}
