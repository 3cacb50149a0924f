//! Every metric of the server: name, help, unit, labels, and a typed function to record it. The only file that holds metric
//! names, with `chat.rs`. Labels are closed lists, never an id, a path or a text that a client sent.
//!
//! Read next: `monitoring/grafana` (dashboards) and `docs/runbooks` (what to do when one of them turns).

pub mod chat;

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bucket boundaries of every duration, in seconds. 0.25 is the limit of the fan-out objective and must stay a boundary.
const SECONDS: [f64; 14] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Bucket boundaries of counts of rows.
const ROWS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0];

/// What became of an inbound document update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateResult {
    /// Committed, applied, shown.
    Accepted,
    /// Held nothing new.
    Contained,
    /// Refused by the scanner.
    RefusedScan,
    /// Refused: the sender may only read.
    RefusedGrant,
    /// Refused: a client id of somebody else.
    RefusedBinding,
    /// Refused by the writing statement or a policy.
    RefusedStore,
    /// Parked until what it builds on arrives.
    Deferred,
    /// Given up after parking, or the room ended.
    Dropped,
}

impl UpdateResult {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Accepted, "accepted"),
        (Self::Contained, "contained"),
        (Self::RefusedScan, "refused_scan"),
        (Self::RefusedGrant, "refused_grant"),
        (Self::RefusedBinding, "refused_binding"),
        (Self::RefusedStore, "refused_store"),
        (Self::Deferred, "deferred"),
        (Self::Dropped, "dropped"),
    ];
}

/// Which endpoint a socket speaks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SocketKind {
    /// `/ws/collab`.
    Collab,
    /// `/ws/y/…`.
    Y,
    /// `/ws/chat`.
    Chat,
}

impl SocketKind {
    const ALL: [Self; 3] = [Self::Collab, Self::Y, Self::Chat];

    /// The label's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collab => "collab",
            Self::Y => "y",
            Self::Chat => "chat",
        }
    }
}

/// Handles that are used for every frame: looking a metric up by name costs 15 times as much as a kept handle.
struct Hot {
    updates: Vec<Counter>,
    commit_seconds: Histogram,
    fanout_seconds: Histogram,
    load_seconds: Histogram,
    batch_rows: Histogram,
    queue_rows: Gauge,
}

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
static HOT: OnceLock<Hot> = OnceLock::new();

const CONNECT_RESULTS: [&str; 7] =
    ["ok", "unauthorized", "not_found", "bad_origin", "draining", "malformed", "overloaded"];
const CLOSE_CODES: [&str; 15] = [
    "1000", "1001", "1006", "1009", "1011", "1012", "1013", "4400", "4401", "4403", "4404", "4409", "4413", "4508",
    "other",
];
const AUTH_RESULTS: [&str; 7] = ["ok", "refused", "throttled", "overloaded", "refreshed", "code_ok", "code_refused"];
const DENIED_RESOURCES: [&str; 15] = [
    "pei",
    "section",
    "socket",
    "origin",
    "session",
    "accesses",
    "invitation",
    "administration",
    "consents",
    "corrections",
    "announcements",
    "desks",
    "reports",
    "dossier",
    "room",
];
const DB_ERRORS: [&str; 6] = ["not_found", "conflict", "refused", "unavailable", "corrupt", "database"];
const COMPACTION_FAILURES: [&str; 3] = ["database", "damaged", "unverified"];
const DAMAGED: [&str; 2] = ["snapshot", "update"];
const REVOCATIONS: [&str; 5] = ["session", "right", "replaced", "changed", "blind"];
const ACTORS: [&str; 4] = ["student", "registry", "document", "conversation"];

/// Installs the recorder for this process, once, and writes a zero for every label value, so that a rate exists before the
/// first event. Later calls return the same handle.
///
/// # Panics
/// When another library has installed a recorder already: a bug of start-up order.
pub fn install() -> &'static PrometheusHandle {
    RECORDER.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_rows".to_owned()), &ROWS))
            .and_then(PrometheusBuilder::install_recorder)
            .expect("no other metrics recorder is installed in this process");
        describe();
        chat::describe();
        zero();
        chat::zero();
        handle
    })
}

fn describe() {
    describe_gauge!("kazumi_build_info", "1, labelled with the running version");
    describe_counter!("kazumi_http_requests_total", "HTTP answers by method, route template and status");
    describe_histogram!("kazumi_http_request_duration_seconds", "Time to answer an HTTP request");
    describe_gauge!("kazumi_ws_connections", "Open sockets");
    describe_counter!("kazumi_ws_connects_total", "Attempts to open a socket, by result");
    describe_counter!("kazumi_ws_disconnects_total", "Closed sockets, by close code");
    describe_counter!("kazumi_ws_slow_consumer_evictions_total", "Sockets cut because they did not read");
    describe_counter!("kazumi_ws_lagged_total", "Times that a socket had no room for what a document had to say");
    describe_counter!(
        "kazumi_doc_resyncs_total",
        "Times that a member who lagged was brought up to date by one difference"
    );
    describe_counter!("kazumi_ws_throttled_total", "Pauses in reading a socket that sent more than its budget");
    describe_gauge!("kazumi_doc_actors", "Students whose documents are in memory");
    describe_gauge!("kazumi_doc_participants", "Joined documents, summed over sockets");
    describe_counter!("kazumi_doc_updates_total", "Inbound document updates, by what became of them");
    describe_histogram!("kazumi_doc_commit_seconds", "From reception of an update to its commit");
    describe_histogram!("kazumi_doc_fanout_seconds", "From reception of an update to handing it to every socket");
    describe_histogram!("kazumi_doc_load_seconds", "Time to load a document");
    describe_histogram!("kazumi_compaction_seconds", "Time to compact a document's log, verification included");
    describe_counter!("kazumi_compaction_rows_total", "Updates moved to the archive");
    describe_counter!("kazumi_compaction_failures_total", "Compactions given up, by reason");
    describe_counter!("kazumi_damaged_total", "Stored bytes that do not fit their checksum or do not load, by kind");
    describe_counter!("kazumi_doc_behind_total", "Documents found behind the log by the position check");
    describe_histogram!("kazumi_journal_batch_rows", "Updates per journal commit");
    describe_gauge!("kazumi_journal_queue_rows", "Updates accepted and not yet committed");
    describe_counter!("kazumi_journal_retries_total", "Journal batches tried again after a transient failure");
    describe_gauge!("kazumi_db_pool_connections", "Database connections by state");
    describe_counter!("kazumi_db_errors_total", "Failed database work, by kind");
    describe_counter!("kazumi_auth_attempts_total", "Sign-in attempts, by result");
    describe_counter!("kazumi_invitations_total", "Invitations, by what became of them");
    describe_counter!("kazumi_password_resets_total", "Requests for a new password and their use, by result");
    describe_counter!("kazumi_mails_total", "Mails, by what became of them");
    describe_gauge!("kazumi_mails_waiting", "Mails that have not left yet");
    describe_counter!("kazumi_authz_denied_total", "Refused acts, by resource");
    describe_counter!("kazumi_emergencies_total", "Records of children opened in an emergency");
    describe_counter!("kazumi_dossiers_total", "Copies of children's dossiers that were made");
    describe_counter!("kazumi_auth_revocations_total", "Seats that ended because a right changed, by reason");
    describe_histogram!(
        "kazumi_auth_revocation_seconds",
        "From a change of a right to the end of the seat it concerns"
    );
    describe_gauge!(
        "kazumi_auth_listener",
        "1 while changes of rights are heard of at once, 0 while they are only looked for"
    );
    describe_counter!("kazumi_actor_panics_total", "Panics caught or actors found dead");
    describe_gauge!("kazumi_audit_waiting_rows", "Rows of the audit log that no link of the chain covers yet");
    describe_gauge!("kazumi_audit_oldest_waiting_seconds", "How long the oldest of them has waited");
    describe_counter!("kazumi_audit_sealed_total", "Rows of the audit log that this server chained");
    describe_counter!("kazumi_audit_seal_failures_total", "Failed attempts to chain what waits");
    describe_gauge!("kazumi_draining", "1 while the server is going down");
}

fn zero() {
    gauge!("kazumi_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    for kind in SocketKind::ALL {
        gauge!("kazumi_ws_connections", "kind" => kind.as_str()).set(0.0);
        for name in ["kazumi_ws_slow_consumer_evictions_total", "kazumi_ws_lagged_total", "kazumi_ws_throttled_total"] {
            counter!(name, "kind" => kind.as_str()).absolute(0);
        }
        for result in CONNECT_RESULTS {
            counter!("kazumi_ws_connects_total", "kind" => kind.as_str(), "result" => result).absolute(0);
        }
        for code in CLOSE_CODES {
            counter!("kazumi_ws_disconnects_total", "kind" => kind.as_str(), "code" => code).absolute(0);
        }
    }
    gauge!("kazumi_doc_actors").set(0.0);
    gauge!("kazumi_doc_participants").set(0.0);
    counter!("kazumi_doc_resyncs_total").absolute(0);
    counter!("kazumi_doc_behind_total").absolute(0);
    counter!("kazumi_compaction_rows_total").absolute(0);
    for reason in COMPACTION_FAILURES {
        counter!("kazumi_compaction_failures_total", "reason" => reason).absolute(0);
    }
    for kind in DAMAGED {
        counter!("kazumi_damaged_total", "kind" => kind).absolute(0);
    }
    counter!("kazumi_journal_retries_total").absolute(0);
    gauge!("kazumi_audit_waiting_rows").set(0.0);
    gauge!("kazumi_audit_oldest_waiting_seconds").set(0.0);
    counter!("kazumi_audit_sealed_total").absolute(0);
    counter!("kazumi_audit_seal_failures_total").absolute(0);
    gauge!("kazumi_draining").set(0.0);
    for state in ["open", "idle"] {
        gauge!("kazumi_db_pool_connections", "state" => state).set(0.0);
    }
    for kind in DB_ERRORS {
        counter!("kazumi_db_errors_total", "kind" => kind).absolute(0);
    }
    for result in AUTH_RESULTS {
        counter!("kazumi_auth_attempts_total", "result" => result).absolute(0);
    }
    for resource in DENIED_RESOURCES {
        counter!("kazumi_authz_denied_total", "resource" => resource).absolute(0);
    }
    for reason in REVOCATIONS {
        counter!("kazumi_auth_revocations_total", "reason" => reason).absolute(0);
    }
    gauge!("kazumi_auth_listener").set(0.0);
    counter!("kazumi_emergencies_total").absolute(0);
    counter!("kazumi_dossiers_total").absolute(0);
    for actor in ACTORS {
        counter!("kazumi_actor_panics_total", "actor" => actor).absolute(0);
    }
    // Touching them creates the series of the hot path.
    hot().queue_rows.set(0.0);
}

fn hot() -> &'static Hot {
    HOT.get_or_init(|| Hot {
        updates: UpdateResult::ALL
            .iter()
            .map(|(_, name)| {
                let counter = counter!("kazumi_doc_updates_total", "result" => *name);
                counter.absolute(0);
                counter
            })
            .collect(),
        commit_seconds: histogram!("kazumi_doc_commit_seconds"),
        fanout_seconds: histogram!("kazumi_doc_fanout_seconds"),
        load_seconds: histogram!("kazumi_doc_load_seconds"),
        batch_rows: histogram!("kazumi_journal_batch_rows"),
        queue_rows: gauge!("kazumi_journal_queue_rows"),
    })
}

/// An HTTP request was answered. `route` is the template, never the path.
pub fn http_request(method: &'static str, route: String, status: u16, took: Duration) {
    counter!("kazumi_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!("kazumi_http_request_duration_seconds", "method" => method, "route" => route).record(took);
}

/// Somebody tried to open a socket; `result` is one of `ok`, `unauthorized`, `not_found`, `bad_origin`, `draining`,
/// `malformed`, `overloaded`.
pub fn ws_connect(kind: SocketKind, result: &'static str) {
    counter!("kazumi_ws_connects_total", "kind" => kind.as_str(), "result" => result).increment(1);
}

/// A socket was opened.
pub fn ws_opened(kind: SocketKind) {
    gauge!("kazumi_ws_connections", "kind" => kind.as_str()).increment(1.0);
}

/// A socket ended, with the close code that was sent or received (1006 when there was none).
pub fn ws_closed(kind: SocketKind, code: u16) {
    gauge!("kazumi_ws_connections", "kind" => kind.as_str()).decrement(1.0);
    let text = code.to_string();
    let label = CLOSE_CODES.iter().copied().find(|known| *known == text).unwrap_or("other");
    counter!("kazumi_ws_disconnects_total", "kind" => kind.as_str(), "code" => label).increment(1);
}

/// A socket was cut because its peer did not read.
pub fn slow_consumer_evicted(kind: SocketKind) {
    counter!("kazumi_ws_slow_consumer_evictions_total", "kind" => kind.as_str()).increment(1);
}

/// A socket had no room for what a document had to say.
pub fn lagged(kind: SocketKind) {
    counter!("kazumi_ws_lagged_total", "kind" => kind.as_str()).increment(1);
}

/// A member who lagged was brought up to date.
pub fn resynced() {
    counter!("kazumi_doc_resyncs_total").increment(1);
}

/// A socket that sent more than its budget is not read for a moment.
pub fn throttled(kind: SocketKind) {
    counter!("kazumi_ws_throttled_total", "kind" => kind.as_str()).increment(1);
}

/// A student's documents entered (`1.0`) or left (`-1.0`) memory.
pub fn doc_actors(change: f64) {
    gauge!("kazumi_doc_actors").increment(change);
}

/// Somebody joined (`1.0`) or left (`-1.0`) a document.
pub fn doc_participants(change: f64) {
    gauge!("kazumi_doc_participants").increment(change);
}

/// An inbound update met its fate.
pub fn doc_update(result: UpdateResult) {
    hot().updates[result as usize].increment(1);
}

/// From reception to commit.
pub fn doc_commit(took: Duration) {
    hot().commit_seconds.record(took);
}

/// From reception to the last hand-over to a socket.
pub fn doc_fanout(took: Duration) {
    hot().fanout_seconds.record(took);
}

/// A document was loaded.
pub fn doc_load(took: Duration) {
    hot().load_seconds.record(took);
}

/// A log was compacted: so many rows moved.
pub fn compaction(took: Duration, rows: u64) {
    histogram!("kazumi_compaction_seconds").record(took);
    counter!("kazumi_compaction_rows_total").increment(rows);
}

/// A compaction was given up: `database`, `damaged`, `unverified`.
pub fn compaction_failure(reason: &'static str) {
    counter!("kazumi_compaction_failures_total", "reason" => reason).increment(1);
}

/// Stored bytes do not fit their checksum, or do not load: `snapshot`, `update`.
pub fn damaged(kind: &'static str) {
    counter!("kazumi_damaged_total", "kind" => kind).increment(1);
}

/// The position check found an open document behind its log.
pub fn doc_behind() {
    counter!("kazumi_doc_behind_total").increment(1);
}

/// A journal batch of so many rows was committed.
pub fn journal_batch(rows: usize) {
    hot().batch_rows.record(rows as f64);
}

/// Rows entered (positive) or left (negative) the journal.
pub fn journal_queue(change: f64) {
    hot().queue_rows.increment(change);
}

/// A batch is tried again.
pub fn journal_retry() {
    counter!("kazumi_journal_retries_total").increment(1);
}

/// Connections of both pools.
pub fn db_connections(open: usize, idle: usize) {
    gauge!("kazumi_db_pool_connections", "state" => "open").set(open as f64);
    gauge!("kazumi_db_pool_connections", "state" => "idle").set(idle as f64);
}

/// Database work failed; `kind` comes from `store::Error::kind`.
pub fn db_error(kind: &'static str) {
    counter!("kazumi_db_errors_total", "kind" => kind).increment(1);
}

/// A sign-in attempt ended: `ok`, `refused`, `throttled`, `overloaded`, `refreshed`; a code: `code_ok`, `code_refused`.
pub fn auth_attempt(result: &'static str) {
    counter!("kazumi_auth_attempts_total", "result" => result).increment(1);
}

/// An invitation: `created`, `accepted`, `refused`, `withdrawn`, `throttled`.
pub fn invitation(result: &'static str) {
    counter!("kazumi_invitations_total", "result" => result).increment(1);
}

/// A new password: `requested`, `code_made`, `done`, `refused`, `throttled`.
pub fn password_reset(result: &'static str) {
    counter!("kazumi_password_resets_total", "result" => result).increment(1);
}

/// A mail: `queued`, `sent`, `retried`, `failed`.
pub fn mail(result: &'static str) {
    counter!("kazumi_mails_total", "result" => result).increment(1);
}

/// Mails that have not left yet.
pub fn mails_waiting(count: i64) {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts so many mails")]
    gauge!("kazumi_mails_waiting").set(count as f64);
}

/// An act was refused: `pei`, `section`, `socket`, `origin`, `session`, `accesses`, `invitation`.
pub fn authz_denied(resource: &'static str) {
    counter!("kazumi_authz_denied_total", "resource" => resource).increment(1);
}

/// Somebody opened a child's record in an emergency.
pub fn emergency_opened() {
    counter!("kazumi_emergencies_total").increment(1);
}

/// A copy of a child's dossier was made.
pub fn dossier_taken() {
    counter!("kazumi_dossiers_total").increment(1);
}

/// A seat ended so long after the change that ended it: `session`, `right` (nothing is left), `changed` (another
/// right is), `blind` (nothing could be found out for too long).
pub fn revoked(reason: &'static str, took: Duration) {
    counter!("kazumi_auth_revocations_total", "reason" => reason).increment(1);
    histogram!("kazumi_auth_revocation_seconds").record(took);
}

/// Whether changes of rights are heard of at once.
pub fn auth_listener(listens: bool) {
    gauge!("kazumi_auth_listener").set(if listens { 1.0 } else { 0.0 });
}

/// So many rows of the audit log were chained, and so many wait, the oldest since so many seconds.
pub fn audit_sealed(sealed: usize, waiting: i64, oldest_seconds: f64) {
    counter!("kazumi_audit_sealed_total").increment(sealed as u64);
    gauge!("kazumi_audit_waiting_rows").set(waiting as f64);
    gauge!("kazumi_audit_oldest_waiting_seconds").set(oldest_seconds);
}

/// What waits could not be chained.
pub fn audit_seal_failure() {
    counter!("kazumi_audit_seal_failures_total").increment(1);
}

/// A panic was caught, or an actor was found dead: `student`, `registry`, `document`, `conversation`.
pub fn actor_panic(actor: &'static str) {
    counter!("kazumi_actor_panics_total", "actor" => actor).increment(1);
}

/// The server began (`true`) to go down.
pub fn draining(now: bool) {
    gauge!("kazumi_draining").set(if now { 1.0 } else { 0.0 });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_update_results_is_the_order_of_their_counters() {
        for (index, (result, _)) in UpdateResult::ALL.iter().enumerate() {
            assert_eq!(*result as usize, index);
        }
    }
}
