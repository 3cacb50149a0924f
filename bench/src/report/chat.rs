//! The section of `docs/performance.md` about conversations: its bars, tables and chart. It stands between two marks, so that it and the documents' part are
//! each written without the other.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::chart::{Axis, Chart, Line};
use super::{Results, table};
use crate::chat::servers::Server;
use crate::outcome::{Outcome, median};

/// Where the section begins and ends in the page.
const MARKS: (&str, &str) = ("<!-- conversations -->", "<!-- end of conversations -->");
const CHART: &str = "chat-s2-latency.svg";
/// Others used less than this: the machine was quiet.
const QUIET: f64 = 0.2;

const ROOMS: &[table::Column] = &[
    ("durable messages/s", "messages_per_s", 0),
    ("delivery p50 ms", "delivery_p50_ms", 1),
    ("p99 ms", "delivery_p99_ms", 1),
    ("ack p50 ms", "ack_p50_ms", 1),
    ("ack p99 ms", "ack_p99_ms", 1),
    ("deliveries/s", "deliveries_per_s", 0),
    ("server µs/delivery", "server_us_per_delivery", 1),
    ("database µs/delivery", "database_us_per_delivery", 1),
    ("failed at msg/s", "failed_at_per_s", 0),
    ("lost", "lost", 0),
    ("doubled", "doubled", 0),
    ("reordered", "reordered", 0),
    ("acks frozen", "acknowledged_while_frozen", 0),
    ("shown frozen", "delivered_while_frozen", 0),
    ("others' cores", "others_cores", 1),
];
const HALL: &[table::Column] = &[
    ("deliveries/s", "deliveries_per_s", 0),
    ("messages/s", "messages_per_s", 0),
    ("delivery p50 ms", "delivery_p50_ms", 1),
    ("p99 ms", "delivery_p99_ms", 1),
    ("server µs/delivery", "server_us_per_delivery", 2),
    ("database µs/delivery", "database_us_per_delivery", 2),
    ("failed at msg/s", "failed_at_per_s", 0),
    ("lost", "lost", 0),
    ("doubled", "doubled", 0),
    ("reordered", "reordered", 0),
    ("orders differ", "rooms_in_disorder", 0),
    ("others' cores", "others_cores", 1),
];
const RETURN: &[table::Column] = &[
    ("all caught up ms", "all_back_ms", 0),
    ("one p50 ms", "one_back_p50_ms", 0),
    ("one p99 ms", "one_back_p99_ms", 0),
    ("missed each", "missed_each", 0),
    ("turned away", "turned_away", 0),
    ("not back", "not_back", 0),
    ("begun anew", "begun_anew", 0),
    ("server CPU ms", "server_cpu_ms", 0),
    ("database CPU ms", "database_cpu_ms", 0),
    ("lost", "lost", 0),
    ("doubled", "doubled", 0),
    ("reordered", "reordered", 0),
    ("others' cores", "others_cores", 1),
];

const MEANING: &str = "\
All of them store before they acknowledge, in the same PostgreSQL 15 with `fsync` and `synchronous_commit = on`: *frozen* is the probe, in which the database's \
processes stand still (`SIGSTOP`) while 200 messages a second are sent. Only 0 means that an acknowledgement is a promise.

| server | what it is | acknowledges |
|---|---|---|
| kazumi | `/ws/chat`: rights tested with each message, one gapless order a room | after `COMMIT`, before anybody is shown it |
| Socket.IO 4.8 + pg | its tutorial's \"exactly once\" with rooms: unique client offset, `INSERT`, `emit`; a pool of 10 | after `INSERT` and `emit` |
| Starlette + asyncpg | the shape of the old stack: `INSERT`, fan-out in the process; a pool of 10, uvicorn with uvloop | after `INSERT` and fan-out |
| ejabberd 23.01 | Debian's; MUC, `mod_mam` in SQL, XMPP over WebSocket, anonymous login; a pool of 10 through a relay from TCP | by the reflection with its archive's id |
";

const METHOD: &str = "\
### How conversations are measured

* **Open loop**: a message counts from the moment at which it was meant to be sent. 200 bytes of Portuguese each, by all members in turn.
* **Every receiver keeps one bit a message** and the last place it saw: *lost*, *doubled* and *reordered* are counted over the whole run, the author's own copy
  included. *Reordered*: a place that is not behind the one before; Kazumi's places must be consecutive.
* **Steps** double until the p99 of deliveries passes 100 ms or something does not arrive within a second, in two tries (three in a full run), and are then halved
  between the last that held and the first that failed. What counts is what was acknowledged a second in the best step that held.
* **Coming back** begins with the first try and ends when a device has everything. *Turned away*: sockets that the server closed meanwhile; the device tries
  again after half a second, doubling. *Begun anew*: devices with a cursor that were told to forget it.
* No server's limits were lifted but where its default would refuse the load by pace (ejabberd's queue for connections). Kazumi's 30 messages at once and 2 a
  second for each socket stay: before a step the generator waits until its sockets may send so much.
* One generator thread, one run, servers in turn; processor time is that of the server's process, and of all PostgreSQL processes apart. ejabberd's relay to the
  database's Unix socket is in *others' cores*.
";

/// The medians of a scenario, in the order of servers.
fn medians(results: &Results, scenario: &str) -> Vec<Outcome> {
    let of_server = |server: &Server| {
        let all = results.outcomes.iter();
        let found: Vec<_> =
            all.filter(|outcome| outcome.scenario == scenario && outcome.peer == server.name()).collect();
        (!found.is_empty()).then(|| median(&found))
    };
    Server::ALL.iter().filter_map(of_server).collect()
}

fn figure(results: &Results, scenario: &str, server: Server, name: &str) -> f64 {
    let medians = medians(results, scenario);
    let found = medians.iter().find(|outcome| outcome.peer == server.name());
    found.and_then(|outcome| outcome.figures.get(name).copied()).unwrap_or(f64::NAN)
}

fn bars(results: &Results) -> Vec<table::Bar> {
    let of = |server, scenario, name| figure(results, scenario, server, name);
    let ours = |scenario, name| of(Server::Kazumi, scenario, name);
    let rate = |server| of(server, "chat-s2", "messages_per_s");
    let ratio = |server| rate(Server::Kazumi) / rate(server);
    let times = |server| format!("{:.1} × ({:.0} against {:.0})", ratio(server), rate(Server::Kazumi), rate(server));
    let p99 = ours("chat-s2", "delivery_p99_ms");
    let frozen = ours("chat-s2", "acknowledged_while_frozen") + ours("chat-s2", "delivered_while_frozen");
    let faults = |scenario| {
        ["lost", "doubled", "reordered", "rooms_in_disorder", "unknown"].iter().map(|name| ours(scenario, name)).sum()
    };
    let faults: [f64; 3] = ["chat-s2", "chat-s3", "chat-s5"].map(faults);
    vec![
        (
            "S2: at least 10 × the durable messages a second of Socket.IO + pg",
            times(Server::SocketIo),
            ratio(Server::SocketIo) >= 10.0,
        ),
        (
            "S2: at least 3 × those of ejabberd with an SQL archive",
            times(Server::Ejabberd),
            ratio(Server::Ejabberd) >= 3.0,
        ),
        ("S2: p99 of deliveries at that rate under 100 ms", format!("{p99:.1} ms"), p99 < 100.0),
        ("S2: nothing acknowledged or shown while the database stands still", format!("{frozen:.0}"), frozen == 0.0),
        (
            "S2, S3, S5: nothing lost, doubled, out of order or strange, and one order for everybody",
            format!("{:.0}, {:.0}, {:.0}", faults[0], faults[1], faults[2]),
            faults.iter().all(|count| *count == 0.0),
        ),
        (
            "S5: everybody is back and caught up",
            format!("{:.0} missing, {:.0} ms", ours("chat-s5", "not_back"), ours("chat-s5", "all_back_ms")),
            ours("chat-s5", "not_back") == 0.0,
        ),
    ]
}

/// The section.
pub fn text(results: &Results) -> String {
    let arguments = if results.quick { "--chat --quick --docs docs" } else { "--chat --docs docs" };
    let times = if results.quick { "a short run, measured once" } else { "medians of three repetitions" };
    let mut out = format!(
        "{}\n## Conversations\n\nKazumi's `/ws/chat` against other chat servers: {times}, {} cores. Written by `make bench ARGS=\"{arguments}\"`.\n\n",
        MARKS.0, results.cores
    );
    let rooms = medians(results, "chat-s2");
    let others = rooms.iter().filter_map(|outcome| outcome.figures.get("others_cores")).copied().fold(0.0, f64::max);
    if others > QUIET {
        write!(
            out,
            "**This machine was not quiet.** During S2 others used up to {others:.1} of {} cores: rates and tails of this run are as much the machine's \
             as the servers'.\n\n",
            results.cores
        )
        .ok();
    }
    table::bars(&mut out, &bars(results));
    out.push_str(MEANING);
    let section = |out: &mut String, heading: &str, columns, outcomes: &[Outcome]| {
        if !outcomes.is_empty() {
            write!(out, "\n### {heading}\n\n").ok();
            table::rows(out, columns, outcomes);
        }
    };
    section(&mut out, "S2 · 500 rooms × 4 people, faster and faster", ROOMS, &rooms);
    if rooms.iter().any(|outcome| outcome.curves.contains_key("p99")) {
        write!(out, "\n![S2 · 500 rooms × 4 people](performance/{CHART})\n").ok();
    }
    let hall = "S3 · One room × 200 people, 20 of whom write at a time";
    section(&mut out, hall, HALL, &medians(results, "chat-s3"));
    let back = "S5 · All 2,000 sockets drop, and come back within 2 s";
    section(&mut out, back, RETURN, &medians(results, "chat-s5"));
    write!(out, "\n{METHOD}{}\n", MARKS.1).ok();
    out
}

/// The page with this section in the place of the one before, or at its end.
fn placed(page: &str, section: &str) -> String {
    match (page.find(MARKS.0), page.find(MARKS.1)) {
        (Some(start), Some(end)) => {
            format!("{}{section}{}", &page[..start], page[end + MARKS.1.len()..].trim_start_matches('\n'))
        }
        _ => format!("{}\n\n{section}", page.trim_end()),
    }
}

/// The section that a page has, with its marks.
pub fn kept(page: &str) -> Option<&str> {
    let (start, end) = (page.find(MARKS.0)?, page.find(MARKS.1)?);
    Some(&page[start..end + MARKS.1.len()])
}

/// Writes the section and its chart below `docs`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(results: &Results, docs: &Path) -> Result<()> {
    let charts = docs.join("performance");
    fs::create_dir_all(&charts).context("the folder of charts")?;
    let style = |outcome: &Outcome| Server::ALL.iter().position(|server| server.name() == outcome.peer).unwrap_or(0);
    let line = |mut outcome: Outcome| {
        let points = outcome.curves.remove("p99")?;
        Some(Line { style: style(&outcome), name: outcome.peer, points })
    };
    let lines: Vec<Line> = medians(results, "chat-s2").into_iter().filter_map(line).collect();
    if !lines.is_empty() {
        let axis = |label| Axis { label, is_log: true, names: Vec::new() };
        let chart = Chart {
            title: "Conversations: slowest hundredth of the deliveries",
            x: axis("deliveries a second that the schedule asks for"),
            y: axis("p99, milliseconds"),
            lines,
            limit: Some(100.0),
        };
        fs::write(charts.join(CHART), chart.svg()).context("the chart")?;
    }
    let page = docs.join("performance.md");
    let before = fs::read_to_string(&page).unwrap_or_else(|_| "# Performance\n".to_owned());
    fs::write(page, placed(&before, &text(results))).context("the page")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_takes_its_own_place_and_leaves_the_rest_alone() {
        let (first, second) = (text(&Results::default()), text(&Results { cores: 7, ..Results::default() }));
        let page = placed("# Performance\n\nother\n", &first);
        assert!(page.starts_with("# Performance\n\nother\n\n<!-- conversations -->"));
        let again = placed(&format!("{page}tail\n"), &second);
        assert!(again.contains("7 cores") && !again.contains(" 0 cores") && again.ends_with("-->\ntail\n"));
        assert_eq!(kept(&again), Some(second.trim_end()));
    }
}
