//! The design's bars, each with what this run measured and whether that reaches it.

use super::Results;
use super::table::{self, Bar};
use crate::peers::Peer;
use crate::scenario::DELIVERIES_PER_KEY;

/// Bytes of the join storm's document, in kilobytes.
const DOCUMENT_KB: f64 = 407.0;
/// Its joiners.
const JOINERS: f64 = 150.0;

/// Reads one median; not a number when it was not measured.
struct Figures<'a>(&'a Results);

impl Figures<'_> {
    fn get(&self, scenario: &str, peer: Peer, figure: &str) -> f64 {
        let medians = self.0.medians(scenario);
        let found = medians.iter().find(|outcome| outcome.peer == peer.name());
        found.and_then(|outcome| outcome.figures.get(figure).copied()).unwrap_or(f64::NAN)
    }

    /// What a delivery costs the bare loop at the step nearest to a load: the same bytes to the same sockets. At its own ceiling it
    /// passes on many messages with one write, which no longer is the same work.
    fn bare_cost_at(&self, load: f64) -> f64 {
        let medians = self.0.medians("s2");
        let bare = medians.iter().find(|outcome| outcome.peer == Peer::Bare.name());
        let steps = bare.and_then(|bare| bare.curves.get("cost")).into_iter().flatten();
        let nearest = steps.min_by(|a, b| (a[0] - load).abs().total_cmp(&(b[0] - load).abs()));
        nearest.map_or(f64::NAN, |step| step[1])
    }

    fn ours(&self, scenario: &str, figure: &str) -> f64 {
        self.get(scenario, Peer::Kazumi, figure)
    }
}

fn bars(results: &Results) -> Vec<Bar> {
    let figures = Figures(results);
    let ours = |scenario, figure| figures.ours(scenario, figure);
    let of = |peer, scenario, figure| figures.get(scenario, peer, figure);
    let (delivery, ack) = (ours("s1", "delivery_p99_ms"), ours("s1", "ack_p99_ms"));
    let cost = ours("s1", "server_us_per_delivery");
    let bare = of(Peer::Bare, "s1", "server_us_per_delivery");
    let hocuspocus = of(Peer::Hocuspocus, "s1", "server_us_per_delivery");
    let all = |peer| of(peer, "s1", "server_us_per_delivery") + of(peer, "s1", "database_us_per_delivery");
    let frozen = ours("s1", "acknowledged_while_frozen");
    let rate = ours("s2", "deliveries_per_s") / of(Peer::Hocuspocus, "s2", "deliveries_per_s");
    let cheaper = of(Peer::Hocuspocus, "s2", "server_us_per_delivery") / ours("s2", "server_us_per_delivery");
    let floor =
        ours("s2", "server_us_per_delivery") / figures.bare_cost_at(ours("s2", "keys_per_s") * DELIVERIES_PER_KEY);
    let presence = |scenario| (ours(scenario, "delivery_p95_ms"), ours(scenario, "undelivered"));
    let ((hundred, lost_100), (many, lost_500)) = (presence("s3-100"), presence("s3-500"));
    let storm = ours("s4", "synced_all_ms");
    let copy = ours("s4", "resident_growth_mb") * 1e3 / JOINERS;
    let idle = ours("s5", "resident_kb_per_socket");
    vec![
        (
            "S1: nothing acknowledged while the database stands still",
            format!("{frozen:.0} acknowledgements"),
            frozen == 0.0,
        ),
        (
            "S1: p99 of deliveries and acknowledgements under 25 ms, with the commit",
            format!("{delivery:.1} and {ack:.1} ms"),
            delivery < 25.0 && ack < 25.0,
        ),
        (
            "S1: processor time per delivery at most 1.5 × the bare loop, plus the commit",
            format!("{:.1} × ({cost:.1} µs)", cost / bare),
            cost <= 1.5 * bare,
        ),
        (
            "S1: and, without the databases, below @hocuspocus/server, which does not wait",
            format!(
                "{hocuspocus:.1} µs there; with the databases {:.1} against {:.1} µs",
                all(Peer::Kazumi),
                all(Peer::Hocuspocus)
            ),
            cost < hocuspocus,
        ),
        ("S2: at least 5 × the deliveries a second of @hocuspocus/server", format!("{rate:.1} ×"), rate >= 5.0),
        ("S2: at least 5 × less processor time per delivery than it", format!("{cheaper:.1} ×"), cheaper >= 5.0),
        (
            "S2: processor time per delivery at our ceiling within 3 × of the bare loop with the same load",
            format!("{floor:.1} ×"),
            floor <= 3.0,
        ),
        (
            "S3: 100 people: nothing undelivered, p95 under 50 ms",
            format!("{lost_100:.0}, {hundred:.1} ms"),
            lost_100 == 0.0 && hundred < 50.0,
        ),
        (
            "S3: 500 people: nothing undelivered, p95 under 250 ms",
            format!("{lost_500:.0}, {many:.1} ms"),
            lost_500 == 0.0 && many < 250.0,
        ),
        ("S4: 150 people have a document of 400 kB in under 1 s", format!("{storm:.0} ms"), storm < 1000.0),
        (
            "S4: under 2 × the encoded document of memory per open copy",
            format!("{:.2} ×", copy / DOCUMENT_KB),
            copy < 2.0 * DOCUMENT_KB,
        ),
        ("S5: at most 20 kB of memory per idle socket", format!("{idle:.1} kB"), idle <= 20.0),
    ]
}

/// The table.
pub fn table(results: &Results) -> String {
    let mut out = "## The bars\n\n".to_owned();
    table::bars(&mut out, &bars(results));
    out
}
