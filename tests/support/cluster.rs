//! One PostgreSQL cluster for all tests of a run, made on first use, gone when the test process is gone, however it ends.
//!
//! A static value is never dropped, and a killed process runs no cleanup. So a small shell waits on a pipe that only this
//! process holds open: when it closes, the shell stops the server and removes the folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use kazumi::auth::password::Passwords;
use kazumi::config;
use kazumi::dev::cluster::Cluster;
use kazumi::dev::demo;
use kazumi::dev::place::Place;
use kazumi::store::{migrations, roles};
use tokio::runtime;

/// A migrated database without a row.
pub const EMPTY: &str = "template_empty";
/// A migrated database with the demo network.
pub const DEMO: &str = "template_demo";

/// Every folder of a test cluster begins so; what follows is the process that uses it.
const FOLDER: &str = "kazumi-test-";

/// Waits for the end of standard input, then stops the server at once (`SIGQUIT`; it removes its file of the process id
/// last) and removes its folder (`$1`).
const WATCHER: &str = r#"
    cat > /dev/null
    file="$1/postgres/postmaster.pid"
    if [ -f "$file" ]; then
        kill -QUIT "$(head -n 1 "$file")" 2> /dev/null
        tries=0
        while [ -f "$file" ] && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
    fi
    rm -rf "$1"
"#;

/// The cluster of this run.
pub struct TestCluster {
    /// The running cluster.
    pub cluster: Cluster,
    /// Its folder; the servers under test keep their keys here too.
    pub folder: PathBuf,
    _watcher: Child,
}

/// `None` when it could not be made: the first test says why, the others do not try again.
static CLUSTER: OnceLock<Option<TestCluster>> = OnceLock::new();

/// The cluster of this run; the first call makes it (some seconds), with both templates.
pub async fn shared() -> &'static TestCluster {
    // Connections that prepare the templates live on a runtime of their own and are gone when it is: a template with an
    // open connection cannot be copied.
    let made = tokio::task::spawn_blocking(|| CLUSTER.get_or_init(|| catch_unwind(make).ok())).await;
    made.expect("no panic leaves the closure")
        .as_ref()
        .expect("the test cluster could not be made; see the first failure")
}

fn make() -> TestCluster {
    sweep();
    let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder for the test cluster");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("open to the database's account");
    let watcher = watch(&folder);
    let place = Place { folder: folder.clone(), binaries: config::postgres_programs_from_env(), connections: 400 };
    let cluster = Cluster::start(&place).expect("a test cluster");
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(make_templates(&cluster));
    TestCluster { cluster, folder, _watcher: watcher }
}

async fn make_templates(cluster: &Cluster) {
    cluster.prepare().await.expect("roles and database");
    let superuser = migrations::connect(&cluster.superuser("postgres")).await.expect("a connection");
    roles::ensure_database(&superuser, EMPTY, "template0").await.expect("a database");
    let inside = migrations::connect(&cluster.superuser(EMPTY)).await.expect("a connection");
    roles::close_public_schema(&inside).await.expect("closed");
    close(inside, cluster, EMPTY).await;
    let mut owner = as_owner(cluster, EMPTY).await;
    migrations::run(&mut owner).await.expect("every migration applies");
    close(owner, cluster, EMPTY).await;
    roles::ensure_database(&superuser, DEMO, EMPTY).await.expect("a database");
    let hash = Passwords::new().hash(demo::PASSWORD.to_owned()).await.expect("a hash");
    let mut owner = as_owner(cluster, DEMO).await;
    demo::load(&mut owner, &hash).await.expect("the demo loads");
    close(owner, cluster, DEMO).await;
}

async fn as_owner(cluster: &Cluster, database: &str) -> tokio_postgres::Client {
    let config = cluster.url(roles::OWNER, database).parse().expect("an address");
    migrations::connect(&config).await.expect("a connection as the owner")
}

/// Ends a connection and waits until the server has noticed.
async fn close(client: tokio_postgres::Client, cluster: &Cluster, database: &str) {
    drop(client);
    let superuser = migrations::connect(&cluster.superuser("postgres")).await.expect("a connection");
    super::eventually("the connection is closed", async || {
        let row = superuser.query_one("select count(*) from pg_stat_activity where datname = $1", &[&database]).await;
        (row.expect("an answer").get::<_, i64>(0) == 0).then_some(())
    })
    .await;
}

/// Starts the watcher in a group of its own, so that Ctrl-C in the terminal does not end it before its work.
fn watch(folder: &Path) -> Child {
    let mut command = Command::new("sh");
    command
        .args(["-c", WATCHER, "watcher"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.process_group(0).spawn().expect("a watcher")
}

/// Removes folders of runs whose process and watcher are both gone (a power cut, a killed container).
fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(FOLDER)).and_then(|pid| pid.parse::<u32>().ok());
        let Some(process) = process.filter(|pid| !Path::new(&format!("/proc/{pid}")).exists()) else { continue };
        // Closing its standard input at once makes the watcher do its work now.
        let mut watcher = watch(&entry.path());
        drop(watcher.stdin.take());
        watcher.wait().unwrap_or_else(|error| panic!("the leftovers of run {process} stay: {error}"));
    }
}
