//! Forged messages: each breaks one rule of the guard, or is built to cost more than it weighs. Written byte by byte, because no library
//! writes them.

use bytes::BytesMut;
use kazumi::protocol::wire::{put_var_bytes, put_var_uint};

/// A forged message and the close code (of the socket or of the document) that it must lead to.
pub struct Forged {
    /// What is wrong with it.
    pub what: &'static str,
    /// The body behind the document's name.
    pub body: Vec<u8>,
    /// The code.
    pub code: u16,
}

fn numbers(numbers: &[u64]) -> Vec<u8> {
    let mut out = BytesMut::new();
    numbers.iter().for_each(|number| put_var_uint(&mut out, *number));
    out.to_vec()
}

fn string(text: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    put_var_bytes(&mut out, text);
    out.to_vec()
}

/// A sync message: 0 step 1, 1 step 2, 2 update.
pub fn sync(step: u8, bytes: &[u8]) -> Vec<u8> {
    [&[0, step][..], &string(bytes)].concat()
}

/// A presence message.
pub fn presence(entries: &[(u64, u64, &str)]) -> Vec<u8> {
    let mut states = numbers(&[entries.len() as u64]);
    for (client, clock, state) in entries {
        states.extend([numbers(&[*client, *clock]), string(state.as_bytes())].concat());
    }
    [&[1][..], &string(&states)].concat()
}

type Section = (u64, u64, Vec<Vec<u8>>);

/// Sections of (client, clock, structs), then deletions of (client, ranges).
fn update(sections: &[Section], deletions: &[(u64, Vec<(u64, u64)>)]) -> Vec<u8> {
    let mut out = numbers(&[sections.len() as u64]);
    for (client, clock, structs) in sections {
        out.extend(numbers(&[structs.len() as u64, *client, *clock]));
        out.extend(structs.concat());
    }
    out.extend(numbers(&[deletions.len() as u64]));
    for (client, ranges) in deletions {
        out.extend(numbers(&[*client, ranges.len() as u64]));
        ranges.iter().for_each(|(start, len)| out.extend(numbers(&[*start, *len])));
    }
    out
}

/// A struct at the top of the root `content`.
fn top(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind, 1][..], &string(b"content"), content].concat()
}

/// A struct inside a type.
fn child(kind: u8, parent: (u64, u64), content: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &numbers(&[parent.0, parent.1]), content].concat()
}

/// A struct right of another.
fn after(kind: u8, left: (u64, u64), content: &[u8]) -> Vec<u8> {
    [&[kind | 0x80][..], &numbers(&[left.0, left.1]), content].concat()
}

/// A struct left of another.
fn before(kind: u8, right: (u64, u64), content: &[u8]) -> Vec<u8> {
    [&[kind | 0x40][..], &numbers(&[right.0, right.1]), content].concat()
}

fn element(name: &str) -> Vec<u8> {
    [&[3][..], &string(name.as_bytes())].concat()
}

/// The corpus: client ids from `own` on are nobody's yet, `foreign` is somebody else's and has written `foreign_clock` units.
pub fn corpus(own: u64, foreign: u64, foreign_clock: u64) -> Vec<Forged> {
    let x = string(b"x");
    let one = |found: Vec<u8>| sync(2, &update(&[(own, 0, vec![found])], &[]));
    let many = |structs: Vec<Vec<u8>>| sync(2, &update(&[(own, 0, structs)], &[]));
    let ranges = |ranges: &[(u64, u64)]| sync(2, &update(&[], &[(own, ranges.to_vec())]));
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let plain = update(&[(own, 0, vec![top(4, &x)])], &[]);
    let values = |level: &[u8], depth: usize| top(8, &[&[1][..], &level.repeat(depth), &[126]].concat());
    let json = |depth: usize| string(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
    let line = |count: u64| {
        (0..count).map(move |clock| if clock == 0 { top(4, b"\x01x") } else { after(4, (own, clock - 1), b"\x01x") })
    };
    let nest = |count: u64| {
        (0..count)
            .map(|depth| if depth == 0 { top(7, &element("p")) } else { child(7, (own, depth - 1), &element("p")) })
    };
    let section = |client: u64| (client, 0, vec![top(4, &x)]);
    let mut found: Vec<Forged> = Vec::new();
    let mut add = |what, code, body| found.push(Forged { what, body, code });

    add("a count of sections beyond the bytes", 4400, sync(2, &huge));
    add("a count of structs beyond the bytes", 4400, sync(2, &[&[1][..], &huge, &[5, 0, 0, 1, 0]].concat()));
    add("a count of values beyond the bytes", 4400, one(top(8, &huge)));
    add("a length of a text beyond the bytes", 4400, one(top(4, &huge)));
    add("a count of deleting clients beyond the bytes", 4400, sync(2, &[&[0][..], &huge].concat()));
    add("a count of deleted ranges beyond the bytes", 4400, sync(1, &[&[0, 1, 5][..], &huge].concat()));
    add("8,000 arrays in each other", 4400, one(values(&[117, 1], 8_000)));
    add("8,000 objects in each other", 4400, one(values(&[118, 1, 1, b'k'], 8_000)));
    add("200,000 arrays in each other", 4413, one(values(&[117, 1], 200_000)));
    add("nine arrays in each other as JSON", 4400, one(top(5, &json(9))));
    add(
        "a formatting value of 5 kB",
        4400,
        one(top(6, &[string(b"link"), string(format!("\"{}\"", "x".repeat(5_000)).as_bytes())].concat())),
    );
    add("5,000 elements in each other", 4400, many(nest(5_000).collect()));
    add("a clock near 2^31", 4400, sync(2, &update(&[(own, (1 << 31) - 1, vec![top(4, &x)])], &[])));
    add("a struct longer than the clocks", 4400, one(top(1, &numbers(&[1 << 32]))));
    add("a client id of 54 bits", 4400, sync(2, &update(&[section(1 << 53)], &[])));
    add("a collected struct of length 0", 4400, one(vec![0, 0]));
    add("an empty text", 4400, one(top(4, &string(b""))));
    add("a section without structs", 4400, sync(2, &update(&[(own, 0, vec![])], &[(own, vec![(0, 1)])])));
    add("a section twice", 4400, sync(2, &update(&[section(own), section(own)], &[])));
    add("sections upwards", 4400, sync(2, &update(&[section(own), section(own + 1)], &[])));
    add("ranges that overlap", 4400, ranges(&[(0, 4), (2, 4)]));
    add("ranges downwards", 4400, ranges(&[(4, 1), (0, 1)]));
    add("a range of length 0", 4400, ranges(&[(0, 0)]));
    add("legacy JSON", 4400, one(top(2, &[1, 1, b'1'])));
    add("binary content", 4400, one(top(3, &string(b"x"))));
    add("a sub-document", 4400, one(top(9, &[string(b"guid"), vec![118, 0]].concat())));
    add("a skip", 4400, one(top(10, &[4])));
    add("a move", 4400, one(top(11, &[0, 5, 0])));
    add("a weak link", 4400, one(top(7, &[7, 0, 5, 0])));
    add("a hook", 4400, one(top(7, &[5, 1, b'h'])));
    add("a buffer as a value", 4400, one(top(8, &[1, 116, 1, 0])));
    add("an unknown root", 4400, one([&[4, 1][..], &string(b"secret"), &x].concat()));
    add("an element name of 100 bytes", 4400, one(top(7, &element(&"p".repeat(100)))));
    add("text that is not UTF-8", 4400, one(top(4, &[2, 0xc3, 0x28])));
    add("the second version of the encoding", 4400, sync(2, &[0, 0, 2, 0xa5, 1, 0, 0, 2, 4, 0, 1, 1, 0, 1, 1, 0, 0]));
    add("bytes behind the end", 4400, sync(2, &[&plain[..], &[7]].concat()));
    add("half an update", 4400, sync(2, &plain[..plain.len() - 2]));
    add("a struct that waits for itself", 4400, one(after(4, (own, 0), &x)));
    add("a child of a text", 4400, many(vec![top(4, &x), child(4, (own, 0), &x)]));
    add("text in an element", 4400, many(vec![top(7, &element("p")), child(4, (own, 0), &x)]));
    add("a hundred kinds of marks", 4400, {
        let mark = |index: u64| [string(format!("m{index}").as_bytes()), string(b"true")].concat();
        many(
            (0..100)
                .map(|index| if index == 0 { top(6, &mark(0)) } else { after(6, (own, index - 1), &mark(index)) })
                .collect(),
        )
    });
    add("neighbours far apart", 4413, {
        let far = (0..4_000).map(|clock| before(4, (own, clock), &x)).collect();
        sync(2, &update(&[(own + 1, 0, far), (own, 0, line(4_000).collect())], &[]))
    });
    add(
        "300 new clients at once",
        4413,
        sync(2, &update(&(0..300).rev().map(|index| section(own + index)).collect::<Vec<_>>(), &[])),
    );
    add("300 KiB", 4413, one(top(4, &string(&vec![b'x'; 300 * 1024]))));
    add("somebody else's client id", 4403, {
        let left = (foreign, foreign_clock - 1);
        sync(2, &update(&[(foreign, foreign_clock, vec![after(4, left, &x)])], &[]))
    });
    add("a state vector of 4 G clients", 4400, sync(0, &huge));
    add("a state vector of 20,000 clients", 4400, sync(0, &[numbers(&[20_000]), [5, 1].repeat(20_000)].concat()));
    add("a state vector with more behind it", 4400, sync(0, &[1, 5, 1, 9]));
    add("a presence of 400 M clients in five bytes", 4400, [1, 5, 0x80, 0x84, 0xaf, 0x5f, 0x01].to_vec());
    add("a presence of 10,000 clients", 4400, {
        let states: Vec<_> = (0..10_000).map(|client| (own + client, 1, "{}")).collect();
        presence(&states)
    });
    let large = format!("{{\"user\":\"{}\"}}", "x".repeat(1_000_000));
    add("a presence of 1 MB", 4400, presence(&[(own, 1, &large)]));
    add("a presence that is a list", 4400, presence(&[(own, 1, "[]")]));
    add("a presence that is no JSON", 4400, presence(&[(own, 1, "{\"a\":")]));
    add("a presence of one client twice", 4400, presence(&[(own, 1, "{}"), (own, 2, "{}")]));
    add(
        "a presence nested too deep",
        4400,
        presence(&[(own, 1, &format!("{{\"a\":{}{}}}", "[".repeat(20), "]".repeat(20)))]),
    );
    add("a presence with a clock of 2^32", 4400, presence(&[(own, 1 << 32, "{}")]));
    add("a sync message of a fourth kind", 4400, sync(3, &[0]));
    add("a message of an unknown kind", 4400, vec![200, 1]);
    add("a length beyond the message", 4400, vec![0, 2, 100, 1]);
    found
}

/// An element on each of the first sixteen levels, one update each, and the seventeenth.
pub fn nest_in_small_steps(own: u64) -> Vec<Vec<u8>> {
    let step = |depth: u64| {
        let found = if depth == 0 { top(7, &element("p")) } else { child(7, (own, depth - 1), &element("p")) };
        sync(2, &update(&[(own, depth, vec![found])], &[]))
    };
    (0..17).map(step).collect()
}

/// Deletions of what does not exist: 80,000 ranges.
pub fn deletes_what_is_not_there(own: u64) -> Vec<u8> {
    sync(2, &update(&[], &[(own, (0..60_000).map(|index| (2 * index, 1)).collect())]))
}
