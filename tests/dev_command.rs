//! `kazumi dev`, the real program: it starts from nothing, survives the death of its process, and leaves nothing running.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kazumi::dev::demo;
use reqwest::StatusCode;

use crate::support::{Session, eventually};

/// A running `kazumi dev`, its address, and what it printed until it was ready.
struct Dev {
    child: Child,
    url: String,
    output: BufReader<std::process::ChildStdout>,
}

fn start(data: &Path, arguments: &[&str]) -> Dev {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
    command.args(["dev", "--port", "0", "--data"]).arg(data).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut output = BufReader::new(child.stdout.take().expect("piped above"));
    let mut line = String::new();
    while output.read_line(&mut line).expect("lines of text") > 0 {
        if let Some(url) = line.trim().strip_prefix("Kazumi is ready at ") {
            return Dev { url: url.to_owned(), child, output };
        }
        line.clear();
    }
    panic!("it ended with {}", child.wait().expect("it ends"));
}

impl Dev {
    fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    async fn interrupt(mut self) {
        let asked = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(asked.success());
        let status = eventually("it stops", async || self.child.try_wait().expect("it can be watched")).await;
        assert!(status.success(), "{status}");
    }

    async fn is_served(&self, path: &str) -> StatusCode {
        reqwest::get(format!("{}{path}", self.url)).await.expect("an answer").status()
    }
}

fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open to the database's account");
    folder
}

#[tokio::test]
async fn one_command_serves_the_demo_and_a_killed_one_is_followed_by_another() {
    let folder = data_folder();
    let data = folder.path().join("data");
    let first = start(&data, &[]);
    assert_eq!(first.is_served("/readyz").await, StatusCode::OK);
    assert_eq!(first.is_served("/dev/mailbox").await, StatusCode::OK);
    let session = Session::login(&first.url, "luciana.prado").await;
    let key = fs::read(data.join("signing-key.pem")).expect("a key was made");
    first.kill();
    assert!(data.join("postgres/postmaster.pid").exists(), "its database lives on");

    let second = start(&data, &[]);
    let same = Session::login(&second.url, "luciana.prado").await;
    assert_eq!(same.user["user_id"], session.user["user_id"]);
    assert_eq!(fs::read(data.join("signing-key.pem")).expect("a key"), key, "tokens of the first life stay valid");
    second.interrupt().await;
    assert!(!data.join("postgres/postmaster.pid").exists(), "the database was stopped");
}

#[tokio::test]
async fn fresh_begins_anew_and_no_demo_means_nobody() {
    let folder = data_folder();
    let data = folder.path().join("data");
    start(&data, &["--no-demo"]).interrupt().await;
    let mut dev = start(&data, &["--fresh", "--no-demo"]);
    let credentials = serde_json::json!({ "email": demo::email("luciana.prado"), "password": demo::PASSWORD });
    let login = reqwest::Client::new().post(format!("{}/api/v1/auth/login", dev.url)).json(&credentials);
    assert_eq!(login.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    let mut line = String::new();
    dev.output.read_line(&mut line).expect("more lines");
    assert!(line.contains("/api/docs/"), "{line}");
    dev.interrupt().await;
}
