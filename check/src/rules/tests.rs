//! For each rule histories that break it and nothing else, and one that breaks none.

use super::{Rule, check};
use crate::log::{Client, Line};
use crate::rooms::{Event, Kind, Member, Room};

/// The wall's clock when the one of the logs said 0.
const WALL: i64 = 1_800_000_000_000_000;

/// Ana and Bia in one room; each has one device.
#[derive(Clone)]
struct History {
    ana: Vec<Line>,
    bia: Vec<Line>,
    room: Room,
}

fn event(seq: i64, message_no: i64, kind: Kind, user: &str, client: Option<&str>) -> Event {
    let text = client.map(|client| format!("text {client}"));
    Event {
        seq,
        message_no,
        kind,
        user: user.into(),
        client: client.map(Into::into),
        text,
        target: None,
        created: WALL + seq * 1_000_000,
    }
}

fn second(seconds: i64) -> i64 {
    seconds * 1_000_000
}

fn invoke(client: &str, t: i64) -> Line {
    Line::Invoke { client: client.into(), room: "r".into(), text: format!("text {client}"), t: second(t) }
}

fn ack(client: &str, seq: i64, message_no: i64, t: i64) -> Line {
    Line::Ack { client: client.into(), room: "r".into(), seq, message_no, known: false, t: second(t) }
}

fn nack(client: &str, r#final: bool, t: i64) -> Line {
    Line::Nack { client: client.into(), code: "forbidden".into(), r#final, t: second(t) }
}

fn attached(from: i64, t: i64) -> Line {
    Line::Attached { room: "r".into(), epoch: 1, from, t: second(t) }
}

fn shown(event: &Event, t: i64) -> Line {
    Line::Deliver {
        room: "r".into(),
        seq: event.seq,
        kind: event.kind.as_str().into(),
        message_no: event.message_no,
        client: event.client.clone(),
        user: event.user.clone(),
        text: event.text.clone(),
        t: second(t),
    }
}

fn begin(user: &str) -> Vec<Line> {
    vec![Line::Begin { user: user.into(), unix: WALL, t: 0 }, Line::Connect { t: 0 }, Line::Hello { t: 0 }]
}

/// Ana and Bia come in (1, 2), each writes (3, 4), Bia goes (5), Ana writes on (6).
fn honest() -> History {
    let events = vec![
        event(1, 0, Kind::MemberAdded, "ana", None),
        event(2, 0, Kind::MemberAdded, "bia", None),
        event(3, 1, Kind::Text, "ana", Some("a1")),
        event(4, 2, Kind::Text, "bia", Some("b1")),
        event(5, 2, Kind::MemberRemoved, "bia", None),
        event(6, 3, Kind::Text, "ana", Some("a2")),
    ];
    let mut ana = begin("ana");
    ana.extend([attached(2, 1), invoke("a1", 2), ack("a1", 3, 1, 4), shown(&events[2], 4), shown(&events[3], 5)]);
    ana.extend([shown(&events[4], 6), invoke("a2", 6), Line::Close { t: second(7) }, Line::Connect { t: second(7) }]);
    ana.extend([
        attached(5, 7),
        invoke("a2", 8),
        shown(&events[5], 8),
        ack("a2", 6, 3, 9),
        Line::Quiet { t: second(9) },
    ]);
    let mut bia = begin("bia");
    bia.extend([attached(2, 1), shown(&events[2], 4), invoke("b1", 4), nack("b1", false, 4), invoke("b1", 4)]);
    bia.extend([shown(&events[3], 5), ack("b1", 4, 2, 5), Line::Gone { room: "r".into(), t: second(6) }]);
    bia.extend([invoke("b2", 7), nack("b2", true, 7), Line::Quiet { t: second(9) }]);
    let members = vec![
        Member { user: "ana".into(), joined_seq: 1, left_seq: None },
        Member { user: "bia".into(), joined_seq: 2, left_seq: Some(5) },
    ];
    History { ana, bia, room: Room { room: "r".into(), last_seq: 6, message_count: 3, events, members } }
}

fn judge(history: &History) -> super::Report {
    let client =
        |name: &str, lines: &[Line]| Client { name: name.into(), lines: (1..).zip(lines.iter().cloned()).collect() };
    check(&[client("ana", &history.ana), client("bia", &history.bia)], std::slice::from_ref(&history.room))
}

/// The rules that are broken when this is done to the honest history.
fn broken_by(damage: impl FnOnce(&mut History)) -> Vec<Rule> {
    let mut history = honest();
    damage(&mut history);
    judge(&history).broken()
}

fn place(lines: &[Line], fits: impl Fn(&Line) -> bool) -> usize {
    lines.iter().position(fits).expect("such a line")
}

fn ack_of(client: &'static str) -> impl Fn(&Line) -> bool {
    move |line| matches!(line, Line::Ack { client: found, .. } if found == client)
}

fn shown_of(place: i64) -> impl Fn(&Line) -> bool {
    move |line| matches!(line, Line::Deliver { seq, .. } if *seq == place)
}

/// As [`honest`], and Ana changes what she wrote, and takes it back.
fn revised() -> History {
    let mut history = honest();
    let edited = Event { target: Some(6), ..event(7, 3, Kind::Edited, "ana", Some("a3")) };
    let deleted = Event { target: Some(6), text: None, ..event(8, 3, Kind::Deleted, "ana", Some("a4")) };
    let quiet = history.ana.pop().expect("a line");
    let delete = Line::Invoke { client: "a4".into(), room: "r".into(), text: String::new(), t: second(10) };
    history.ana.extend([invoke("a3", 9), shown(&edited, 10), ack("a3", 7, 3, 10)]);
    history.ana.extend([delete, shown(&deleted, 11), ack("a4", 8, 3, 11), quiet]);
    history.room.events.extend([edited, deleted]);
    history.room.last_seq = 8;
    history
}

#[test]
fn a_message_may_be_shown_with_the_words_that_later_events_left_of_it_and_with_no_others() {
    assert!(judge(&revised()).broken().is_empty(), "{:?}", judge(&revised()).violations);
    let with = |text: Option<&str>, place: i64| {
        let mut history = revised();
        let at = history.ana.iter().rposition(shown_of(place)).expect("a line");
        if let Line::Deliver { text: said, .. } = &mut history.ana[at] {
            *said = text.map(Into::into);
        }
        judge(&history).broken()
    };
    for (text, place) in [(Some("text a3"), 6), (None, 6), (None, 7)] {
        assert!(with(text, place).is_empty(), "{text:?} at {place}");
    }
    for (text, place) in [(Some("text b1"), 6), (Some("text a2"), 7), (Some("text a2"), 8), (None, 3)] {
        assert!(!with(text, place).is_empty(), "{text:?} at {place}");
    }
}

#[test]
fn an_honest_history_breaks_nothing() {
    let report = judge(&honest());
    assert!(report.violations.is_empty(), "{:#?}", report.violations);
    assert_eq!((report.invoked, report.acked, report.refused, report.doubtful), (4, 3, 1, 0));
    assert_eq!((report.delivered, report.connected, report.stored), (6, 3, 6));
    assert_eq!(broken_by(|history| history.bia.truncate(8)), [], "a log that ends in the middle is none the worse");
}

#[test]
fn d_what_was_acknowledged_is_stored_and_there() {
    // Acknowledged and never stored, nor shown to anybody.
    assert_eq!(broken_by(|h| h.ana.extend([invoke("a3", 10), ack("a3", 7, 4, 11)])), [Rule::D]);
    let told = |seq, no| {
        move |h: &mut History| {
            let at = place(&h.ana, ack_of("a2"));
            h.ana[at] = ack("a2", seq, no, 9);
        }
    };
    assert_eq!(broken_by(told(5, 3)), [Rule::D]);
    assert_eq!(broken_by(told(6, 2)), [Rule::D]);
    assert_eq!(broken_by(told(6, 3)), []);
}

#[test]
fn u_a_message_is_stored_once() {
    // Again under its own name, where the unique constraint is gone: Bia does not see it, she has left.
    let again = |client: &'static str| {
        move |h: &mut History| {
            let mut copy = event(7, 4, Kind::Text, "ana", Some(client));
            copy.text = Some("text a2".into());
            h.ana.retain(|line| !matches!(line, Line::Quiet { .. } | Line::Ack { .. }));
            h.room.events.push(copy);
            (h.room.last_seq, h.room.message_count) = (7, 4);
        }
    };
    assert_eq!(broken_by(again("a2")), [Rule::U]);
    // Under a name that nobody gave it, it is made up too.
    assert_eq!(broken_by(again("x")), [Rule::U, Rule::P]);
    // Whoever says the same twice under two names has said it twice.
    let twice = |h: &mut History| {
        again("a3")(h);
        h.ana.push(Line::Invoke { client: "a3".into(), room: "r".into(), text: "text a2".into(), t: second(9) });
    };
    assert_eq!(broken_by(twice), []);
}

#[test]
fn g_the_log_has_no_gap_and_its_counters_fit() {
    assert_eq!(broken_by(|h| h.room.last_seq = 7), [Rule::G]);
    assert_eq!(broken_by(|h| h.room.message_count = 2), [Rule::G]);
    let gap = |h: &mut History| {
        h.room.events.push(event(8, 3, Kind::MemberAdded, "caio", None));
        h.room.last_seq = 8;
        h.ana.retain(|line| !matches!(line, Line::Quiet { .. }));
    };
    assert_eq!(broken_by(gap), [Rule::G]);
    let ordinal = |h: &mut History| {
        h.room.events[4].message_no = 3;
        let at = place(&h.ana, shown_of(5));
        h.ana[at] = shown(&h.room.events[4], 6);
    };
    assert_eq!(broken_by(ordinal), [Rule::G]);
}

#[test]
fn o_a_client_is_shown_an_unbroken_run() {
    let without = |seq| {
        move |h: &mut History| {
            let at = place(&h.ana, shown_of(seq));
            h.ana.remove(at);
        }
    };
    assert_eq!(broken_by(without(4)), [Rule::O], "one in the middle");
    assert_eq!(broken_by(without(3)), [Rule::O], "the first one");
    assert_eq!(broken_by(without(6)), [Rule::O], "the last one, though it has waited");
    assert_eq!(broken_by(without(5)), [], "the rest of a socket that ended may be missing");
    let twice = |h: &mut History| {
        let at = place(&h.ana, shown_of(4));
        h.ana.insert(at, h.ana[at].clone());
    };
    assert_eq!(broken_by(twice), [Rule::O]);
    let swapped = |h: &mut History| {
        let at = place(&h.ana, shown_of(3));
        h.ana.swap(at, at + 1);
    };
    assert_eq!(broken_by(swapped), [Rule::O]);
    let other = |h: &mut History| {
        let at = place(&h.ana, shown_of(5));
        let Line::Deliver { message_no, .. } = &mut h.ana[at] else { unreachable!("it was found as one") };
        *message_no = 9;
    };
    assert_eq!(broken_by(other), [Rule::O], "shown as something else than it is");
    let before = |h: &mut History| {
        let at = place(&h.ana, |line| matches!(line, Line::Attached { .. }));
        h.ana.remove(at);
    };
    assert_eq!(broken_by(before), [Rule::O], "shown before it was attached");
}

#[test]
fn r_what_was_written_after_an_acknowledgement_stands_behind_it() {
    let at = |invoked| {
        move |h: &mut History| {
            // Bia begins after Ana was acknowledged, or before; Ana's second message is acknowledged before that.
            let last = place(&h.ana, ack_of("a2"));
            h.ana[last] = ack("a2", 6, 3, 3);
            h.bia.iter_mut().filter(|line| matches!(line, Line::Invoke { client, .. } if client == "b1")).for_each(
                |line| {
                    *line = invoke("b1", invoked);
                },
            );
            // Nothing but the order is at stake here.
            h.room.events.iter_mut().for_each(|event| event.created = WALL);
        }
    };
    assert_eq!(broken_by(at(4)), [Rule::R]);
    assert_eq!(broken_by(at(3)), [], "at the same time is not after");
    assert_eq!(broken_by(at(2)), []);
}

#[test]
fn n_what_was_refused_for_good_is_not_stored() {
    let refused = |lost: bool| {
        move |h: &mut History| {
            let at = place(&h.ana, ack_of("a2"));
            h.ana[at] = nack("a2", true, 9);
            if !lost {
                // The attempt whose answer was lost was never made.
                let first = place(&h.ana, |line| matches!(line, Line::Invoke { client, .. } if client == "a2"));
                h.ana.remove(first);
            }
        }
    };
    assert_eq!(broken_by(refused(false)), [Rule::N]);
    assert_eq!(broken_by(refused(true)), [], "whether a lost attempt was stored nobody could know");
    let mut history = honest();
    refused(true)(&mut history);
    assert_eq!(judge(&history).doubtful, 1);
}

#[test]
fn p_nothing_is_shown_that_nobody_has_written() {
    let unwritten = |h: &mut History| {
        h.bia.retain(|line| !matches!(line, Line::Ack { .. } | Line::Nack { .. } | Line::Invoke { .. }));
    };
    assert_eq!(broken_by(unwritten), [Rule::P]);
    let late = |h: &mut History| {
        // Written only after it was shown.
        h.bia.iter_mut().for_each(|line| {
            if matches!(line, Line::Invoke { client, .. } if client == "b1") {
                *line = invoke("b1", 8)
            }
        });
        h.bia.retain(|line| !ack_of("b1")(line));
    };
    assert_eq!(broken_by(late), [Rule::P]);
    assert_eq!(broken_by(|h| h.bia.push(ack("nobody's", 9, 9, 9))), [Rule::P]);
}

#[test]
fn z_nobody_is_shown_what_came_when_they_were_not_in() {
    let after = |h: &mut History| {
        let at = place(&h.bia, |line| matches!(line, Line::Gone { .. }));
        let late = [shown(&h.room.events[4], 6), shown(&h.room.events[5], 8)];
        h.bia.splice(at..=at, late);
    };
    assert_eq!(broken_by(after), [Rule::Z]);
    let parting = |h: &mut History| {
        let at = place(&h.bia, |line| matches!(line, Line::Gone { .. }));
        h.bia.insert(at, shown(&h.room.events[4], 6));
    };
    assert_eq!(broken_by(parting), [], "that they went is theirs to see");
    let before = |h: &mut History| {
        let at = place(&h.bia, |line| matches!(line, Line::Attached { .. }));
        let early = [attached(0, 1), shown(&h.room.events[0], 3), shown(&h.room.events[1], 3)];
        h.bia.splice(at..=at, early);
    };
    assert_eq!(broken_by(before), [Rule::Z]);
    assert_eq!(broken_by(|h| h.room.members[1].left_seq = None), [Rule::Z], "a list that does not follow the log");
    assert_eq!(
        broken_by(|h| h.room.members.push(Member { user: "caio".into(), joined_seq: 1, left_seq: None })),
        [Rule::Z]
    );
}

#[test]
fn b_nothing_is_shown_before_it_is_committed() {
    // Shown, and gone after a crash: the strong form.
    let lost = |h: &mut History| {
        h.room.events.pop();
        (h.room.last_seq, h.room.message_count) = (5, 2);
        h.ana.retain(|line| !matches!(line, Line::Ack { client, .. } if client == "a2"));
        h.ana.retain(|line| !matches!(line, Line::Quiet { .. }));
    };
    assert_eq!(broken_by(lost), [Rule::B]);
    // Shown before the transaction began that stored it.
    assert_eq!(broken_by(|h| h.room.events[5].created = WALL + second(8) + super::shown::TOLERANCE), []);
    assert_eq!(broken_by(|h| h.room.events[5].created = WALL + second(8) + super::shown::TOLERANCE + 1), [Rule::B]);
    // Only the acknowledgement came before it.
    let early = |h: &mut History| {
        h.ana.retain(|line| !shown_of(6)(line) && !matches!(line, Line::Quiet { .. }));
        h.room.events[5].created = WALL + second(10);
    };
    assert_eq!(broken_by(early), [Rule::B]);
}

#[test]
fn a_violation_says_what_where_and_which_line() {
    let mut history = honest();
    history.ana.extend([invoke("a3", 10), ack("a3", 7, 4, 11)]);
    let lines: Vec<String> = judge(&history).violations.iter().map(ToString::to_string).collect();
    let last = history.ana.len();
    assert_eq!(lines, [format!("D room r ana:{last}: a3 was acknowledged as event 7 and message 4; stored is None")]);
}
