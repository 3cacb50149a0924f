//! How long a refusal takes: of what is there and may not be seen, and of what does not exist. A figure to read, since machines are
//! noisy: `tools/test.sh long` asks often enough for medians that mean something.

use std::time::{Duration, Instant};

use super::World;
use super::matrix::{Asker, parameters, routes};
use super::places::Target;
use crate::support::{amount, report};

/// Everything of the child is out of reach for these: another school, the same school, a link that has ended.
const ASKERS: [&str; 3] = ["other_school", "unlinked_same_school", "ended_link"];

#[tokio::test]
async fn who_may_not_see_waits_as_long_as_who_asks_for_nothing() {
    let rounds = amount("KAZUMI_PACE_ROUNDS", 2) as usize;
    let world = World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await;
    let (there, never) = (world.child(Target::Own), world.child(Target::Never));
    let rows = routes();
    let mut ratios = Vec::new();
    for relation in ASKERS {
        let asker = Asker::new(&world, relation).await;
        for row in rows.iter().filter(|row| !parameters(row).is_empty()) {
            let mut took: [Vec<Duration>; 2] = Default::default();
            for round in 0..2 * rounds {
                // In turns, and whoever is first changes.
                for which in [round % 2, 1 - round % 2] {
                    let child = [never, there][which];
                    let ids: Vec<_> = parameters(row)
                        .iter()
                        .map(|name| ((*name).to_owned(), child.parameter(&row.name, name)))
                        .collect();
                    let since = Instant::now();
                    let answer = asker.ask(&world, row, &ids, child).await;
                    took[which].push(since.elapsed());
                    assert_eq!(answer.status, 404, "{} for {relation}", row.name);
                }
            }
            let [nothing, denied] = took.map(median);
            ratios.push((denied / nothing, format!("{} for {relation}", row.name)));
        }
    }
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (least, middle, most) = (&ratios[0], &ratios[ratios.len() / 2], &ratios[ratios.len() - 1]);
    report!(
        "a refusal against nothing, {rounds} rounds: median {:.2}, {:.2} ({}) to {:.2} ({})",
        middle.0,
        least.0,
        least.1,
        most.0,
        most.1
    );
}

fn median(mut all: Vec<Duration>) -> f64 {
    all.sort();
    all[all.len() / 2].as_secs_f64()
}
