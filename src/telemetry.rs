//! Log lines on standard error: JSON for machines, text for people. Standard output stays free for what a command prints.
//!
//! Never in a log: passwords, tokens, e-mail addresses, network addresses, names, query strings, request bodies, document
//! content. Fields are ids. What a panic said is dropped unless it is a literal of ours, because a message may quote data.

use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Libraries whose more talkative levels print statements' parameters or requests' headers. Capped whatever the filter says.
const CAPPED: [&str; 4] = ["tokio_postgres=info", "actix_http=info", "actix_web=info", "actix_files=info"];

/// Starts logging and installs the panic hook. A second call in one process changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(log: &Log) -> Result<(), tracing_subscriber::filter::ParseError> {
    let mut filter = EnvFilter::try_new(&log.filter)?;
    for cap in CAPPED {
        filter = filter.add_directive(cap.parse()?);
    }
    // A line that cannot be written (nobody reads the pipe any more) is lost. Complaining about it on the same standard error would
    // panic, and panic again while the panic is logged.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true)
        .log_internal_errors(false);
    let outcome = match log.format {
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
    // Only the first subscriber of a process counts: tests start many servers in one.
    if outcome.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(())
}

fn log_panic(info: &PanicHookInfo<'_>) {
    let said = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(message withheld)");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    tracing::error!(place, thread, said, "a thread panicked");
}
