//! Kazumi: a multidisciplinary team writes a student's PEI together, live, and nothing is shown or acknowledged before it
//! is committed.
//!
//! Who may import whom (checked by `tests/architecture.rs`):
//!
//! ```text
//! L0 domain  crdt                    pure, no async, no I/O; they do not import each other
//! L1 protocol → domain, crdt         auth → domain                     leaves: config, delivery, telemetry, metrics, sabotage
//! L2 store → domain, crdt
//! L3 actors → domain, crdt, protocol, store      mail → store
//! L4 ws → domain, protocol, auth, actors       http → domain, protocol::code, auth, store, actors, mail
//! L5 app, dev, commands → everything           main → app, dev, commands, config, telemetry, http
//! ```
//!
//! Read next: `ARCHITECTURE.md` (five walkthroughs), then `actors/mod.rs`.

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("the feature `sabotage` does wrong on purpose and is for tests alone; build without it");

pub mod actors;
pub mod app;
pub mod auth;
pub mod commands;
pub mod config;
pub mod crdt;
pub mod delivery;
pub mod dev;
pub mod domain;
pub mod http;
pub mod mail;
pub mod metrics;
pub mod protocol;
pub mod sabotage;
pub mod store;
pub mod telemetry;
pub mod ws;
