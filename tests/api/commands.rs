//! The commands that do one thing and end, run as an operator runs them.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use kazumi::dev::secrets;
use kazumi::store::roles;
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{TestDatabase, TestServer};

pub fn kazumi(arguments: &[&str], settings: &[(&str, &str)], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
    command.args(arguments).env_clear().envs(settings.iter().copied()).env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut input = child.stdin.take().expect("piped above");
    // A program that refuses its arguments does not read what is typed.
    let _ = input.write_all(typed.as_bytes());
    drop(input);
    child.wait_with_output().expect("the program ends")
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_server_and_can_sign_in() {
    let server = TestServer::over(TestDatabase::empty().await, &[]).await;
    let owner = server.database.url(roles::OWNER);
    let create = |email: &str, password: &str| {
        let arguments = ["admin", "create", "--email", email, "--name", "Ana", "--network", "Rede"];
        kazumi(&arguments, &[("KAZUMI_DATABASE_OWNER_URL", &owner)], &format!("{password}\n"))
    };
    assert!(!create("ana@example.org", "short").status.success());
    assert!(!create("no-address", "long enough 1").status.success());
    let made = create("Ana@example.org", "long enough 1");
    assert!(made.status.success(), "{}", said(&made));
    let again = create("ana@example.org", "long enough 2");
    assert!(!again.status.success() && said(&again).contains("already"), "{}", said(&again));

    let body = json!({ "email": "ana@example.org", "password": "long enough 1" });
    let answer = Client::new().post(server.url("/api/v1/auth/login")).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    let function = json!([{ "function": "network_manager", "school_id": null, "school_name": null }]);
    assert_eq!(body["user"]["functions"], function);
}

#[tokio::test]
async fn migrating_a_current_schema_changes_nothing() {
    let database = TestDatabase::empty().await;
    let output = kazumi(&["migrate"], &[("KAZUMI_DATABASE_OWNER_URL", &database.url(roles::OWNER))], "");
    assert!(output.status.success() && said(&output).starts_with("0 migration(s)"), "{}", said(&output));
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_and_nothing_else() {
    let database = TestDatabase::demo().await;
    let folder = tempfile::tempdir().expect("a folder");
    let key = secrets::signing_key_file(folder.path()).expect("a key");
    let secret = secrets::refresh_secret(folder.path()).expect("a secret");
    let (app, writer, owner) = (database.url(roles::APP), database.url(roles::WRITER), database.url(roles::OWNER));
    let registrar = database.url(roles::REGISTRAR);
    let examine = |writer: &str| {
        let settings = [
            ("KAZUMI_DATABASE_URL", app.as_str()),
            ("KAZUMI_DATABASE_WRITER_URL", writer),
            ("KAZUMI_DATABASE_OWNER_URL", &owner),
            ("KAZUMI_DATABASE_REGISTRAR_URL", &registrar),
            ("KAZUMI_SIGNING_KEY_FILE", key.to_str().expect("text")),
            ("KAZUMI_REFRESH_SECRET", &secret),
        ];
        kazumi(&["doctor"], &settings, "")
    };
    let well = examine(&writer);
    assert!(well.status.success(), "{}", said(&well));

    let forge =
        "update grants set access = 'write' where grant_id = (select min(grant_id) from grants where access = 'read')";
    assert_eq!(database.owner().await.execute(forge, &[]).await.expect("forged"), 1);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("opened");
    let ill = examine(&owner);
    assert!(!ill.status.success());
    for finding in ["may be read by others", "owns tables", "grants and links disagree for student(s)"] {
        assert!(said(&ill).contains(finding), "{}", said(&ill));
    }
}
