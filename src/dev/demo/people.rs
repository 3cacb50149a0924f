//! `people.json`: schools, people and how they are tied to each other, turned into rows. Read next: `plans.rs`.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{email, id, student_id, user_id};
use crate::domain::ids::{NetworkId, SchoolId, UserId};
use crate::domain::people::{Function, UserKind};
use crate::store::demo::{
    ClassRow, CredentialRow, GuardianshipRow, NetworkRow, SchoolRow, StaffFunctionRow, StudentRow, TeamLinkRow, UserRow,
};

const FILE: &str = include_str!("people.json");
/// Since when links hold: before the school year began, whatever day the demo is loaded on.
const SINCE_DAYS: i32 = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    network: String,
    schools: Vec<School>,
    operators: Vec<Person>,
    staff: Vec<Staff>,
    students: Vec<Student>,
    guardians: Vec<Guardian>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct School {
    key: String,
    name: String,
    classes: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    key: String,
    name: String,
    shift: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    key: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Staff {
    key: String,
    name: String,
    function: Function,
    /// Empty: in the whole network.
    schools: Vec<String>,
    /// Whose team they belong to.
    #[serde(default)]
    students: Vec<String>,
    /// Whose team they have left.
    #[serde(default)]
    ended: Vec<Ended>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    student: String,
    days_ago: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Student {
    key: String,
    name: String,
    class: String,
    age: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guardian {
    key: String,
    name: String,
    children: Vec<Child>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Child {
    student: String,
    kinship: String,
    custody: String,
    #[serde(default = "yes")]
    can_write: bool,
    #[serde(default)]
    judicial_restriction: bool,
}

const fn yes() -> bool {
    true
}

/// Someone who can sign in to the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The login name.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Staff have one.
    pub function: Option<Function>,
    /// Staff, guardian or operator.
    pub kind: UserKind,
}

/// Every account of the demo: staff, guardians, operators.
///
/// # Errors
/// When `people.json` is damaged.
pub fn accounts() -> Result<Vec<Account>> {
    let people = read()?;
    let account =
        |key: &str, name: &str, kind, function| Account { email: email(key), name: name.to_owned(), kind, function };
    let staff = people.staff.iter().map(|s| account(&s.key, &s.name, UserKind::Staff, Some(s.function)));
    let guardians = people.guardians.iter().map(|g| account(&g.key, &g.name, UserKind::Guardian, None));
    let operators = people.operators.iter().map(|o| account(&o.key, &o.name, UserKind::Operator, None));
    Ok(staff.chain(guardians).chain(operators).collect())
}

pub(super) fn read() -> Result<People> {
    serde_json::from_str(FILE).context("people.json is damaged")
}

/// Everything of `people.json` as rows, table by table in the order in which they must be inserted.
pub(super) struct Rows {
    pub networks: Vec<NetworkRow>,
    pub schools: Vec<SchoolRow>,
    pub classes: Vec<ClassRow>,
    pub users: Vec<UserRow>,
    pub credentials: Vec<CredentialRow>,
    pub students: Vec<StudentRow>,
    pub staff_functions: Vec<StaffFunctionRow>,
    pub team_links: Vec<TeamLinkRow>,
    pub guardianships: Vec<GuardianshipRow>,
}

pub(super) fn rows(people: &People, password_hash: &str) -> Rows {
    let network_id = NetworkId(id("network", "demo"));
    let user = |key: &str, name: &str, kind| UserRow { user_id: user_id(key), network_id, kind, name: name.to_owned() };
    let users: Vec<UserRow> = people
        .staff
        .iter()
        .map(|s| user(&s.key, &s.name, UserKind::Staff))
        .chain(people.guardians.iter().map(|g| user(&g.key, &g.name, UserKind::Guardian)))
        .chain(people.operators.iter().map(|o| user(&o.key, &o.name, UserKind::Operator)))
        .collect();
    let keys = people.staff.iter().map(|s| &s.key).chain(people.guardians.iter().map(|g| &g.key));
    let credentials = keys.chain(people.operators.iter().map(|o| &o.key)).map(|key| CredentialRow {
        user_id: user_id(key),
        email: email(key),
        password_hash: password_hash.to_owned(),
    });
    Rows {
        networks: vec![NetworkRow { network_id, name: people.network.clone() }],
        schools: people
            .schools
            .iter()
            .map(|s| SchoolRow { school_id: school_id(&s.key), network_id, name: s.name.clone() })
            .collect(),
        classes: people.schools.iter().flat_map(class_rows).collect(),
        users,
        credentials: credentials.collect(),
        students: people.students.iter().zip(0..).map(|(student, index)| student_row(student, index)).collect(),
        staff_functions: people.staff.iter().flat_map(function_rows).collect(),
        team_links: people.staff.iter().flat_map(link_rows).collect(),
        guardianships: people.guardians.iter().flat_map(guardianship_rows).collect(),
    }
}

fn school_id(key: &str) -> SchoolId {
    SchoolId(id("school", key))
}

fn class_rows(school: &School) -> impl Iterator<Item = ClassRow> {
    school.classes.iter().map(|class| ClassRow {
        class_id: id("class", &class.key),
        school_id: school_id(&school.key),
        name: class.name.clone(),
        shift: class.shift.clone(),
    })
}

fn student_row(student: &Student, index: i32) -> StudentRow {
    let school = student.class.split('.').next().unwrap_or_default();
    StudentRow {
        student_id: student_id(&student.key),
        school_id: school_id(school),
        class_id: id("class", &student.class),
        name: student.name.clone(),
        age_years: student.age,
        // Birthdays spread over the year.
        days_since_birthday: 20 + 27 * index,
    }
}

fn function_rows(staff: &Staff) -> Vec<StaffFunctionRow> {
    let row = |place: &str, school_id| StaffFunctionRow {
        staff_function_id: id("staff function", &format!("{}/{place}", staff.key)),
        user_id: user_id(&staff.key),
        school_id,
        function: staff.function,
        since_days: SINCE_DAYS,
    };
    if staff.schools.is_empty() {
        return vec![row("network", None)];
    }
    staff.schools.iter().map(|school| row(school, Some(school_id(school)))).collect()
}

fn link_rows(staff: &Staff) -> impl Iterator<Item = TeamLinkRow> {
    let row = |student: &str, ended_days_ago: Option<i32>| TeamLinkRow {
        team_link_id: id("team link", &format!("{}/{student}", staff.key)),
        student_id: student_id(student),
        user_id: user_id(&staff.key),
        function: staff.function,
        since_days: SINCE_DAYS,
        ended_days_ago,
    };
    let current = staff.students.iter().map(move |student| row(student, None));
    current.chain(staff.ended.iter().map(move |link| row(&link.student, Some(link.days_ago))))
}

fn guardianship_rows(guardian: &Guardian) -> impl Iterator<Item = GuardianshipRow> {
    let user: UserId = user_id(&guardian.key);
    guardian.children.iter().map(move |child| GuardianshipRow {
        guardianship_id: id("guardianship", &format!("{}/{}", guardian.key, child.student)),
        student_id: student_id(&child.student),
        user_id: user,
        kinship: child.kinship.clone(),
        custody: child.custody.clone(),
        can_view: true,
        can_write: child.can_write,
        judicial_restriction: child.judicial_restriction,
        since_days: SINCE_DAYS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_the_people_it_promises() {
        let people = read().expect("people.json reads");
        assert_eq!((people.schools.len(), people.staff.len(), people.operators.len()), (2, 16, 1));
        assert_eq!((people.students.len(), people.guardians.len()), (12, 12));
        let children: usize = people.guardians.iter().map(|guardian| guardian.children.len()).sum();
        assert_eq!(children, 13);
    }

    #[test]
    fn every_link_names_a_student_of_the_demo() {
        let people = read().expect("people.json reads");
        let known: Vec<_> = people.students.iter().map(|student| &student.key).collect();
        let linked =
            people.staff.iter().flat_map(|s| s.students.iter().chain(s.ended.iter().map(|link| &link.student)));
        for key in linked.chain(people.guardians.iter().flat_map(|g| g.children.iter().map(|child| &child.student))) {
            assert!(known.contains(&key), "{key}");
        }
    }
}
