//! The scenarios of conversations, numbered as in the design: S2 rooms of four, S3 the hall, S5 coming back. S5 follows S2 in the same server.

use anyhow::Result;

use super::climb::{Load, climb};
use super::crowd::Crowd;
use super::servers::{Running, Server};
use super::{HALL, HALL_MEMBERS, ROOM_MEMBERS, ROOMS, people};
use crate::histogram::Histogram;
use crate::laboratory::Laboratory;
use crate::meter::Meter;
use crate::outcome::Outcome;
use crate::process::{self, Frozen};
use crate::scenario::Pace;

/// After the handshakes.
const SETTLE: f64 = 1.0;
/// How long a device may take to get in.
const LET_IN_WITHIN: u64 = 30;
/// Messages a second while the database stands still.
const PROBE_RATE: f64 = 200.0;
/// What was committed before the freeze may still be on its way for this long.
const IN_FLIGHT: f64 = 0.25;
/// How long everything that was sent may take to arrive before it counts as lost.
const PATIENCE: f64 = 60.0;
/// Those who write at the same moment in the hall.
const SPEAKERS: usize = 20;
/// How long they write before others do.
const TURN: f64 = 0.5;
/// Within so many seconds all sockets come back.
const RETURN: f64 = 2.0;
/// Devices of each room that write what the others miss: more, and a server's limit of one socket would be measured.
const FEEDERS: usize = 2;
/// Share of what a server can do at most, at which it is given what will be missed.
const FEEDING: f64 = 0.8;

/// A scenario, or two that share a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// S2, then the durability probe and S5: 500 rooms of 4.
    Rooms,
    /// S3: one room of 200.
    Hall,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Rooms, Self::Hall];

    /// The name under which it fails when its server does not start.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rooms => "chat-s2",
            Self::Hall => "chat-s3",
        }
    }

    /// Runs it against a server.
    ///
    /// # Errors
    /// When the server does not start or breaks its protocol.
    pub fn run(
        self,
        laboratory: &Laboratory,
        server: Server,
        python: Option<&std::path::PathBuf>,
        pace: Pace,
    ) -> Result<Vec<Outcome>> {
        let running = server.start(laboratory, python)?;
        let outcome =
            |name: &str| Outcome { scenario: name.to_owned(), peer: server.name().to_owned(), ..Outcome::default() };
        match self {
            Self::Rooms => rooms(laboratory, running, pace, [outcome("chat-s2"), outcome("chat-s5")]),
            Self::Hall => hall(laboratory, running, pace, outcome("chat-s3")),
        }
    }
}

fn rooms(laboratory: &Laboratory, running: Running, pace: Pace, outcomes: [Outcome; 2]) -> Result<Vec<Outcome>> {
    let Running { process: server, port, speech, helpers: _helpers } = running;
    let [mut s2, mut s5] = outcomes;
    let mut crowd = Crowd::new(speech, port, ROOMS + 1)?;
    let everybody: Vec<usize> =
        (0..ROOMS * ROOM_MEMBERS).map(|person| crowd.add(people::room_of(person), person, None)).collect();
    let began = crowd.now();
    crowd.join(&everybody, LET_IN_WITHIN)?;
    s2.set("joins_per_s", everybody.len() as f64 / ((crowd.now() - began) as f64 / 1e9));
    crowd.run_for(SETTLE)?;
    s2.set("resident_mb", process::resident_bytes(server.id()) / 1e6);
    // One member of each room, then the next one: neighbours in time are strangers.
    let turns: Vec<usize> =
        (0..everybody.len()).map(|turn| turn % ROOMS * ROOM_MEMBERS + turn / ROOMS % ROOM_MEMBERS).collect();
    let load = Load { first: 500.0, deliveries: ROOM_MEMBERS as f64, authors: Box::new(move |_| turns.clone()) };
    let best = climb(&mut crowd, (server.id(), laboratory.postmaster()?), &load, pace, &mut s2)?;
    probe(&mut crowd, laboratory, &load, pace, &mut s2)?;
    note_faults(&mut s2, &crowd);
    if crowd.books.is_settled() {
        let rate = (best * FEEDING).max(250.0);
        match come_back(&mut crowd, laboratory, server.id(), &everybody, rate, pace, &mut s5) {
            Ok(()) => note_faults(&mut s5, &crowd),
            Err(error) => s5.trouble = Some(format!("{error:#}")),
        }
    } else {
        s5.trouble = Some("not measured: messages were lost before".to_owned());
    }
    Ok(vec![s2, s5])
}

/// Stops the database for some seconds while people go on talking.
fn probe(crowd: &mut Crowd, laboratory: &Laboratory, load: &Load, pace: Pace, result: &mut Outcome) -> Result<()> {
    crowd.schedule_messages((load.authors)(PROBE_RATE), PROBE_RATE, u64::MAX);
    crowd.run_for(SETTLE)?;
    let frozen = Frozen::stop(process::family(laboratory.postmaster()?));
    crowd.run_for(IN_FLIGHT)?;
    let (acknowledged, delivered) = (crowd.books.acknowledged(), crowd.books.delivered());
    crowd.run_for(pace.pick(2.0, 3.0))?;
    result.set("acknowledged_while_frozen", (crowd.books.acknowledged() - acknowledged) as f64);
    result.set("delivered_while_frozen", (crowd.books.delivered() - delivered) as f64);
    drop(frozen);
    crowd.stop();
    let thawed = crowd.now();
    crowd.run_until(PATIENCE, |crowd| crowd.books.is_settled())?;
    result.set("settled_after_thaw_ms", (crowd.now() - thawed) as f64 / 1e6);
    Ok(())
}

/// All sockets end, as when a mast fails; others write; everybody comes back at once.
fn come_back(
    crowd: &mut Crowd,
    laboratory: &Laboratory,
    server: u32,
    everybody: &[usize],
    rate: f64,
    pace: Pace,
    result: &mut Outcome,
) -> Result<()> {
    let missed = pace.pick(10, 50);
    let feeder = |turn: usize| turn % ROOMS * ROOM_MEMBERS + turn / ROOMS;
    let feeders: Vec<usize> = (0..ROOMS * FEEDERS)
        .map(feeder)
        .map(|person| crowd.add(people::room_of(person), person, Some(everybody[person])))
        .collect();
    crowd.drop_sockets(everybody);
    crowd.join(&feeders, LET_IN_WITHIN)?;
    let messages = (ROOMS * missed) as u64;
    crowd.schedule_messages(feeders.clone(), rate, messages);
    let fed = crowd.run_until(messages as f64 / rate + PATIENCE, |crowd| {
        !crowd.is_sending() && crowd.books.acknowledged() == crowd.books.sent()
    })?;
    anyhow::ensure!(fed, "what was to be missed was not stored");
    crowd.stop();
    crowd.drop_sockets(&feeders);
    crowd.run_for(SETTLE)?;
    let meter = Meter::start(server, laboratory.postmaster()?);
    let (began, delivered) = (crowd.now(), crowd.books.delivered());
    crowd.schedule_connects(everybody, RETURN);
    crowd.run_until(PATIENCE, |crowd| crowd.are_caught_up(everybody))?;
    let took = (crowd.now() - began) as f64;
    let spent = meter.spent();
    let mut each = Histogram::new();
    everybody.iter().for_each(|index| each.record((crowd.seconds_to_join(*index) * 1e9) as u64));
    result.set("missed_each", missed as f64);
    result.set("all_back_ms", took / 1e6);
    result.set("one_back_p50_ms", each.percentile(0.5));
    result.set("one_back_p99_ms", each.percentile(0.99));
    result.set_spent(spent, (crowd.books.delivered() - delivered) as f64);
    result.set("server_cpu_ms", spent.server * 1e3);
    result.set("database_cpu_ms", spent.database * 1e3);
    let not_back = everybody.iter().filter(|index| !crowd.are_caught_up(&[**index])).count();
    result.set("not_back", not_back as f64);
    result.set("turned_away", crowd.turned_away as f64);
    result.set("begun_anew", crowd.begun_anew as f64);
    Ok(())
}

fn hall(laboratory: &Laboratory, running: Running, pace: Pace, mut result: Outcome) -> Result<Vec<Outcome>> {
    let Running { process: server, port, speech, helpers: _helpers } = running;
    let mut crowd = Crowd::new(speech, port, HALL + 1)?;
    let everybody: Vec<usize> =
        (0..HALL_MEMBERS).map(|member| crowd.add(HALL, ROOMS * ROOM_MEMBERS + member, None)).collect();
    crowd.join(&everybody, LET_IN_WITHIN)?;
    crowd.run_for(SETTLE)?;
    // Twenty write in turn, and after half a second another twenty: no socket writes more than people would.
    let authors = |rate: f64| {
        let turn = (rate * TURN).ceil() as usize;
        let groups = HALL_MEMBERS / SPEAKERS;
        (0..turn * groups).map(|number| number / turn * SPEAKERS + number % turn % SPEAKERS).collect()
    };
    let load = Load { first: 20.0, deliveries: HALL_MEMBERS as f64, authors: Box::new(authors) };
    climb(&mut crowd, (server.id(), laboratory.postmaster()?), &load, pace, &mut result)?;
    crowd.run_until(PATIENCE, |crowd| crowd.books.is_settled())?;
    note_faults(&mut result, &crowd);
    Ok(vec![result])
}

fn note_faults(result: &mut Outcome, crowd: &Crowd) {
    let faults = crowd.books.faults();
    result.set("messages_in_all", crowd.books.sent() as f64);
    result.set("unacknowledged", (crowd.books.sent() - crowd.books.acknowledged()) as f64);
    result.set("lost", faults.lost as f64);
    result.set("doubled", faults.doubled as f64);
    result.set("reordered", faults.reordered as f64);
    result.set("rooms_in_disorder", faults.rooms_in_disorder as f64);
    result.set("unknown", faults.unknown as f64);
    result.set("refused", crowd.refused as f64);
    let (lost, why) = crowd.lost();
    result.set("sockets_lost", lost as f64);
    if lost > 0 {
        result.trouble = Some(format!("{lost} sockets ended, the first: {}", why.unwrap_or("without a word")));
    }
}
