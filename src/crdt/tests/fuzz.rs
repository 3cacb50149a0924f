//! Whatever passes the scanner and the gate must apply, leave nothing pending, encode, load and be readable.
//!
//! (It may read differently after loading: a hostile writer can name a right neighbour that stands left of the left one,
//! and then order depends on arrival, in Yjs too.) Two sources: genuine updates with bytes changed, and updates built from valid parts in senseless order. One round is a
//! server that takes 50 of them. The seed is printed with every failure; `KAZUMI_FUZZ_ROUNDS` and `KAZUMI_FUZZ_SEED` change
//! how long and from where it runs.

use super::{At, Server, edit, element, item, peer, state, text, update};
use crate::crdt::seed::{self, Block};
use crate::crdt::{Assessment, scan_awareness, scan_state_vector};
use std::panic::{AssertUnwindSafe, catch_unwind};
use yrs::{Any, Array, Map, MapPrelim, Text, TextPrelim, WriteTxn, Xml, XmlElementPrelim, XmlFragment, XmlTextPrelim};

const ROUNDS: u64 = 1_200;
const UPDATES_PER_ROUND: usize = 50;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Genuine updates of both schemas, in causal order.
fn genuine() -> Vec<Vec<u8>> {
    let blocks =
        [Block::Heading(2, "Olá 😀".into()), Block::Paragraph("um dois".into()), Block::BulletList(vec!["a".into()])];
    let mut log = vec![seed::rich_text("content", &blocks)];
    let (one, two) = (peer(7), peer(300));
    for doc in [&one, &two] {
        super::take_in(doc, &log[0]);
    }
    for doc in [&one, &two] {
        for turn in 0..6u32 {
            log.push(edit(doc, |txn| {
                let content = txn.get_or_insert_xml_fragment("content");
                let block = content.insert(txn, turn % 3, XmlElementPrelim::empty("paragraph"));
                block.insert_attribute(txn, "level", f64::from(turn));
                let inner = block.push_back(txn, XmlTextPrelim::new("texto 😀 com emoji"));
                inner.format(txn, 1, 4, [("bold".into(), Any::from_json("{}").expect("JSON"))].into());
                inner.remove_range(txn, 3, 4);
            }));
            log.push(edit(doc, |txn| {
                let goals = txn.get_or_insert_array("goals");
                let goal = goals.push_back(txn, MapPrelim::from([("order".to_owned(), "a1")]));
                goal.insert(txn, "description", TextPrelim::new("meta"));
                goal.insert(txn, "order", "a2");
                if turn % 2 == 1 {
                    goals.remove(txn, 0);
                    txn.get_or_insert_xml_fragment("content").remove_range(txn, 0, 1);
                }
            }));
        }
        log.push(state(doc));
    }
    log
}

fn mutate(random: &mut Random, genuine: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.pick(genuine).clone();
    for _ in 0..1 + random.below(4) {
        let at = random.below(bytes.len().max(1));
        match random.below(8) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
            2 if !bytes.is_empty() => bytes[at] = *random.pick(&[0, 1, 2, 7, 8, 0x27, 0x84, 0xc4, 0x7f, 0x80, 0xff]),
            3 if !bytes.is_empty() => bytes[at] = bytes[at].wrapping_add(*random.pick(&[1, 255, 2])),
            4 => bytes.insert(at, random.next() as u8),
            5 if !bytes.is_empty() => drop(bytes.remove(at)),
            6 => bytes.truncate(at),
            _ => {
                let other = random.pick(genuine);
                let from = random.below(other.len());
                let len = random.below(other.len() - from).min(24);
                bytes.splice(at..at, other[from..from + len].iter().copied());
            }
        }
    }
    bytes
}

/// Valid parts, senseless whole. `next` holds how far each client got.
fn senseless(random: &mut Random, next: &[(u64, u64)]) -> Vec<u8> {
    let mut sections = Vec::new();
    for &(client, clock) in next.iter().rev() {
        if random.below(3) > 0 {
            continue;
        }
        let start = clock.saturating_sub(random.below(5).saturating_sub(2) as u64);
        let mut at = start;
        let mut structs = Vec::new();
        for _ in 0..1 + random.below(3) {
            let (found, len) = senseless_struct(random, next, client, at);
            at += len;
            structs.push(found);
        }
        sections.push((client, start, structs));
    }
    let mut deletions = Vec::new();
    for &(client, clock) in next {
        if clock > 0 && random.below(3) == 0 {
            let start = random.below(clock as usize) as u64;
            deletions.push((client, vec![(start, 1 + random.below(3) as u64)]));
        }
    }
    update(&sections, &deletions)
}

fn senseless_struct(random: &mut Random, next: &[(u64, u64)], client: u64, clock: u64) -> (Vec<u8>, u64) {
    if random.below(20) == 0 {
        return (vec![0, 2], 2);
    }
    let near = |random: &mut Random| {
        let &(client, clock) = random.pick(next);
        let beyond = if random.below(16) == 0 { 3 } else { 0 };
        (client, random.below((clock as usize + beyond).max(1)) as u64)
    };
    let one = near(random);
    let other = if random.below(3) == 0 { near(random) } else { (one.0, one.1 + 1) };
    let root = *random.pick(&["content", "goals", "t", "m"]);
    let key = *random.pick(&["k", "level", "order"]);
    let at = match random.below(9) {
        0 => At::Root(root),
        1 => At::Key(root, key),
        2 => At::Child(one.0, one.1),
        3 => At::ChildKey(one.0, one.1, key),
        4 => At::After(one.0, one.1),
        5 => At::Before(one.0, one.1),
        6 if clock > 0 => At::After(client, clock - 1),
        7 if clock > 0 => At::Between((client, clock - 1), other),
        _ => At::Between(one, other),
    };
    match random.below(9) {
        0 => (item(1, at, &[3]), 3),
        1 => (item(4, at, &text("x😀y")), 4),
        2 => (item(4, at, &text("ab")), 2),
        3 => (item(8, at, &[2, 125, 1, 119, 1, b'v']), 2),
        4 => (item(6, at, &[text("bold"), text("true")].concat()), 1),
        5 => (item(7, at, &element("paragraph")), 1),
        6 => (item(7, at, &[*random.pick(&[0, 1, 2, 4, 6])]), 1),
        7 => (item(5, at, &text("{}")), 1),
        _ => (item(8, at, &[1, 126]), 1),
    }
}

#[derive(Debug, Default)]
struct Tally {
    tried: u64,
    scanned: u64,
    applied: u64,
}

fn round(seed: u64, genuine: &[Vec<u8>], tally: &mut Tally) {
    let mut random = Random(seed | 1);
    let mut server = Server::default();
    for update in &genuine[..random.below(genuine.len())] {
        server.receive(update).expect("genuine updates pass");
    }
    let clients = [1, 2, 7, 300, 1 << 52];
    for turn in 0..UPDATES_PER_ROUND {
        let bytes = match random.below(3) {
            0 => mutate(&mut random, genuine),
            _ => {
                let next = clients.map(|client| (client, u64::from(server.frontier.next_clock(client))));
                senseless(&mut random, &next)
            }
        };
        tally.tried += 1;
        // State vectors and awareness frames are judged by the same bytes: no panic, no large allocation.
        let vector_ok = scan_state_vector(&bytes).is_ok();
        assert_eq!(server.document.diff(&bytes).is_ok(), vector_ok, "a scanned state vector gets its answer");
        drop(scan_awareness(&bytes));
        server.deferred.drop_by(|()| true);
        match server.receive(&bytes) {
            Err(_) => {}
            Ok(Assessment::Ready) => {
                tally.scanned += 1;
                tally.applied += 1;
                if turn % 8 == 0 {
                    server.check();
                }
            }
            Ok(_) => tally.scanned += 1,
        }
    }
    server.check();
}

#[test]
fn what_passes_the_guard_never_harms_the_document() {
    let start = setting("KAZUMI_FUZZ_SEED", 20_261_122);
    let genuine = genuine();
    let mut tally = Tally::default();
    for index in 0..setting("KAZUMI_FUZZ_ROUNDS", ROUNDS) {
        let seed = start.wrapping_add(index).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let result = catch_unwind(AssertUnwindSafe(|| round(seed, &genuine, &mut tally)));
        assert!(result.is_ok(), "KAZUMI_FUZZ_SEED={} KAZUMI_FUZZ_ROUNDS=1 repeats this", start.wrapping_add(index));
    }
    assert!(tally.applied * 20 > tally.tried, "enough updates got as far as the document: {tally:?}");
}
