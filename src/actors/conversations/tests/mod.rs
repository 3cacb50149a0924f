//! Rooms without sockets and without a database: the rules alone.

mod log;
mod simulator;
