//! (being written)

pub mod account;
pub mod binaries;
pub mod cluster;
pub mod demo;
pub mod postmaster;
pub mod secrets;
