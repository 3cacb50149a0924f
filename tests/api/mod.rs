//! The REST interface of a real server process over a real database, asked as any client would.

mod accesses;
mod accounts;
mod admin;
mod admin_functions;
mod admin_refusals;
mod admin_ties;
mod audit;
mod canary_sweep;
mod commands;
mod devices;
mod emergencies;
mod factors;
mod fixture;
mod footprint;
mod forged_tokens;
mod frames;
mod invitations;
mod mails;
mod matrix;
mod pace;
mod passwords;
mod payloads;
mod peis;
mod places;
mod refusals;
mod regressions;
mod reset_codes;
mod rotation;
mod sabotaged;
mod second_factor;
mod secrets;
mod startup;
mod step_up;
mod surroundings;
mod tokens;

pub use fixture::{World, without_request_id};
