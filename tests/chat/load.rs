//! Eight devices of seven people who write in four rooms, and what is said about it in the end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kazumi_check::{Report, check, database, read_logs};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::client::{Device, Person, Stage, Wish};
use super::notes::{Notes, Tally};
use crate::support::{TestDatabase, TestServer, eventually_within, report};

/// Whose devices there are: parents, teachers, a coordinator, a therapist; one has two. The direction only reads in one of the rooms.
const DEVICES: [&str; 8] = [
    "luciana.prado",
    "luciana.prado",
    "denise.barreto",
    "camila.nobrega",
    "marina.couto",
    "wesley.duarte",
    "rafael.meira",
    "otavio.lins",
];
/// Whose rooms they write in.
const STUDENTS: &str = "(s.name like 'Téo %' or s.name like 'Lara %')";
/// How long everything may take to be well again.
const RECOVERY: Duration = Duration::from_secs(60);

/// People who write.
pub struct Load {
    stage: Arc<Stage>,
    people: HashMap<&'static str, Arc<Person>>,
    wish: watch::Sender<Wish>,
    devices: JoinSet<()>,
    logs: tempfile::TempDir,
}

impl Load {
    /// Everybody signs in at the server and begins to write, on sockets to `url`.
    pub async fn begin(server: &TestServer, url: String) -> Self {
        let owner = server.database.owner().await;
        let rooms = format!("select r.room_id::text from rooms r join students s using (student_id) where {STUDENTS}");
        let rooms: HashSet<String> =
            owner.query(&rooms, &[]).await.expect("rooms").iter().map(|row| row.get(0)).collect();
        assert_eq!(rooms.len(), 4);
        let stage = Arc::new(Stage { url, rooms, tally: Tally::default() });
        let mut people = HashMap::new();
        for account in DEVICES {
            if !people.contains_key(account) {
                let session = server.login(account).await;
                let user = session.user["user_id"].as_str().expect("an id").to_owned();
                people.insert(account, Person::new(user, session.access_token));
            }
        }
        let (wish, logs) = (watch::Sender::new(Wish::Write), tempfile::tempdir().expect("a folder"));
        let mut devices = JoinSet::new();
        for (number, account) in DEVICES.into_iter().enumerate() {
            let person = &people[account];
            let notes = Notes::begin(logs.path(), &format!("{number}-{account}"), &person.user);
            devices.spawn(Device::new(number, &stage, person, wish.subscribe(), notes).work());
        }
        Self { stage, people, wish, devices, logs }
    }

    /// Everybody gets a fresh access token, for the next time they come in.
    pub async fn sign_in(&self, server: &TestServer) {
        for (account, person) in &self.people {
            person.use_token(server.login(account).await.access_token);
        }
    }

    /// Waits for so many further acknowledgements.
    pub async fn acknowledges(&self, count: u64) {
        let enough = self.stage.tally.acked() + count;
        eventually_within(RECOVERY, "people write on", async || (self.stage.tally.acked() >= enough).then_some(()))
            .await;
    }

    /// How often a room was taken away from a device.
    pub fn gone(&self) -> u64 {
        self.stage.tally.gone.load(Ordering::Relaxed)
    }

    /// Everybody sends what is left, waits until it stands at the end of its rooms, and goes. Whoever does not get there is for the checker to judge.
    pub async fn finish(self, database: &TestDatabase, what: &str) -> Report {
        let (found, logs) = self.end(database, what).await;
        if !found.violations.is_empty() {
            // For a look at the whole: the checker's program reads it again.
            report!("the logs stay in {}", logs.keep().display());
        }
        found
    }

    /// The same for a server that does wrong: nobody needs the logs of what was expected.
    pub async fn end(mut self, database: &TestDatabase, what: &str) -> (Report, tempfile::TempDir) {
        self.wish.send_replace(Wish::Finish);
        let mut owner = database.owner().await;
        let deadline = Instant::now() + RECOVERY;
        while !self.is_quiet(&owner).await && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.wish.send_replace(Wish::Leave);
        while let Some(ended) = self.devices.join_next().await {
            ended.expect("no device panicked");
        }
        let clients = read_logs(self.logs.path()).expect("logs");
        let rooms = database::rooms(&mut owner).await.expect("rooms");
        let found = check(&clients, &rooms);
        report!("{what}: {found}");
        (found, self.logs)
    }

    /// Whether nobody has anything left to send, and everybody has read everything that is theirs.
    async fn is_quiet(&self, owner: &tokio_postgres::Client) -> bool {
        let ends = "select room_id::text, last_seq from rooms";
        let ends: HashMap<String, i64> =
            owner.query(ends, &[]).await.expect("rooms").iter().map(|row| (row.get(0), row.get(1))).collect();
        let standings = self.stage.tally.standings();
        standings.len() == DEVICES.len()
            && standings.iter().all(|standing| {
                let has_read = |cursors: &HashMap<String, i64>| {
                    !cursors.is_empty() && cursors.iter().all(|(room, seq)| ends.get(room) == Some(seq))
                };
                standing.unsent == 0 && standing.cursors.as_ref().is_some_and(has_read)
            })
    }
}

/// Nothing was violated, and enough has happened for that to mean something.
pub fn assert_sound(report: &Report, messages: u64, came_back: u64) {
    let first: Vec<String> = report.violations.iter().take(20).map(ToString::to_string).collect();
    assert!(report.violations.is_empty(), "{report}\n{}", first.join("\n"));
    let came_in = DEVICES.len() as u64 + came_back;
    assert!(report.acked as u64 >= messages && report.connected as u64 >= came_in, "little has happened: {report}");
    assert!(report.delivered > report.acked, "others are shown it too: {report}");
}
