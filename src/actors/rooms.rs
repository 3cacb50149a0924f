//! The entrance to the live documents, for sockets: decides with the database whether somebody may join, and then takes them
//! to their room.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::{Actor, Addr};

use super::conversations::entrance::Conversations;
use super::memberships;
use super::messages::{Join, Joined, MemberId, Person, Seat};
use super::outlet::Outlet;
use super::positions::Open;
use super::reaper::Sockets;
use super::registry::{CloseAll, Registry};
use super::revocation::{self, Seats};
use super::student::Services;
use super::threads::RoomThreads;
use crate::domain::ids::{DocumentId, Lineage};
use crate::domain::pei::{DocumentName, SCHEMA_VERSION};
use crate::domain::session::{Caller, Standing};
use crate::protocol::code::Code;
use crate::protocol::collab::Framing;
use crate::store::compaction::Compactor;
use crate::store::documents::{JoinFacts, JoinRefusal};
use crate::store::journal::Journal;
use crate::store::{Error, Store, sessions};

/// How long a document may take to open. One of 1 MiB takes some 10 ms; a database that comes back takes seconds.
const JOIN_WITHIN: Duration = Duration::from_secs(20);

/// Somebody at the door.
pub struct JoinRequest {
    /// Who asks; the token was checked, the login session not yet.
    pub caller: Caller,
    /// What they ask for.
    pub name: DocumentName,
    /// How their socket wants its frames.
    pub framing: Framing,
    /// The way to the session.
    pub outlet: Outlet,
}

/// How rooms are to run.
#[derive(Debug, Clone, Copy)]
pub struct RoomSettings {
    /// Threads that rooms live on, at least 1.
    pub threads: usize,
    /// How long a document that nobody has open stays in memory.
    pub document_idle: Duration,
    /// How often open documents are compared with their logs.
    pub position_check: Duration,
}

/// All live documents of this node. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    registry: Addr<Registry>,
    conversations: Conversations,
    store: Store,
    journal: Journal,
    sockets: Sockets,
    seats: Seats,
    draining: Arc<AtomicBool>,
}

impl Rooms {
    /// Starts the room threads, the registry and the journal.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start(store: Store, settings: RoomSettings) -> std::io::Result<Self> {
        let threads = Arc::new(RoomThreads::start(settings.threads)?);
        let (journal, _task) = Journal::start(&store);
        let open_documents: Open<DocumentId, i64> = Open::default();
        let find = |store: Store, documents| async move { store.find_heads(documents).await };
        open_documents.clone().watch(&store, settings.position_check, find);
        let seats = Seats::default();
        revocation::watch(&store, seats.clone());
        memberships::watch(&store);
        let services = Services {
            store: store.clone(),
            journal: journal.clone(),
            compactor: Compactor::start(store.clone())?,
            open_documents,
            seats: seats.clone(),
            document_idle: settings.document_idle,
        };
        let conversations = Conversations::start(&store, Arc::clone(&threads));
        let registry_threads = Arc::clone(&threads);
        let registry = Registry::start_in_arbiter(threads.first(), move |_| Registry::new(registry_threads, services));
        Ok(Self {
            registry,
            conversations,
            store,
            journal,
            sockets: Sockets::start()?,
            seats,
            draining: Arc::default(),
        })
    }

    /// The open sockets of this node.
    #[must_use]
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The conversations of this node.
    #[must_use]
    pub fn conversations(&self) -> &Conversations {
        &self.conversations
    }

    /// Who sits where on this node.
    #[must_use]
    pub fn seats(&self) -> &Seats {
        &self.seats
    }

    /// Lets somebody in, or says why not. Costs two transactions, and a load when the document is not in memory.
    ///
    /// # Errors
    /// `SessionEnded`, `SecondFactorRequired`, `NotFound` (also for "not for you"), `WrongLineage`, `StoreUnavailable`, `Overloaded`, `Restarting`.
    pub async fn join(&self, request: JoinRequest) -> Result<Joined, Code> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(Code::Restarting);
        }
        let decided = self.seats.decide();
        let found = self.store.find_document_for_join(request.caller, request.name).await;
        let facts = match found {
            Ok(Ok(facts)) => facts,
            Ok(Err(JoinRefusal::SessionEnded)) => return Err(Code::SessionEnded),
            Ok(Err(JoinRefusal::SecondFactorOwed)) => return Err(Code::SecondFactorRequired),
            Ok(Err(JoinRefusal::NotFound)) => {
                crate::metrics::authz_denied("section");
                return Err(Code::NotFound);
            }
            Err(error) => return Err(code_of(&error)),
        };
        check_copy(request.name.copy, &facts)?;
        let (reply, answer) = tokio::sync::oneshot::channel();
        let seat = Seat {
            member: MemberId::next(),
            person: Person { user: request.caller.user, name: facts.name, function: facts.function },
            caller: request.caller,
            decided,
            access: facts.access,
            lineage: facts.lineage,
            framing: request.framing,
            outlet: request.outlet,
        };
        let join =
            Join { document: facts.document, section: request.name.section, student: facts.student, seat, reply };
        self.registry.send(join).await.map_err(|_| Code::Internal)?;
        // A document that hangs while loading must not hold the socket and its other documents.
        match tokio::time::timeout(JOIN_WITHIN, answer).await {
            Ok(answer) => answer.unwrap_or(Err(Code::Internal)),
            Err(_) => Err(Code::StoreUnavailable),
        }
    }

    /// Whether the login session of a fresh token still counts.
    ///
    /// # Errors
    /// `SessionEnded`, `SecondFactorRequired`, or `StoreUnavailable`.
    pub async fn check_session(&self, caller: Caller) -> Result<(), Code> {
        match sessions::standing(&self.store, caller).await {
            Ok(Standing::Live) => Ok(()),
            Ok(Standing::Owes(_)) => Err(Code::SecondFactorRequired),
            Ok(Standing::Over) => Err(Code::SessionEnded),
            Err(error) => Err(code_of(&error)),
        }
    }

    /// Spends a one-use ticket, given by its SHA-256.
    ///
    /// # Errors
    /// `Unauthenticated` when it was spent, came too late or never existed; `StoreUnavailable`.
    pub async fn redeem_ticket(&self, sha256: Vec<u8>) -> Result<Caller, Code> {
        match crate::store::tickets::redeem(&self.store, sha256).await {
            Ok(Some(caller)) => Ok(caller),
            Ok(None) => Err(Code::Unauthenticated),
            Err(error) => Err(code_of(&error)),
        }
    }

    /// Whether the server is going down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Ends every socket with "restarting" and waits until everything that was received is committed, for at most `patience`.
    /// Returns whether everything was committed; what was not has not been acknowledged either.
    pub async fn drain(&self, patience: Duration) -> bool {
        self.draining.store(true, Ordering::Relaxed);
        crate::metrics::draining(true);
        self.seats.close_inboxes(Code::Restarting);
        let _ = self.registry.send(CloseAll(Code::Restarting)).await;
        let settled = async { tokio::join!(self.journal.settled(), self.conversations.settled()) };
        tokio::time::timeout(patience, settled).await.is_ok()
    }
}

/// A copy of another lineage is refused, never merged; so is a client that understands only an older format.
fn check_copy(copy: Option<(Lineage, i32)>, facts: &JoinFacts) -> Result<(), Code> {
    match copy {
        Some((lineage, schema)) if lineage != facts.lineage || schema < facts.schema_version => Err(Code::WrongLineage),
        None if facts.schema_version > SCHEMA_VERSION => Err(Code::WrongLineage),
        _ => Ok(()),
    }
}

/// What a failure of the database is called on a socket.
pub(super) fn code_of(error: &Error) -> Code {
    match error {
        Error::NotFound | Error::Refused | Error::Rule(_) => Code::NotFound,
        Error::Unavailable(_) => Code::StoreUnavailable,
        Error::Conflict { .. } | Error::Corrupt(_) | Error::Database { .. } => {
            tracing::error!(%error, "the database failed a socket");
            Code::Internal
        }
    }
}
