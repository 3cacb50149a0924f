//! The words and tables of `docs/performance.md`. Figures come from the run; what they mean is said here, once, beside them.

use std::fmt::Write;

use super::table::{Column, cell, troubles};
use super::{Results, bars};
use crate::outcome::Outcome;
use crate::peers::Peer;

struct Section {
    scenario: &'static str,
    heading: &'static str,
    words: &'static str,
    columns: &'static [Column],
    /// Heading and figure that is also given as a multiple of the bare loop's, or of hocuspocus' where there is no bare loop.
    ratio: Option<(&'static str, &'static str)>,
    charts: &'static [&'static str],
}

const LATENCY: &[Column] = &[
    ("p50 ms", "delivery_p50_ms", 1),
    ("p95 ms", "delivery_p95_ms", 1),
    ("p99 ms", "delivery_p99_ms", 1),
    ("undelivered", "undelivered", 0),
    ("presence msg/s", "presence_messages_per_s", 0),
    ("server cores", "server_cores", 2),
    ("others' cores", "others_cores", 1),
];

const SECTIONS: &[Section] = &[
    Section {
        scenario: "s1",
        heading: "S1 · Co-editing: 100 documents × 5 people × 5 keys a second",
        words: "2,500 edits and 10,000 deliveries a second. *Frozen* is the durability probe: how many edits were acknowledged, and how many \
                shown to others, while the database's processes stood still (`SIGSTOP`). Only 0 means that an acknowledgement is a promise.",
        columns: &[
            ("delivery p50 ms", "delivery_p50_ms", 1),
            ("p99 ms", "delivery_p99_ms", 1),
            ("p99.9 ms", "delivery_p999_ms", 1),
            ("ack p50 ms", "ack_p50_ms", 1),
            ("ack p99 ms", "ack_p99_ms", 1),
            ("server µs/delivery", "server_us_per_delivery", 1),
            ("database µs/delivery", "database_us_per_delivery", 1),
            ("undelivered", "undelivered_in_all", 0),
            ("acks frozen", "acknowledged_while_frozen", 0),
            ("shown frozen", "delivered_while_frozen", 0),
            ("RSS MB", "server_resident_mb", 0),
            ("others' cores", "others_cores", 1),
        ],
        ratio: Some(("server CPU × bare", "server_us_per_delivery")),
        charts: &["s1-delivery.svg"],
    },
    Section {
        scenario: "s2",
        heading: "S2 · Ceiling",
        words: "The same house typing faster step by step (×1.4) until the p99 passes 100 ms or something does not arrive within a second. The \
                last step that held. Costs are those at each server's own ceiling; the second chart compares them at the same load.",
        columns: &[
            ("keys/s each", "keys_per_s", 1),
            ("deliveries/s", "deliveries_per_s", 0),
            ("p99 ms", "delivery_p99_ms", 1),
            ("server µs/delivery", "server_us_per_delivery", 1),
            ("database µs/delivery", "database_us_per_delivery", 1),
            ("failed at keys/s", "failed_at_keys_per_s", 1),
            ("others' cores", "others_cores", 1),
        ],
        ratio: None,
        charts: &["s2-latency.svg", "s2-cost.svg"],
    },
    Section {
        scenario: "s3-30",
        heading: "S3 · Presence: one document × 30 people",
        words: "Everybody's cursor moves once a second, one person types ten keys a second. What does not arrive within three seconds is undelivered.",
        columns: LATENCY,
        ratio: None,
        charts: &[],
    },
    Section {
        scenario: "s3-100", heading: "S3 · × 100 people", words: "", columns: LATENCY, ratio: None, charts: &[]
    },
    Section {
        scenario: "s3-500", heading: "S3 · × 500 people", words: "", columns: LATENCY, ratio: None, charts: &[]
    },
    Section {
        scenario: "s4",
        heading: "S4 · Join storm: 150 people open a document of 400 kB at once",
        words: "From the first connection to the whole document in every hand. The document is open already.",
        columns: &[
            ("synced p50 ms", "synced_p50_ms", 0),
            ("p99 ms", "synced_p99_ms", 0),
            ("all ms", "synced_all_ms", 0),
            ("not synced", "not_synced", 0),
            ("RSS growth MB", "resident_growth_mb", 1),
            ("server CPU ms", "server_cpu_ms", 0),
            ("others' cores", "others_cores", 1),
        ],
        ratio: Some(("time × hocuspocus", "synced_all_ms")),
        charts: &[],
    },
    Section {
        scenario: "s5",
        heading: "S5 · Idle sockets",
        words: "Sockets that have joined one of a hundred open documents and do nothing. What Kazumi does meanwhile is asking, once a second for all of them, whether anybody's rights have changed.",
        columns: &[
            ("sockets", "sockets", 0),
            ("RSS kB/socket", "resident_kb_per_socket", 1),
            ("RSS MB", "resident_mb", 0),
            ("joins/s", "joins_per_s", 0),
            ("idle server cores", "server_cores", 3),
            ("idle database cores", "database_cores", 3),
            ("lost", "sockets_lost", 0),
        ],
        ratio: None,
        charts: &[],
    },
    Section {
        scenario: "s8",
        heading: "S8 · A member that does not read",
        words: "One of thirty members stops reading while five others paste 8 kB and delete it, 400 kB a second. The first megabytes are the kernel's \
                and appear nowhere; without a cut the rest grows as long as the member stays.",
        columns: &[
            ("others' p99, all read, ms", "control_p99_ms", 1),
            ("one does not, ms", "delivery_p99_ms", 1),
            ("undelivered to others", "undelivered", 0),
            ("RSS growth MB", "resident_growth_mb", 1),
            ("cut after s", "cut_after_s", 1),
        ],
        ratio: None,
        charts: &["s8-growth.svg"],
    },
];

const MEANING: &str = "\
## What an acknowledgement means

| server | acknowledges | keeps |
|---|---|---|
| kazumi | after `COMMIT` with `synchronous_commit = on`; nothing is shown to anybody before | every edit, in PostgreSQL |
| kazumi (y-websocket framing) | the same; the echo of one's own bytes is the acknowledgement | the same |
| @hocuspocus/server 4.7 | after applying in memory | the whole document, 2–10 s after an edit, through its database extension |
| y-websocket 2.1 | the echo, after applying in memory | nothing: it has no database here |
| bare loop | the echo, after nothing | nothing: it is the floor, a thread that writes the same bytes to the same sockets |

So the latencies compare Kazumi *with* a commit against the others *without* one, and the processor time of its database is shown in a column of its own.
";

const METHOD: &str = "\
## How it is measured

* **Open loop.** Every edit has a moment at which it is meant to be sent, fixed beforehand; latency counts from that moment, whether or not the server (or the
  generator) has fallen behind. Nothing is left out because something else was slow.
* **Real edits.** Yjs 13 wrote them beforehand (`bench/peers/trace.mjs`): a paragraph, then keystrokes, about one in five a deletion.
* **The books add up.** Deliveries are recognised by the clocks they contain, also where a server merges edits; what was sent and not seen is reported.
* **Same machine, same run.** Servers take turns within a repetition; figures are medians of the repetitions, ratios are ratios of those medians.
* The generator is one thread and shares the processors with the server. *Others' cores* is what everybody else on the machine used meanwhile: the higher, the
  longer the tails of all servers.
* Processor time is that of the server's process (`/proc`), and separately of all PostgreSQL processes. The members of a document are on one loopback address.
";

/// The whole page.
pub fn text(results: &Results) -> String {
    let arguments = if results.quick { "--quick --docs docs" } else { "--docs docs" };
    let times = if results.quick { "a short run, measured once" } else { "medians of up to three repetitions" };
    let mut out = format!(
        "# Performance\n\nThe collaboration server against its peers: {times}, {} cores shared with other work. Written by\n\
         `make bench ARGS=\"{arguments}\"`; do not edit by hand. The bars are those of the design.\n\n",
        results.cores
    );
    out.push_str(&disturbance(results));
    out.push_str(&bars::table(results));
    out.push_str(MEANING);
    for section in SECTIONS {
        let medians = results.medians(section.scenario);
        if !medians.is_empty() {
            write_section(&mut out, section, &medians);
        }
    }
    out.push('\n');
    out.push_str(METHOD);
    out
}

/// What others on the machine did to the latencies, where they did much.
fn disturbance(results: &Results) -> String {
    /// Cores that do not matter.
    const QUIET: f64 = 0.2;
    let medians = results.medians("s1");
    let figures = |figure: &str| medians.iter().filter_map(|outcome| outcome.figures.get(figure).copied()).collect();
    let others: Vec<f64> = figures("others_cores");
    let most = others.iter().copied().fold(0.0, f64::max);
    let bare = medians.iter().find(|outcome| outcome.peer == Peer::Bare.name());
    let Some(p99) = bare.and_then(|bare| bare.figures.get("delivery_p99_ms")).filter(|_| most > QUIET) else {
        return String::new();
    };
    format!(
        "**This machine was not quiet.** During S1 others used up to {most:.1} of {} cores, and even the bare loop, which does nothing, had a \
         p99 of {p99:.0} ms.\nTails and ceilings of this run are as much the machine's as the servers'; processor time, memory, losses and \
         ratios say more.\n\n",
        results.cores
    )
}

fn write_section(out: &mut String, section: &Section, medians: &[Outcome]) {
    write!(out, "\n## {}\n\n", section.heading).ok();
    if !section.words.is_empty() {
        write!(out, "{}\n\n", section.words).ok();
    }
    let mut headings: Vec<&str> = section.columns.iter().map(|column| column.0).collect();
    headings.extend(section.ratio.map(|ratio| ratio.0));
    write!(out, "| server | {} |\n|---|{}\n", headings.join(" | "), "--:|".repeat(headings.len())).ok();
    for outcome in medians {
        let mut cells: Vec<String> = section.columns.iter().map(|column| cell(outcome, column)).collect();
        cells.extend(section.ratio.map(|(_, figure)| ratio(outcome, figure, medians)));
        writeln!(out, "| {} | {} |", outcome.peer, cells.join(" | ")).ok();
    }
    troubles(out, medians);
    for chart in section.charts {
        write!(out, "\n![{}](performance/{chart})\n", section.heading).ok();
    }
}

fn ratio(outcome: &Outcome, figure: &str, medians: &[Outcome]) -> String {
    let of = |peer: Peer| medians.iter().find(|other| other.peer == peer.name())?.figures.get(figure).copied();
    let base = of(Peer::Bare).or_else(|| of(Peer::Hocuspocus)).filter(|base| *base > 0.0);
    match (outcome.figures.get(figure), base) {
        (Some(value), Some(base)) => format!("{:.1} ×", value / base),
        _ => "–".to_owned(),
    }
}
