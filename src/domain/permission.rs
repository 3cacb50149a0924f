//! Who may read or write which section and which room: the one place that compares functions.
//!
//! Pure. The output for all people of a student is stored as `grants`; REST, socket join, the statement that writes an edit
//! and row-level security all read that table. Deny by default: what no row allows does not exist for the asker (404).
//! The matrix is readable as `authz/matrix.csv`; `tests/authz.rs` holds this file against it.

use time::OffsetDateTime;

use super::conversation::RoomKind;
use super::ids::UserId;
use super::pei::Section;
use super::people::{Function, UnknownName, named};

named!(
    /// What a grant allows. Writing includes reading.
    Access, "access" {
        /// See the section as it is written, be present in it; read along in the room.
        Read = "read",
        /// Change it while the plan's state allows; write in the room.
        Write = "write",
    }
);

/// What a grant is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// A section of the student's plans.
    Section(Section),
    /// A room of the student.
    Room(RoomKind),
}

impl Area {
    /// Every area: sections in the plan's order, then rooms.
    pub fn all() -> impl Iterator<Item = Self> {
        Section::ALL.iter().copied().map(Self::Section).chain(RoomKind::ALL.iter().copied().map(Self::Room))
    }

    /// The stable name in tables: that of the section, or `room_` and the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Section(section) => section.as_str(),
            Self::Room(RoomKind::Family) => "room_family",
            Self::Room(RoomKind::Team) => "room_team",
            Self::Room(RoomKind::Class) => "room_class",
            Self::Room(RoomKind::DeskCoordination) => "room_desk_coordination",
            Self::Room(RoomKind::DeskAee) => "room_desk_aee",
        }
    }
}

impl std::str::FromStr for Area {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.strip_prefix("room_") {
            Some(kind) => kind.parse().map(Self::Room),
            None => text.parse().map(Self::Section),
        }
    }
}

/// From when (inclusive) to when (exclusive) something holds; no end means until further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First instant.
    pub from: OffsetDateTime,
    /// First instant at which it no longer holds.
    pub to: Option<OffsetDateTime>,
}

impl Period {
    /// Whether `now` lies inside.
    #[must_use]
    pub fn contains(&self, now: OffsetDateTime) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }

    /// Whether it contains no instant: what was withdrawn before it began.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }
}

/// How a person is tied to a student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Member of the student's team, in a function.
    Team(Function),
    /// Exercises a function in the student's school (direction and coordination reach every student of it).
    School(Function),
    /// Mother, father, grandparent, tutor.
    Guardian {
        /// May see the child's data at all.
        can_view: bool,
        /// May write the family's own section.
        can_write: bool,
        /// A court forbids access; outranks everything else.
        judicial_restriction: bool,
    },
    /// Administers the school and has opened the record in an emergency, with a reason, for a short time.
    Emergency,
}

/// A dated relation of one person to one student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The person.
    pub user: UserId,
    /// How they are tied to the student.
    pub relation: Relation,
    /// When.
    pub period: Period,
}

/// One row of the `grants` table, for the student whose links were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The person.
    pub user: UserId,
    /// What it is about.
    pub area: Area,
    /// Read or write.
    pub access: Access,
    /// When.
    pub period: Period,
    /// Whether the tie behind it lets the person see who read what is written about the student ([`sees_accesses`]).
    pub sees_accesses: bool,
}

/// What one relation allows in one section, whatever the plan's state; `None` is "does not exist for you".
#[must_use]
pub fn section_access(relation: Relation, section: Section) -> Option<Access> {
    match relation {
        Relation::Team(function) => team_access(function, section),
        Relation::School(function @ (Function::Principal | Function::Coordinator)) => team_access(function, section),
        Relation::School(_) => None,
        Relation::Emergency => Some(Access::Read),
        Relation::Guardian { judicial_restriction: true, .. } | Relation::Guardian { can_view: false, .. } => None,
        Relation::Guardian { can_write, .. } => match section {
            Section::CaseStudyDemands => None,
            Section::FamilyContribution if can_write => Some(Access::Write),
            _ => Some(Access::Read),
        },
    }
}

/// What one relation allows in one room; `None` is "does not exist for you". An emergency opens no conversation, and who is invited into the
/// family's room by hand has no place here yet. Which of a student's guardians a desk is for is in the room, not here.
#[must_use]
pub const fn room_access(relation: Relation, room: RoomKind) -> Option<Access> {
    use Function as F;
    match (room, relation) {
        (_, Relation::Emergency) => None,
        (kind, Relation::Guardian { can_view: true, judicial_restriction: false, .. }) => match kind {
            RoomKind::Family | RoomKind::DeskCoordination | RoomKind::DeskAee => Some(Access::Write),
            RoomKind::Class => Some(Access::Read),
            RoomKind::Team => None,
        },
        (_, Relation::Guardian { .. }) => None,
        (
            RoomKind::Family,
            Relation::School(F::Coordinator) | Relation::Team(F::Coordinator | F::ClassTeacher | F::AeeTeacher),
        ) => Some(Access::Write),
        (RoomKind::Family, _) => None,
        (RoomKind::Team, Relation::School(F::Principal)) => Some(Access::Read),
        (RoomKind::Team, Relation::School(F::Coordinator)) => Some(Access::Write),
        (RoomKind::Team, Relation::School(_) | Relation::Team(F::NetworkManager)) => None,
        (RoomKind::Team, Relation::Team(_)) => Some(Access::Write),
        (
            RoomKind::Class,
            Relation::School(F::Principal | F::Coordinator)
            | Relation::Team(F::ClassTeacher | F::AeeTeacher | F::Coordinator),
        ) => Some(Access::Write),
        (RoomKind::Class, _) => None,
        (RoomKind::DeskCoordination, Relation::School(F::Coordinator | F::Principal)) => Some(Access::Write),
        (RoomKind::DeskCoordination, _) => None,
        (RoomKind::DeskAee, Relation::Team(F::AeeTeacher)) => Some(Access::Write),
        (RoomKind::DeskAee, Relation::School(F::Coordinator)) => Some(Access::Read),
        (RoomKind::DeskAee, _) => None,
    }
}

/// What one relation allows in one area.
#[must_use]
pub fn area_access(relation: Relation, area: Area) -> Option<Access> {
    match area {
        Area::Section(section) => section_access(relation, section),
        Area::Room(room) => room_access(relation, room),
    }
}

/// Whether a relation lets somebody see who read what is written about the student: the family may know, and those who answer for
/// the school must be able to look. It never reaches further than the right to see the student at all.
#[must_use]
pub fn sees_accesses(relation: Relation) -> bool {
    let asks = match relation {
        Relation::Guardian { .. } | Relation::School(Function::Principal | Function::Coordinator) => true,
        Relation::School(_) | Relation::Team(_) | Relation::Emergency => false,
    };
    asks && reaches(relation)
}

/// Whether a relation gives anything at all of the student.
#[must_use]
pub fn reaches(relation: Relation) -> bool {
    Section::ALL.iter().any(|&section| section_access(relation, section).is_some())
}

/// The rows of `domain.md` D for the sections that are live today; S ("suggest") is read until suggestions exist.
fn team_access(function: Function, section: Section) -> Option<Access> {
    use Access::{Read, Write};
    use Function as F;
    let access = match (section, function) {
        (_, F::NetworkManager) => return None,
        (Section::CaseStudyDemands | Section::FamilyContribution, F::SupportProfessional) => return None,
        (_, F::SupportProfessional | F::Principal) => Read,
        (
            Section::CaseStudyDemands,
            F::Coordinator | F::ClassTeacher | F::AeeTeacher | F::Psychologist | F::EducationalPsychologist,
        ) => Write,
        (Section::CaseStudyDemands, F::SpeechTherapist | F::OccupationalTherapist) => Read,
        (Section::Strengths, _) => Write,
        (
            Section::StudentVoice,
            F::ClassTeacher | F::AeeTeacher | F::Psychologist | F::SpeechTherapist | F::EducationalPsychologist,
        ) => Write,
        (Section::StudentVoice, _) => Read,
        (Section::FamilyContribution, _) => Read,
        (Section::TeachingAccessibility | Section::Goals, F::ClassTeacher | F::AeeTeacher) => Write,
        (Section::TeachingAccessibility | Section::Goals, _) => Read,
        (Section::Monitoring, F::ClassTeacher | F::AeeTeacher | F::EducationalPsychologist) => Write,
        (Section::Monitoring, _) => Read,
    };
    Some(access)
}

/// The grants of one student, from all links to that student. A person with several links gets the sum of them; a person whom a court
/// keeps away, by any guardianship whatever its dates, gets nothing through any link, whatever function they exercise.
#[must_use]
pub fn grants(links: &[Link]) -> Vec<Grant> {
    let restricted: Vec<UserId> = links
        .iter()
        .filter(|link| matches!(link.relation, Relation::Guardian { judicial_restriction: true, .. }))
        .map(|link| link.user)
        .collect();
    let mut rows: Vec<Grant> = Vec::new();
    for link in links {
        if restricted.contains(&link.user) || link.period.is_empty() {
            continue;
        }
        for area in Area::all() {
            if let Some(access) = area_access(link.relation, area) {
                let sees_accesses = sees_accesses(link.relation);
                let row = Grant { user: link.user, area, access, period: link.period, sees_accesses };
                // Two ties that give the same give it once, and what either of them adds.
                match rows.iter_mut().find(|known| **known == Grant { sees_accesses: known.sees_accesses, ..row }) {
                    Some(known) => known.sees_accesses |= sees_accesses,
                    None => rows.push(row),
                }
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always() -> Period {
        Period { from: OffsetDateTime::UNIX_EPOCH, to: None }
    }

    fn guardian(judicial_restriction: bool) -> Relation {
        Relation::Guardian { can_view: true, can_write: true, judicial_restriction }
    }

    #[test]
    fn a_restricted_guardian_has_nothing_even_with_a_second_link() {
        let user = UserId::generate();
        let link = |relation| Link { user, relation, period: always() };
        assert!(grants(&[link(guardian(true))]).is_empty());
        assert!(grants(&[link(guardian(false)), link(guardian(true))]).is_empty());
    }

    #[test]
    fn a_court_outranks_every_function_of_that_person_and_of_nobody_else() {
        let (user, period) = (UserId::generate(), always());
        let restricted = Link { user, relation: guardian(true), period };
        for &function in Function::ALL {
            for relation in [Relation::Team(function), Relation::School(function)] {
                let theirs = Link { user, relation, period };
                assert!(grants(&[theirs, restricted]).is_empty() && grants(&[restricted, theirs]).is_empty());
                let of_another = Link { user: UserId::generate(), ..theirs };
                assert_eq!(grants(&[of_another, restricted]), grants(&[of_another]));
            }
        }
    }

    #[test]
    fn an_emergency_opens_every_section_to_read_and_to_nobody_whom_a_court_keeps_away() {
        let (user, period) = (UserId::generate(), always());
        let emergency = Link { user, relation: Relation::Emergency, period };
        let rows = grants(&[emergency]);
        assert_eq!(rows.len(), Section::ALL.len());
        assert!(rows.iter().all(|row| row.access == Access::Read && !row.sees_accesses));
        let restricted = Link { user, relation: guardian(true), period };
        assert!(grants(&[emergency, restricted]).is_empty() && grants(&[restricted, emergency]).is_empty());
        let other = Link { user: UserId::generate(), ..restricted };
        assert_eq!(grants(&[emergency, other]), rows);
    }

    #[test]
    fn what_was_withdrawn_before_it_began_gives_nothing() {
        let from = OffsetDateTime::UNIX_EPOCH;
        let link = |to| Link { user: UserId::generate(), relation: guardian(false), period: Period { from, to } };
        assert!(grants(&[link(Some(from))]).is_empty());
        assert!(!grants(&[link(Some(from + time::Duration::nanoseconds(1)))]).is_empty());
    }

    #[test]
    fn a_school_function_other_than_direction_and_coordination_reaches_nobody() {
        for &function in Function::ALL {
            let reaches =
                Section::ALL.iter().any(|&section| section_access(Relation::School(function), section).is_some());
            assert_eq!(reaches, matches!(function, Function::Principal | Function::Coordinator), "{function:?}");
        }
    }

    #[test]
    fn family_direction_and_coordination_see_who_read_and_nobody_else() {
        let blind = Relation::Guardian { can_view: false, can_write: false, judicial_restriction: false };
        assert!(sees_accesses(guardian(false)));
        assert!(!sees_accesses(guardian(true)) && !sees_accesses(blind));
        for &function in Function::ALL {
            let answers = matches!(function, Function::Principal | Function::Coordinator);
            assert_eq!(sees_accesses(Relation::School(function)), answers, "{function:?}");
            assert!(!sees_accesses(Relation::Team(function)), "{function:?}");
        }
    }

    #[test]
    fn a_teacher_who_is_also_the_mother_sees_who_read_through_that_tie_alone() {
        let (user, period) = (UserId::generate(), always());
        let teacher = Link { user, relation: Relation::Team(Function::SupportProfessional), period };
        let mother = Link { user, relation: guardian(false), period };
        assert!(grants(&[teacher]).iter().all(|grant| !grant.sees_accesses));
        // What both ties give is one row, in whichever order they come.
        for links in [[teacher, mother], [mother, teacher]] {
            let rows = grants(&links);
            // But for the team's room, which is the teacher's alone.
            let both = rows.iter().filter(|grant| grant.area != Area::Room(RoomKind::Team));
            assert!(both.into_iter().all(|grant| grant.sees_accesses));
            let goals = Area::Section(Section::Goals);
            let readings = rows.iter().filter(|g| (g.area, g.access) == (goals, Access::Read));
            assert_eq!(readings.count(), 1);
        }
        let restricted = Link { user, relation: guardian(true), period };
        assert!(grants(&[teacher, mother, restricted]).iter().all(|grant| !grant.sees_accesses));
    }

    #[test]
    fn the_family_never_sees_a_team_section() {
        use crate::domain::pei::SectionClass;
        for &section in Section::ALL {
            if section.class() == SectionClass::Team {
                assert_eq!(section_access(guardian(false), section), None);
            }
        }
    }

    #[test]
    fn a_guardian_without_the_right_to_write_reads_even_the_familys_own_section() {
        let guardian = |can_view, can_write| Relation::Guardian { can_view, can_write, judicial_restriction: false };
        let own = Section::FamilyContribution;
        assert_eq!(section_access(guardian(true, true), own), Some(Access::Write));
        assert_eq!(section_access(guardian(true, false), own), Some(Access::Read));
        for &section in Section::ALL {
            assert_eq!(section_access(guardian(false, true), section), None);
        }
    }

    #[test]
    fn a_relation_reaches_a_student_when_it_opens_any_section() {
        assert!(reaches(guardian(false)) && reaches(Relation::Team(Function::SupportProfessional)));
        assert!(reaches(Relation::School(Function::Principal)));
        assert!(!reaches(guardian(true)) && !reaches(Relation::Team(Function::NetworkManager)));
        assert!(!reaches(Relation::School(Function::ClassTeacher)));
    }

    #[test]
    fn each_person_gets_their_own_grants_and_no_row_twice() {
        let (guarded, member) = (UserId::generate(), UserId::generate());
        let link = |user, relation| Link { user, relation, period: always() };
        let team = Relation::Team(Function::ClassTeacher);
        // The restriction on one person takes nothing from another.
        let rows = grants(&[link(guarded, guardian(true)), link(member, guardian(false)), link(member, team)]);
        assert!(rows.iter().all(|row| row.user == member) && !rows.is_empty());
        let team_rows = grants(&[link(member, team)]);
        // Everything but the desks, at which no class teacher sits.
        assert_eq!(team_rows.len(), Area::all().count() - 2);
        assert_eq!(grants(&[link(member, team), link(member, team)]), team_rows);
    }

    #[test]
    fn whoever_is_in_a_room_reads_something_of_the_plan_too() {
        let flags = [false, true];
        let guardians = flags.iter().flat_map(|&can_view| {
            flags.map(|judicial_restriction| Relation::Guardian { can_view, can_write: true, judicial_restriction })
        });
        let functions =
            Function::ALL.iter().flat_map(|&function| [Relation::Team(function), Relation::School(function)]);
        for relation in guardians.chain(functions) {
            let in_a_room = RoomKind::ALL.iter().any(|&room| room_access(relation, room).is_some());
            assert!(!in_a_room || reaches(relation), "{relation:?}");
        }
    }

    #[test]
    fn no_family_is_in_the_teams_room_and_no_emergency_opens_a_conversation() {
        assert_eq!(room_access(guardian(false), RoomKind::Team), None);
        assert_eq!(room_access(guardian(true), RoomKind::Family), None);
        for &room in RoomKind::ALL {
            assert_eq!(room_access(Relation::Emergency, room), None);
        }
    }

    #[test]
    fn an_area_reads_back_what_it_writes() {
        for area in Area::all() {
            assert_eq!(area.as_str().parse(), Ok(area));
        }
        assert!("room_".parse::<Area>().is_err() && "room_metas".parse::<Area>().is_err());
    }

    #[test]
    fn a_period_is_half_open() {
        let from = OffsetDateTime::UNIX_EPOCH;
        let to = from + time::Duration::seconds(10);
        let period = Period { from, to: Some(to) };
        assert!(period.contains(from));
        assert!(!period.contains(to));
        assert!(!period.contains(from - time::Duration::nanoseconds(1)));
    }
}
