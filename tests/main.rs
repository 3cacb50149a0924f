//! The integration tests, one binary: it links once. Each file states claims about the product; `support` is what they
//! stand on.

mod api;
mod architecture;
mod authz;
mod chat;
mod collaboration;
mod demo;
mod dev_command;
mod faults;
mod oracle;
mod private_cluster;
mod retention_catalogue;
mod rls_catalogue;
mod rooms;
mod sql;
mod student_erasure_catalogue;
mod support;
