//! The private cluster of `kazumi dev`: its data outlives every kind of end, and its roles are as weak as in production.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use kazumi::config;
use kazumi::dev::cluster::{Cluster, DATABASE};
use kazumi::dev::place::Place;
use kazumi::store::{migrations, roles};

use crate::support::{TestDatabase, eventually};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open to the database's account");
        Self(folder)
    }

    fn place(&self) -> Place {
        Place { folder: self.0.path().join("data"), binaries: config::postgres_programs_from_env(), connections: 20 }
    }

    fn postmaster(&self) -> u32 {
        let text = fs::read_to_string(self.place().folder.join("postgres/postmaster.pid")).expect("a server runs");
        text.lines().next().and_then(|line| line.parse().ok()).expect("a process id")
    }
}

async fn notes(cluster: &Cluster) -> i64 {
    let owner = cluster.url(roles::OWNER, DATABASE).parse().expect("an address");
    let owner = migrations::connect(&owner).await.expect("a connection");
    owner.query_one("select count(*) from notes", &[]).await.expect("a count").get(0)
}

async fn write_note(cluster: &Cluster) {
    let owner = cluster.url(roles::OWNER, DATABASE).parse().expect("an address");
    let owner = migrations::connect(&owner).await.expect("a connection");
    owner
        .batch_execute("create table if not exists notes (note text); insert into notes values ('x')")
        .await
        .expect("ok");
}

#[tokio::test]
async fn a_cluster_keeps_its_data_through_a_stop_and_a_crash() {
    let folder = Folder::new();
    let mut cluster = Cluster::start(&folder.place()).expect("a first start");
    cluster.prepare().await.expect("roles");
    write_note(&cluster).await;
    cluster.stop().expect("it stops");

    let cluster = Cluster::start(&folder.place()).expect("a second start");
    cluster.prepare().await.expect("nothing to do");
    assert_eq!(notes(&cluster).await, 1);
    let again = Cluster::start(&folder.place()).expect_err("one process at a time");
    assert!(again.to_string().contains("already using"), "{again}");

    // As after a power cut: the server itself is killed, its stale files remain.
    let postmaster = folder.postmaster();
    let killed = Command::new("kill").arg("-KILL").arg(postmaster.to_string()).status().expect("kill runs");
    assert!(killed.success());
    drop(cluster);
    let cluster = Cluster::start(&folder.place()).expect("a start after the crash");
    assert_eq!(notes(&cluster).await, 1);
}

#[tokio::test]
async fn a_server_left_behind_by_a_killed_process_is_adopted_and_stopped_in_the_end() {
    let folder = Folder::new();
    let cluster = Cluster::start(&folder.place()).expect("a start");
    cluster.prepare().await.expect("roles");
    write_note(&cluster).await;
    let postmaster = folder.postmaster();
    // Nobody says goodbye to the server; the lock on the folder goes as it would with the process.
    cluster.abandon();

    let mut adopted = Cluster::start(&folder.place()).expect("a start beside the old server");
    assert_eq!(folder.postmaster(), postmaster, "the old server serves on");
    assert_eq!(notes(&adopted).await, 1);
    adopted.stop().expect("it stops");
    eventually("the old server is gone", async || is_gone(postmaster).then_some(())).await;
}

/// A process that ended and was not collected yet counts as gone.
fn is_gone(process: u32) -> bool {
    let Ok(status) = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")) else {
        return true;
    };
    status.lines().any(|line| line.starts_with("State:") && line.contains('Z'))
}

#[tokio::test]
async fn no_role_of_the_application_is_above_the_policies() {
    let database = TestDatabase::demo().await;
    let superuser = database.superuser().await;
    let rows = superuser
        .query(
            "select rolname::text, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles \
                where rolname like 'kazumi%' order by 1",
            &[],
        )
        .await
        .expect("an answer");
    let found: Vec<(String, bool)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut expected =
        [roles::OWNER, roles::APP, roles::WRITER, roles::REGISTRAR, roles::BACKUP].map(|role| (role.to_owned(), false));
    expected.sort();
    assert_eq!(found, expected);
    for role in [roles::APP, roles::WRITER, roles::REGISTRAR, roles::BACKUP] {
        let client = database.connect(role).await;
        let refused = client.batch_execute("create table public.mine (x integer)").await.expect_err("not theirs");
        assert_eq!(refused.code().map(|code| code.code()), Some("42501"), "{role}");
    }
    let wrong = database.url(roles::APP).replace("kazumi_app:", "kazumi_app:x");
    assert!(migrations::connect(&wrong.parse().expect("an address")).await.is_err(), "a wrong password is refused");
}

#[tokio::test]
async fn a_damaged_folder_is_told_in_one_line() {
    let folder = Folder::new();
    fs::create_dir_all(folder.place().folder.join("postgres")).expect("a folder");
    let error = Cluster::start(&folder.place()).expect_err("no data folder of PostgreSQL");
    assert!(error.to_string().contains("--fresh"), "{error}");
    assert_eq!(error.to_string().lines().count(), 1);
}
