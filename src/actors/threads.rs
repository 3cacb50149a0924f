//! The threads on which rooms live. Each runs an actix system; rooms are started through its arbiter's handle, chosen by a
//! hash of the student or room, so that one busy room cannot stall those of other threads.

use std::sync::mpsc;
use std::thread::JoinHandle;

use actix::{ArbiterHandle, System};
use uuid::Uuid;

use crate::crdt::limits::READER_STACK_BYTES;

/// The pool of room threads.
pub struct RoomThreads {
    arbiters: Vec<ArbiterHandle>,
    threads: Vec<JoinHandle<()>>,
}

impl RoomThreads {
    /// Starts `count` threads and waits until each can take rooms.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start(count: usize) -> std::io::Result<Self> {
        let mut pool = Self { arbiters: Vec::new(), threads: Vec::new() };
        for index in 0..count.max(1) {
            let (ready, handle) = mpsc::channel();
            let thread = std::thread::Builder::new()
                .name(format!("rooms-{index}"))
                .stack_size(READER_STACK_BYTES)
                .spawn(move || {
                    let system = System::new();
                    drop(ready.send(System::current().arbiter().clone()));
                    if let Err(error) = system.run() {
                        tracing::error!(%error, "a room thread ended badly");
                    }
                })?;
            let arbiter = handle.recv().map_err(|_| std::io::Error::other("a room thread died while starting"))?;
            pool.arbiters.push(arbiter);
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// The thread that the room of this student, or this room of conversation, lives on.
    pub fn of(&self, id: Uuid) -> &ArbiterHandle {
        // The low bits of an id are random.
        let hash = id.as_u128() as u64 as usize;
        &self.arbiters[hash % self.arbiters.len()]
    }

    /// The thread of everything that is not a room.
    pub fn first(&self) -> &ArbiterHandle {
        &self.arbiters[0]
    }

    /// Asks every thread to end. Rooms must be empty by then.
    pub fn stop(self) {
        for arbiter in &self.arbiters {
            arbiter.spawn(async { System::current().stop() });
        }
        for thread in self.threads {
            drop(thread.join());
        }
    }
}
