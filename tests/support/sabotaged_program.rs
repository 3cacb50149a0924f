//! The same program as `src/main.rs`, under another name: built with the feature `sabotage`, beside the real one.

#[path = "../../src/main.rs"]
mod program;

fn main() -> std::process::ExitCode {
    program::main()
}
