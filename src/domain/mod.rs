//! The rules of the product, without I/O: no async, no actix, no SQL, no clock of its own.
//!
//! Start with [`permission`] (who may do what with a student), [`administration`] (who may change that) and [`pei`] (sections, states). What a document holds is not here but in
//! `crate::crdt`; the two never import each other.

pub mod administration;
pub mod audit_chain;
pub mod break_glass;
pub mod consent;
pub mod conversation;
pub mod correction;
pub mod device;
pub mod finding;
pub mod ids;
pub mod invitation;
pub mod pei;
pub mod people;
pub mod permission;
pub mod report;
pub mod retention;
pub mod second_factor;
pub mod session;
