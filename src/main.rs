//! The command line. Reads arguments and the environment, starts what was asked for, prints the outcome.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use actix_web::rt::System;
use clap::{Parser, Subcommand};
use kazumi::app::Application;
use kazumi::commands::audit::Head;
use kazumi::commands::doc::{self as doc_commands, DocumentId};
use kazumi::commands::student::{self, StudentId};
use kazumi::config::{Config, Log};
use kazumi::{commands, dev, http, telemetry};
use tokio::signal::unix::{SignalKind, signal};

/// Live co-editing of a student's PEI.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, the sockets and the browser application; configured by the environment.
    Serve,
    /// Serve on this machine with a private database and demo data.
    Dev {
        /// Where the database lives.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Port; 0 takes a free one.
        #[arg(long, default_value_t = 8000)]
        port: u16,
        /// The built browser application.
        #[arg(long = "static")]
        static_dir: Option<PathBuf>,
        /// Begin with a new database.
        #[arg(long)]
        fresh: bool,
        /// Without demo data.
        #[arg(long)]
        no_demo: bool,
    },
    /// Apply the migrations that are missing.
    Migrate,
    /// Administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// One live document: look at it, or mend what is stored of it. Never shows content.
    #[command(subcommand)]
    Doc(Doc),
    /// One student's record as a whole, by order of the school. Never shows content.
    #[command(subcommand)]
    Student(Student),
    /// The records of what happened and who read.
    #[command(subcommand)]
    Audit(Audit),
    /// Say what was kept for long enough and would go today, and of which students the record is due; change nothing. Needs the owner's address in
    /// KAZUMI_DATABASE_OWNER_URL.
    Retention {
        /// Remove it. Never erases a student. May be interrupted and run again.
        #[arg(long)]
        apply: bool,
        /// Say what would go on another day.
        #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "apply")]
        on: Option<commands::retention::Day>,
    },
    /// Check configuration, database, key, clock and disk.
    Doctor,
    /// Print the description of the REST interface as JSON.
    Openapi,
}

#[derive(Subcommand)]
enum Doc {
    /// Count what is stored of a document and read it to its end.
    Inspect {
        /// The document's id.
        document: DocumentId,
    },
    /// Put aside what does not fit, and write a fresh, verified snapshot.
    Repair {
        /// The document's id.
        document: DocumentId,
    },
    /// Erase what was deleted from a document and who wrote what; what it says stays. Cannot be undone.
    EraseHistory {
        /// The document's id.
        document: DocumentId,
    },
    /// Read a document row by row, each sequence said before its row is touched. A server runs this on a document that may kill
    /// its reader.
    #[command(hide = true)]
    Check {
        /// The document's id.
        document: DocumentId,
    },
}

#[derive(Subcommand)]
enum Student {
    /// Note that a child left the school. Neither rights nor text change.
    Left {
        /// The student's id.
        student: StudentId,
        /// The first day on which the child was no longer there, as YYYY-MM-DD.
        #[arg(long, value_parser = student::day, required_unless_present = "back", conflicts_with = "back")]
        on: Option<time::Date>,
        /// The child is there again, or never left.
        #[arg(long)]
        back: bool,
    },
    /// Hold a record that a court, a complaint or an inquiry needs: nothing of it is removed until it is released.
    Hold {
        /// The student's id.
        student: StudentId,
        /// By whose order, in words that name no child.
        #[arg(long)]
        reason: String,
    },
    /// Release a record that was held.
    Release {
        /// The student's id.
        student: StudentId,
    },
    /// Erase a student: all texts, plans, ties and names; what a duty keeps stays without words. Cannot be undone.
    Erase {
        /// The student's id.
        student: StudentId,
        /// Only say what would go and what would stay.
        #[arg(long)]
        dry_run: bool,
        /// Write the touched tables into new files afterwards, so that no freed byte is left; each is locked meanwhile.
        #[arg(long, conflicts_with = "dry_run")]
        rewrite: bool,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Compute the chain again and name what was changed, removed, put in or never sealed. Needs the owner's or the backup role's
    /// address in KAZUMI_DATABASE_OWNER_URL; changes nothing.
    Verify {
        /// A head that was printed earlier and kept elsewhere, as SEQ:HASH: finds a chain that was cut short or written anew.
        #[arg(long)]
        head: Option<Head>,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Make a network's manager; reads the password from standard input.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        network: String,
    },
    /// Take the second factor from somebody who lost both device and recovery codes, and end their sessions.
    ResetSecondFactor {
        #[arg(long)]
        email: String,
    },
}

/// The whole program.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "kazumi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns what there is to print.
fn run(command: Command) -> anyhow::Result<String> {
    let line = |text: String| text + "\n";
    match command {
        Command::Serve => {
            telemetry::init(&Log::from_env()?)?;
            #[cfg(feature = "sabotage")]
            kazumi::sabotage::choose(kazumi::config::sabotage_from_env().as_deref()).map_err(anyhow::Error::msg)?;
            System::new().block_on(serve()).map(|()| String::new())
        }
        Command::Dev { data, port, static_dir, fresh, no_demo } => {
            dev::run(dev::Options { data, port, static_dir, fresh, no_demo }).map(|()| String::new())
        }
        Command::Migrate => System::new().block_on(commands::migrate()).map(line),
        Command::Admin(Admin::Create { email, name, network }) => {
            let password = read_password()?;
            System::new().block_on(commands::create_administrator(&email, &name, &network, &password)).map(line)
        }
        Command::Admin(Admin::ResetSecondFactor { email }) => {
            System::new().block_on(commands::reset_second_factor(&email)).map(line)
        }
        Command::Doc(doc) => on_large_stack(move || {
            System::new().block_on(async move {
                match doc {
                    Doc::Inspect { document } => doc_commands::inspect(document).await.map(line),
                    Doc::Repair { document } => doc_commands::repair(document).await.map(line),
                    Doc::EraseHistory { document } => doc_commands::erase_history(document).await.map(line),
                    Doc::Check { document } => {
                        doc_commands::check(document, &mut std::io::stdout()).await.map(|()| String::new())
                    }
                }
            })
        }),
        Command::Student(command) => System::new().block_on(about_student(command)).map(line),
        Command::Audit(Audit::Verify { head }) => System::new().block_on(commands::audit::verify(head)).map(line),
        Command::Retention { apply: true, .. } => System::new().block_on(commands::retention::apply()).map(line),
        Command::Retention { on, .. } => System::new().block_on(commands::retention::preview(on)).map(line),
        Command::Doctor => System::new().block_on(commands::doctor()).map(line),
        Command::Openapi => Ok(http::openapi::json()),
    }
}

async fn about_student(command: Student) -> anyhow::Result<String> {
    match command {
        Student::Left { student, on, .. } => student::left(student, on).await,
        Student::Hold { student, reason } => student::hold(student, &reason).await,
        Student::Release { student } => student::release(student).await,
        Student::Erase { student, dry_run, rewrite } => student::erase(student, dry_run, rewrite).await,
    }
}

/// Reading a document costs stack by its nesting, as on the room threads.
fn on_large_stack<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
    let thread = std::thread::Builder::new().stack_size(commands::READER_STACK_BYTES).spawn(work)?;
    thread.join().map_err(|_| anyhow::anyhow!("the document code panicked"))?
}

async fn serve() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let application = Application::build(Config::from_env()?).await?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(application.run_until_stopped(stop).await?)
}

/// One line. On a terminal the echo is switched off while it is typed, if the terminal can.
fn read_password() -> anyhow::Result<String> {
    let typed = std::io::stdin().is_terminal();
    let echo = |setting| {
        if typed {
            let _ = std::process::Command::new("stty").arg(setting).status();
        }
    };
    if typed {
        write!(std::io::stderr(), "Password: ")?;
    }
    echo("-echo");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    echo("echo");
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
