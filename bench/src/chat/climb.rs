//! More and more messages a second, until the slowest hundredth of the deliveries takes longer than 100 ms or something does not arrive. What counts is the last
//! step that held. Steps double first and are then halved, so that slow and fast servers are found with the same precision.

use anyhow::{Context, Result};

use super::crowd::Crowd;
use crate::meter::{Meter, Spent};
use crate::outcome::Outcome;
use crate::scenario::Pace;

/// The bar.
pub const LIMIT_MS: f64 = 100.0;
/// Time for the last deliveries of a step; what comes later has failed the step.
const GRACE: f64 = 1.0;
/// Time for a queue that a failed step has left behind.
const DRAIN: f64 = 60.0;
/// A first step that fails is halved so often.
const HALVINGS: usize = 5;
/// No server here comes near.
const MOST: f64 = 200_000.0;

/// A kind of load.
pub struct Load {
    /// Messages a second of the first step.
    pub first: f64,
    /// Deliveries of each message.
    pub deliveries: f64,
    /// Who writes in turn at so many a second.
    pub authors: Box<dyn Fn(f64) -> Vec<usize>>,
}

/// What one step led to.
struct Step {
    rate: f64,
    number: usize,
    spent: Spent,
    acknowledged: f64,
    delivered: f64,
    holds: bool,
}

/// Climbs, and writes down the best step; its messages a second, 0 when none held.
///
/// # Errors
/// When a server breaks its protocol.
pub fn climb(crowd: &mut Crowd, processes: (u32, u32), load: &Load, pace: Pace, result: &mut Outcome) -> Result<f64> {
    let mut curve = Vec::new();
    let (mut best, mut failed): (Option<Step>, Option<Step>) = (None, None);
    let mut rate = load.first;
    let (mut halvings, mut refinements) = (HALVINGS, pace.pick(1, 3));
    loop {
        let Some(step) = try_step(crowd, processes, load, rate, pace).with_context(|| format!("at {rate:.0}/s"))?
        else {
            // More than sockets may send: the load cannot be made.
            result.set("bounded_at_per_s", rate);
            break;
        };
        let p99 = crowd.books.window(step.number).deliveries.percentile(0.99);
        curve.push([rate * load.deliveries, p99]);
        match step.holds {
            true => best = Some(step),
            false => failed = Some(step),
        }
        rate = match (&best, &failed) {
            (Some(best), None) => best.rate * 2.0,
            (None, Some(failed)) if halvings > 0 => {
                halvings -= 1;
                failed.rate / 2.0
            }
            (Some(best), Some(failed)) if refinements > 0 => {
                refinements -= 1;
                (best.rate * failed.rate).sqrt()
            }
            _ => break,
        };
        if rate > MOST || crowd.lost().0 > 0 {
            break;
        }
    }
    curve.sort_by(|a, b| a[0].total_cmp(&b[0]));
    result.set_curve("p99", curve);
    if let Some(failed) = &failed {
        let window = crowd.books.window(failed.number);
        result.set("failed_at_per_s", failed.rate);
        result.set("failed_p99_ms", window.deliveries.percentile(0.99));
        result.set("failed_server_cores", failed.spent.server / failed.spent.wall);
        result.set("failed_database_cores", failed.spent.database / failed.spent.wall);
        result.set("failed_generator_cores", failed.spent.generator / failed.spent.wall);
    }
    let Some(best) = best else { return Ok(0.0) };
    let window = crowd.books.window(best.number);
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        result.set(&format!("delivery_{name}_ms"), window.deliveries.percentile(share));
        result.set(&format!("ack_{name}_ms"), window.acknowledgements.percentile(share));
    }
    let durable = best.acknowledged / best.spent.wall;
    result.set("messages_per_s", durable);
    result.set_spent(best.spent, best.delivered);
    Ok(durable)
}

/// A machine that others use has bad moments: a step has failed when it failed so often in a row.
fn try_step(crowd: &mut Crowd, processes: (u32, u32), load: &Load, rate: f64, pace: Pace) -> Result<Option<Step>> {
    let mut step = None;
    for _ in 0..pace.pick(2, 3) {
        step = one_step(crowd, processes, load, rate, pace)?;
        if step.as_ref().is_none_or(|step| step.holds) || crowd.lost().0 > 0 {
            break;
        }
    }
    Ok(step)
}

/// `None`: no socket may send so much.
fn one_step(
    crowd: &mut Crowd,
    (server, postmaster): (u32, u32),
    load: &Load,
    rate: f64,
    pace: Pace,
) -> Result<Option<Step>> {
    let authors = (load.authors)(rate);
    let (lead_in, measured) = (pace.pick(0.5, 1.0), pace.pick(1.5, 3.0));
    let whole = lead_in + measured;
    let Some(pause) = crowd.pause_before(&authors, rate * whole, whole) else { return Ok(None) };
    crowd.run_for(pause)?;
    crowd.schedule_messages(authors, rate, u64::MAX);
    crowd.run_for(lead_in)?;
    let number = crowd.books.open_window();
    let meter = Meter::start(server, postmaster);
    let before = (crowd.books.acknowledged(), crowd.books.delivered());
    crowd.run_for(measured)?;
    let spent = meter.spent();
    let acknowledged = (crowd.books.acknowledged() - before.0) as f64;
    let delivered = (crowd.books.delivered() - before.1) as f64;
    crowd.books.open_window();
    crowd.stop();
    let complete = crowd.run_until(GRACE, |crowd| crowd.books.window(number).is_complete())?;
    let p99 = crowd.books.window(number).deliveries.percentile(0.99);
    let holds = complete && p99 <= LIMIT_MS && crowd.lost().0 == 0;
    crate::print(&format!("    {rate:.0} messages/s: p99 {p99:.1} ms, {}", if holds { "holds" } else { "fails" }));
    crowd.run_until(DRAIN, |crowd| crowd.books.is_settled() || crowd.lost().0 > 0)?;
    Ok(Some(Step { rate, number, spent, acknowledged, delivered, holds }))
}
