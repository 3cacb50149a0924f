//! Who somebody is: passwords, access tokens, refresh tokens, throttling. Pure but for one bounded pool of hashing threads;
//! knows no SQL, no HTTP, no socket. What a person may do is not here but in `domain::permission`.
//!
//! Read next: [`token`] (what each request carries), then [`refresh`] (how a session lives on).

pub mod origin;
pub mod password;
pub mod password_rule;
pub mod principal;
pub mod printed_code;
pub mod refresh;
pub mod second_factor;
pub mod throttle;
pub mod token;
