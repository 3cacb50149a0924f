//! A bad network between devices and server: it delays, cuts after a write has arrived and before its answer has, leaves connections half open, and doubles
//! others: whatever the device sends arrives on two sockets. A device that comes back sees what it has written before it sends again, so that only a doubled
//! connection makes the server search for what was sent before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::support::report;

/// One piece in so many from a device meets each fate.
const CUT_ONE_IN: u32 = 25;
const FALL_SILENT_ONE_IN: u32 = 120;
const DELAY_ONE_IN: u32 = 4;
/// Longest delay of a piece, in milliseconds.
const DELAY: u64 = 60;
/// How long the server is not told that a device is gone.
const HALF_OPEN: Duration = Duration::from_secs(3);
/// One connection in so many is doubled.
const DOUBLED_ONE_IN: u32 = 3;

/// What was done so far.
#[derive(Debug, Default)]
pub struct Done {
    /// Pieces that came late.
    pub delayed: AtomicU64,
    /// Connections that were cut after a write.
    pub cut: AtomicU64,
    /// Connections that fell silent, on both ends.
    pub silent: AtomicU64,
    /// Connections that were doubled.
    pub doubled: AtomicU64,
}

impl Done {
    /// The four figures.
    pub fn figures(&self) -> [u64; 4] {
        [&self.delayed, &self.cut, &self.silent, &self.doubled].map(|figure| figure.load(Ordering::Relaxed))
    }
}

/// A running network. It ends when dropped, with every connection through it.
pub struct BadNetwork {
    /// Where devices come in.
    pub port: u16,
    /// What was done so far.
    pub done: Arc<Done>,
    is_bad: Arc<AtomicBool>,
    _connections: JoinSet<()>,
}

impl BadNetwork {
    /// Before the server on this port.
    pub async fn before(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seed: u64 = rand::random();
        report!("the network is bad by chance, seed {seed}");
        let (done, is_bad) = (Arc::new(Done::default()), Arc::new(AtomicBool::new(true)));
        let mut connections = JoinSet::new();
        let (counts, switch) = (Arc::clone(&done), Arc::clone(&is_bad));
        connections.spawn(async move {
            let (mut chance, mut inner) = (SmallRng::seed_from_u64(seed), JoinSet::new());
            loop {
                let (near, _) = listener.accept().await.expect("a connection");
                let chance = SmallRng::seed_from_u64(chance.random());
                let path = Path { server, chance, done: Arc::clone(&counts), is_bad: Arc::clone(&switch) };
                inner.spawn(path.carry(near));
                while inner.try_join_next().is_some() {}
            }
        });
        Self { port, done, is_bad, _connections: connections }
    }

    /// From now on nothing is done to what passes.
    pub fn becomes_good(&self) {
        self.is_bad.store(false, Ordering::Relaxed);
    }
}

/// One connection.
struct Path {
    server: u16,
    chance: SmallRng,
    done: Arc<Done>,
    is_bad: Arc<AtomicBool>,
}

impl Path {
    fn happens(&mut self, one_in: u32) -> bool {
        self.is_bad.load(Ordering::Relaxed) && self.chance.random_ratio(1, one_in)
    }

    async fn carry(mut self, mut near: TcpStream) {
        let Ok(mut far) = TcpStream::connect(("127.0.0.1", self.server)).await else { return };
        // What is small goes at once, so that only chance delays it.
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let mut double = self.double().await;
        let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
        loop {
            tokio::select! {
                read = near.read(&mut up) => {
                    let Some(piece) = piece(read, &up) else { return };
                    self.delay().await;
                    if far.write_all(piece).await.is_err() {
                        return;
                    }
                    if let Some(double) = &mut double {
                        // Nobody hears of it when this one ends.
                        drop(double.sends.write_all(piece).await);
                    }
                    if self.happens(FALL_SILENT_ONE_IN) {
                        self.done.silent.fetch_add(1, Ordering::Relaxed);
                        return fall_silent(near, far).await;
                    }
                    if self.happens(CUT_ONE_IN) {
                        self.done.cut.fetch_add(1, Ordering::Relaxed);
                        return self.cut(near, far).await;
                    }
                }
                read = far.read(&mut down) => {
                    let Some(piece) = piece(read, &down) else { return };
                    self.delay().await;
                    if near.write_all(piece).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    async fn delay(&mut self) {
        if self.happens(DELAY_ONE_IN) {
            self.done.delayed.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(self.chance.random_range(1..DELAY))).await;
        }
    }

    /// The device sees the end at once; the server, which has the write, at once or late.
    async fn cut(mut self, near: TcpStream, far: TcpStream) {
        drop(near);
        if self.chance.random_ratio(1, 2) {
            listen(far, HALF_OPEN).await;
        }
    }

    /// A second connection to the server, whose answers nobody sees.
    async fn double(&mut self) -> Option<Double> {
        if !self.happens(DOUBLED_ONE_IN) {
            return None;
        }
        let socket = TcpStream::connect(("127.0.0.1", self.server)).await.ok()?;
        let _ = socket.set_nodelay(true);
        self.done.doubled.fetch_add(1, Ordering::Relaxed);
        let (mut answers, sends) = socket.into_split();
        let mut hears = JoinSet::new();
        hears.spawn(async move {
            let mut heard = vec![0; 16 * 1024];
            while answers.read(&mut heard).await.is_ok_and(|read| read > 0) {}
        });
        Some(Double { sends, _hears: hears })
    }
}

/// The second of two connections.
struct Double {
    sends: OwnedWriteHalf,
    _hears: JoinSet<()>,
}

fn piece(read: std::io::Result<usize>, buffer: &[u8]) -> Option<&[u8]> {
    read.ok().filter(|length| *length > 0).map(|length| &buffer[..length])
}

/// Takes everything and says nothing.
async fn listen(mut socket: TcpStream, time: Duration) {
    let mut heard = vec![0; 16 * 1024];
    // Whether it ends before is all the same.
    let _ = timeout(time, async { while socket.read(&mut heard).await.is_ok_and(|read| read > 0) {} }).await;
}

/// Both ends believe that the other is there. The device gives up first.
async fn fall_silent(near: TcpStream, far: TcpStream) {
    let device_gives_up = Duration::from_secs(30);
    tokio::join!(listen(near, device_gives_up), listen(far, device_gives_up));
}
