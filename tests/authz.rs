//! `authz/matrix.csv` says what the code does: every route and every kind of frame has its row and no row lacks one; the
//! rows of sections and rooms are what `domain::permission` answers. A running server is asked in `api/matrix.rs`.

use std::collections::BTreeSet;

use kazumi::domain::conversation::RoomKind;
use kazumi::domain::pei::Section;
use kazumi::domain::people::Function;
use kazumi::domain::permission::{Access, Relation, room_access, section_access};
use kazumi::{http, ws};

/// The relations, in the order of the columns. One of `security-reliability.md` §1.5 has no column yet: the student, who has no
/// account today.
pub const RELATIONS: [&str; 23] = [
    "anonymous",
    "expired_token",
    "principal",
    "coordinator",
    "class_teacher",
    "aee_teacher",
    "psychologist",
    "speech_therapist",
    "occupational_therapist",
    "educational_psychologist",
    "support_professional",
    "network_manager",
    "unlinked_same_school",
    "other_school",
    "ended_link",
    "future_link",
    "guardian",
    "restricted_guardian",
    "classmate_guardian",
    "operator",
    "revoked",
    "coordinator_other_school",
    "mfa_pending",
];

/// One row: its kind, its name, a cell for each relation.
pub struct Row {
    /// `route`, `frame`, `chat`, `section` or `room`.
    pub kind: String,
    /// Method and template, frame, or section.
    pub name: String,
    /// In the order of [`RELATIONS`].
    pub cells: Vec<String>,
}

/// The table.
pub fn matrix() -> Vec<Row> {
    let text = include_str!("../authz/matrix.csv");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    assert_eq!(head[..2], ["kind", "name"]);
    assert_eq!(head[2..], RELATIONS);
    lines
        .map(|mut cells| {
            let rest = cells.split_off(2);
            assert_eq!(rest.len(), RELATIONS.len(), "{cells:?}");
            let [kind, name] = cells.try_into().expect("two cells are left");
            Row { kind, name, cells: rest }
        })
        .collect()
}

/// The names of one kind, each once.
fn names(kind: &str) -> BTreeSet<String> {
    let rows = matrix();
    let rows: Vec<_> = rows.into_iter().filter(|row| row.kind == kind).map(|row| row.name).collect();
    let names: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(names.len(), rows.len(), "a {kind} has two rows");
    names
}

/// How the domain sees a column, if it is a living tie to the student.
fn tie(relation: &str) -> Option<Relation> {
    let guardian = |judicial_restriction| Relation::Guardian { can_view: true, can_write: true, judicial_restriction };
    match relation {
        "principal" | "coordinator" => Some(Relation::School(relation.parse().expect("a function"))),
        "guardian" => Some(guardian(false)),
        "restricted_guardian" => Some(guardian(true)),
        "unlinked_same_school" => Some(Relation::School(Function::ClassTeacher)),
        name => name.parse().ok().map(Relation::Team),
    }
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<String> = http::ENDPOINTS.iter().map(|e| format!("{} {}", e.method, e.template)).collect();
    assert_eq!(names("route"), routes);
}

#[test]
fn every_kind_of_frame_has_a_row_and_every_row_a_frame() {
    let frames: BTreeSet<String> = ws::FRAMES.iter().map(|&frame| frame.to_owned()).collect();
    assert_eq!(names("frame"), frames);
    let frames: BTreeSet<String> = ws::CHAT_FRAMES.iter().map(|&frame| frame.to_owned()).collect();
    assert_eq!(names("chat"), frames);
}

#[test]
fn who_is_in_a_room_may_read_there_and_who_may_write_there_may_publish() {
    let rows = matrix();
    for row in rows.iter().filter(|row| row.kind == "chat") {
        for (column, relation) in RELATIONS.iter().enumerate() {
            let in_rooms: String =
                rows.iter().filter(|room| room.kind == "room").map(|room| room.cells[column].as_str()).collect();
            let is_out = ["anonymous", "expired_token", "revoked", "mfa_pending"].contains(relation);
            let expected = match row.name.as_str() {
                "chat.publish" | "chat.edit" | "chat.delete" | "chat.react" if in_rooms.contains('W') => "write",
                "chat.read" | "chat.received" | "chat.typing" | "chat.history" if in_rooms.contains(['R', 'W']) => {
                    "read"
                }
                "chat.hello" | "chat.token" | "chat.sync" | "chat.ping" if !is_out => "in",
                _ => "-",
            };
            assert_eq!(row.cells[column], expected, "{} for {relation}", row.name);
        }
    }
}

#[test]
fn the_rows_of_sections_are_what_the_rules_answer() {
    let sections: BTreeSet<String> = Section::ALL.iter().map(|section| section.as_str().to_owned()).collect();
    assert_eq!(names("section"), sections);
    for row in matrix().iter().filter(|row| row.kind == "section") {
        let section: Section = row.name.parse().expect("a section");
        for (relation, cell) in RELATIONS.iter().zip(&row.cells) {
            let expected = match tie(relation).and_then(|tie| section_access(tie, section)) {
                Some(Access::Write) => "W",
                Some(Access::Read) => "R",
                None => "-",
            };
            assert_eq!(cell, expected, "{} for {relation}", row.name);
        }
    }
}

#[test]
fn the_rows_of_rooms_are_what_the_rules_answer() {
    let rooms: BTreeSet<String> = RoomKind::ALL.iter().map(|room| room.as_str().to_owned()).collect();
    assert_eq!(names("room"), rooms);
    for row in matrix().iter().filter(|row| row.kind == "room") {
        let room: RoomKind = row.name.parse().expect("a room");
        for (relation, cell) in RELATIONS.iter().zip(&row.cells) {
            let expected = match tie(relation).and_then(|tie| room_access(tie, room)) {
                Some(Access::Write) => "W",
                Some(Access::Read) => "R",
                None => "-",
            };
            assert_eq!(cell, expected, "{} for {relation}", row.name);
        }
    }
}

#[test]
fn every_function_has_a_column() {
    for function in Function::ALL {
        assert!(RELATIONS.contains(&function.as_str()), "{function:?}");
    }
}

#[test]
fn who_reaches_no_section_may_send_no_frame_and_read_no_plan() {
    let rows = matrix();
    for (column, relation) in RELATIONS.iter().enumerate() {
        let reaches = rows.iter().any(|row| row.kind == "section" && row.cells[column] != "-");
        for row in rows.iter().filter(|row| row.kind == "frame") {
            assert_eq!(row.cells[column] != "-", reaches, "{} for {relation}", row.name);
        }
        let plan = rows.iter().find(|row| row.name == "GET /api/v1/peis/{pei_id}").expect("a row");
        assert_eq!(plan.cells[column] == "200", reaches, "{relation}");
    }
}

#[test]
fn frames_that_change_text_need_the_right_to_write() {
    for row in matrix().iter().filter(|row| row.kind == "frame") {
        let changes = row.name.ends_with(".update") || row.name.ends_with(".sync_step2");
        let needed: BTreeSet<_> = row.cells.iter().filter(|cell| *cell != "-").map(String::as_str).collect();
        assert_eq!(needed, BTreeSet::from([if changes { "write" } else { "read" }]), "{}", row.name);
    }
}
