//! A proxy between a server and PostgreSQL that cuts connections around their commits: the commit happens, its answer is lost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::{TestDatabase, report};

/// PostgreSQL's socket file in its folder.
const SOCKET: &str = ".s.PGSQL.5432";
/// The end of a transaction as a simple query (PostgreSQL, "Message Formats"); its completion says the same.
const COMMIT: &[u8] = b"COMMIT\0";
/// The completion of a statement with rows. Outside a transaction that was its commit too.
const SELECTED: &[u8] = b"SELECT ";
/// The server waits for a question, and no transaction is open; `ReadyForQuery`.
const IDLE: &[u8] = &[b'Z', 0, 0, 0, 5, b'I'];
/// The first byte of `Bind`: a prepared statement is run.
const BIND: u8 = b'B';
/// One commit in so many is cut.
const ONE_IN: u32 = 4;

/// What is done to a commit.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// It never arrives.
    Before,
    /// It arrives, and nobody waits for its end.
    Meanwhile,
    /// It has happened, and the answer is thrown away.
    After,
}

/// Whether commits are cut now, and how many were so far.
#[derive(Default)]
struct Counts {
    cuts_now: AtomicBool,
    before: AtomicUsize,
    meanwhile: AtomicUsize,
    after: AtomicUsize,
}

/// A running proxy. It ends when dropped, with every connection through it.
pub struct CuttingProxy {
    folder: tempfile::TempDir,
    counts: Arc<Counts>,
    _connections: JoinSet<()>,
}

impl CuttingProxy {
    /// Listens beside the database's own socket.
    pub fn start(database: &TestDatabase) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(folder.path().join(SOCKET)).expect("a socket");
        let target = database.socket_folder().join(SOCKET);
        let seed: u64 = rand::random();
        report!("commits are cut by chance, seed {seed}");
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let mut random = SmallRng::seed_from_u64(seed);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let far = UnixStream::connect(&target).await.expect("the database listens");
                let random = SmallRng::from_rng(&mut random);
                connections.spawn(carry(near, far, random, Arc::clone(&counted)));
            }
        });
        Self { folder, counts, _connections: accepting }
    }

    /// Where servers find it instead of the database.
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// Begins to cut, or lets every commit through again. At first all get through: a server checks its database when it starts.
    pub fn cut(&self, now: bool) {
        self.counts.cuts_now.store(now, Ordering::Relaxed);
    }

    /// Commits that never arrived, that were not waited for, and whose answers were lost.
    pub fn cuts(&self) -> [usize; 3] {
        let Counts { before, meanwhile, after, .. } = &*self.counts;
        [before, meanwhile, after].map(|count| count.load(Ordering::Relaxed))
    }
}

/// Carries bytes both ways until one side ends or a commit is cut.
async fn carry(mut near: UnixStream, mut far: UnixStream, mut random: SmallRng, counts: Arc<Counts>) {
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut is_idle = false;
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let question = &asked[..length];
                let completion = if holds(question, COMMIT) {
                    Some(COMMIT)
                } else {
                    (is_idle && question[0] == BIND).then_some(SELECTED)
                };
                let cuts_now = counts.cuts_now.load(Ordering::Relaxed);
                if let Some(completion) = completion && cuts_now && random.random_ratio(1, ONE_IN) {
                    return cut(&mut far, question, completion, random, &counts).await;
                }
                if far.write_all(question).await.is_err() { return }
            }
            read = far.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                is_idle = answered[..length].ends_with(IDLE);
                if near.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}

async fn cut(far: &mut UnixStream, commit: &[u8], completion: &[u8], mut random: SmallRng, counts: &Counts) {
    let how = [Cut::Before, Cut::Meanwhile, Cut::After][random.random_range(0..3)];
    let count = match how {
        Cut::Before => &counts.before,
        Cut::Meanwhile => &counts.meanwhile,
        Cut::After => &counts.after,
    };
    if !matches!(how, Cut::Before) {
        far.write_all(commit).await.expect("the database reads");
    }
    if matches!(how, Cut::After) {
        // Answers to what was asked before may come in front of it.
        let mut answer = Vec::new();
        while !(holds(&answer, completion) && answer.ends_with(IDLE)) {
            let read = far.read_buf(&mut answer).await.expect("the database answers");
            assert!(read > 0, "the database ended the connection by itself: {answer:?}");
        }
    }
    count.fetch_add(1, Ordering::Relaxed);
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
