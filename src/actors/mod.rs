//! The only shared mutable state: the live documents and who is in them.
//!
//! ```text
//! socket session ──join──▶ Rooms ──as the joiner──▶ store          (one read decides, one row records it)
//!       │                    └──Join──▶ Registry ──▶ StudentActor  (get or start; the registry forwards joins only)
//!       ├────────Receive, under ctx.wait──────────▶ StudentActor ──Entry──▶ journal ──commit──┐
//!       ◀────────Deliver, by try_send────────────── StudentActor ◀──────Settled, in order─────┘
//! ```
//!
//! Two sentences carry everything: **an edit is applied, shown and acknowledged only after its commit**, and **up with `wait`, down
//! with `try_send`**: a busy room slows only its own writers, through TCP; a peer that does not read lags, is brought up to date by one
//! difference when it reads again, and is cut from outside when it does not, because a frozen session cannot be told anything.
//!
//! Rooms run on a few plain threads with large stacks (`threads.rs`): nested documents cost stack, and an arbiter cannot set its own.
//! A dead room is rebuilt from the database, not repaired. Read next: `student/mod.rs`, then `student/section.rs` (the rules).

pub mod conversations;
pub mod kill_switch;
pub mod memberships;
pub mod messages;
pub mod outlet;
pub mod positions;
pub mod reaper;
pub mod registry;
pub mod revocation;
pub mod rooms;
pub mod student;
mod threads;

pub use kill_switch::KillSwitch;
pub use rooms::Rooms;
