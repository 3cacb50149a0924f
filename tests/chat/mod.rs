//! Conversations while everything around them breaks: servers and databases die, the network cuts, members come and go. People write all the time
//! (`load.rs`), each with the device that `docs/protocol.md` describes (`client.rs`), and every device keeps a log. In the end `kazumi-check` compares the logs
//! with the database.

mod client;
mod coming_and_going;
mod crash;
mod database_killed;
mod load;
mod network;
mod network_bad;
mod notes;
mod sabotaged;
