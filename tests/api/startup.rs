//! The server refuses to start when serving would not be safe, says everything that is wrong, and goes down in order.

use std::process::{Command, Output};

use kazumi::dev::secrets;
use kazumi::store::roles;

use crate::support::{TestDatabase, TestServer, eventually};

/// Runs `kazumi serve` to its end with exactly these variables.
fn serve(settings: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kazumi"));
    command.arg("serve").env_clear().envs(settings.iter().copied());
    command.output().expect("the program runs")
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it must not serve");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn everything_wrong_with_the_configuration_is_said_at_once() {
    let output = serve(&[
        ("KAZUMI_PUBLIC_ORIGINS", "*"),
        ("KAZUMI_REFRESH_SECRET", "changeme"),
        ("KAZUMI_DATABASE_URL", "postgres://kazumi_app:pa55@localhost/kazumi"),
    ]);
    let text = complaint(&output);
    for name in
        ["KAZUMI_PUBLIC_ORIGINS", "KAZUMI_REFRESH_SECRET", "KAZUMI_DATABASE_WRITER_URL", "KAZUMI_SIGNING_KEY_FILE"]
    {
        assert!(text.contains(name), "{text}");
    }
    assert!(!text.contains("pa55") && !text.contains("changeme"), "{text}");
}

#[tokio::test]
async fn a_server_whose_log_nobody_reads_goes_on_serving() {
    let mut server = TestServer::spawn().await;
    server.kill9();
    server.start_unheard().await;
    // Each of these writes a line.
    for _ in 0..20 {
        assert_eq!(reqwest::get(server.url("/api/v1/me")).await.expect("an answer").status(), 401);
    }
    assert!(server.sigterm().await.success());
}

#[tokio::test]
async fn powerful_roles_and_a_missing_schema_are_refused() {
    let database = TestDatabase::empty().await;
    let key = secrets::signing_key_file(database.folder()).expect("a key");
    let secret = secrets::refresh_secret(database.folder()).expect("a secret");
    let (app, writer, owner) = (database.url(roles::APP), database.url(roles::WRITER), database.url(roles::OWNER));
    let registrar = database.url(roles::REGISTRAR);
    let attempt = |app: &str, writer: &str| {
        complaint(&serve(&[
            ("KAZUMI_HTTP_ADDR", "127.0.0.1:0"),
            ("KAZUMI_DATABASE_URL", app),
            ("KAZUMI_DATABASE_WRITER_URL", writer),
            ("KAZUMI_DATABASE_REGISTRAR_URL", &registrar),
            ("KAZUMI_SIGNING_KEY_FILE", key.to_str().expect("text")),
            ("KAZUMI_REFRESH_SECRET", &secret),
        ]))
    };
    assert!(attempt(&owner, &writer).contains("owns tables"));
    assert!(attempt(&app, &owner).contains("owns tables"));

    let superuser = database.superuser().await;
    superuser.batch_execute("alter role kazumi_backup bypassrls").await.expect("altered");
    let powerful = attempt(&app, &database.url(roles::BACKUP));
    superuser.batch_execute("alter role kazumi_backup nobypassrls").await.expect("altered back");
    assert!(powerful.contains("bypasses row-level security"), "{powerful}");

    database.owner().await.batch_execute("delete from refinery_schema_history where version = 2").await.expect("gone");
    assert!(attempt(&app, &writer).contains("migration 2 is not applied"));
}

#[tokio::test]
async fn a_terminated_server_ends_by_itself_and_without_an_error() {
    let mut server = TestServer::over(TestDatabase::empty().await, &[]).await;
    let status = server.sigterm().await;
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn without_its_database_the_server_lives_is_not_ready_and_recovers() {
    let server = TestServer::over(TestDatabase::empty().await, &[]).await;
    let elsewhere = TestDatabase::empty().await.superuser().await;
    let name = &server.database.name;
    let rename = async |from: &str, to: &str| {
        eventually("the database is renamed", async || {
            let end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
            elsewhere.query(end, &[&from]).await.expect("ended");
            elsewhere.batch_execute(&format!("alter database {from} rename to {to}")).await.ok()
        })
        .await;
    };
    let status = async |path: &str| reqwest::get(server.url(path)).await.expect("an answer").status().as_u16();
    let hidden = format!("{name}_hidden");
    rename(name, &hidden).await;
    eventually("readiness turns red", async || (status("/readyz").await == 503).then_some(())).await;
    assert_eq!(status("/healthz").await, 200);
    rename(&hidden, name).await;
    eventually("readiness is back", async || (status("/readyz").await == 200).then_some(())).await;
}
