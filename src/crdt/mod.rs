//! Live documents behind a guard: scanner → gate → section document, and nothing reaches yrs any other way.
//!
//! Pure and synchronous: no I/O, no clock, and it knows nothing of PEIs, people, sockets or SQL. Only this folder imports
//! `yrs`. How a room uses it, for each received update: [`scan_update`], then [`Frontier::assess`]; park what is missing
//! something in [`Deferred`]; for what is ready [`Frontier::advance`], store it, then
//! [`SectionDocument::apply_and_settle`] in the order of storage. Read next: `limits.rs`, `scan.rs`, `gate.rs`,
//! `document.rs`. Tests in `tests/` hold the golden cases, the hostile corpus and the fuzzer.

pub mod limits;
pub mod seed;

mod awareness;
mod canonical;
mod copy;
mod cost;
mod deferred;
mod document;
mod gate;
mod gate_error;
mod known;
mod ranges;
mod reader;
mod rebuild;
mod scan;
mod scan_error;
mod summary;
mod value;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

pub use awareness::{AwarenessEntry, encode_awareness, scan_awareness};
pub use canonical::RootKind;
pub use copy::without_history;
pub use deferred::{Deferred, Overflow, Parked};
pub use document::{ApplyError, SectionDocument};
pub use gate::{Assessment, Frontier};
pub use gate_error::GateError;
pub use rebuild::{Rebuilt, reads_back, rebuild};
pub use scan::{scan_state_vector, scan_update};
pub use scan_error::ScanError;
pub use summary::{ClientId, Clock, ClockRange, UpdateSummary};
