//! What an invitation fixes, who may make it, and who may take it. Whoever takes it chooses a password and nothing of this.
//!
//! Pure. Which function may appoint or link whom is `super::administration`.

use super::administration::{self, Act};
use super::ids::{SchoolId, StudentId};
use super::people::{Function, UserKind, named};

named!(
    /// Who takes care of a child, by law or by a court's word.
    Custody, "custody" {
        /// Both parents.
        Shared = "shared",
        /// This person alone.
        Sole = "sole",
        /// Somebody else.
        None = "none",
    }
);

/// What an invitation makes of whoever takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// A function in the school, a place in a student's team, or both. One of them at least.
    Staff {
        /// The function exercised in the school.
        function: Option<Function>,
        /// The student, and the function in that student's team.
        team: Option<(StudentId, Function)>,
    },
    /// The tie of a family to its child.
    Guardian {
        /// The child.
        student: StudentId,
        /// Such as "mãe"; 1 to 60 characters.
        kinship: String,
        /// Custody.
        custody: Custody,
        /// May write the family's own section.
        can_write: bool,
    },
}

impl Offer {
    /// The kind of account it makes.
    #[must_use]
    pub const fn kind(&self) -> UserKind {
        match self {
            Self::Staff { .. } => UserKind::Staff,
            Self::Guardian { .. } => UserKind::Guardian,
        }
    }

    /// The student it is about, if any.
    #[must_use]
    pub const fn student(&self) -> Option<StudentId> {
        match self {
            Self::Staff { team: Some((student, _)), .. } | Self::Guardian { student, .. } => Some(*student),
            Self::Staff { team: None, .. } => None,
        }
    }

    /// What somebody must be allowed to do in order to make it.
    fn acts(&self) -> [Option<Act>; 2] {
        match self {
            Self::Staff { function, team } => [function.map(Act::Appoint), team.map(|_| Act::LinkTeam)],
            Self::Guardian { .. } => [Some(Act::LinkGuardian), None],
        }
    }
}

/// The function in which somebody may make (look at, withdraw, stand for) this offer in this school, if there is one.
///
/// * `held`: functions exercised today; without a school it is the whole network, whose schools the caller's policies know
#[must_use]
pub fn right_to_offer(held: &[(Function, Option<SchoolId>)], offer: &Offer, school: SchoolId) -> Option<Function> {
    let fits = |&(function, place): &(Function, Option<SchoolId>)| {
        let here = match place {
            Some(place) => place == school && function != Function::NetworkManager,
            None => function == Function::NetworkManager,
        };
        let mut acts = offer.acts().into_iter().flatten().peekable();
        here && acts.peek().is_some() && acts.all(|act| administration::may(function, act))
    };
    held.iter().find(|held| fits(held)).map(|&(function, _)| function)
}

/// Whether somebody who has an account may take an invitation with it. A teacher may be a mother, too; a family's account, whose sessions
/// last a month, never becomes one of the staff.
#[must_use]
pub const fn may_join(account: UserKind, invited: UserKind) -> bool {
    matches!((account, invited), (UserKind::Staff, _) | (UserKind::Guardian, UserKind::Guardian))
}

/// What of a child's name an invitation shows.
#[must_use]
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guardian() -> Offer {
        let student = StudentId::generate();
        Offer::Guardian { student, kinship: "avó".to_owned(), custody: Custody::Shared, can_write: true }
    }

    #[test]
    fn only_who_may_do_all_of_it_may_offer_it_and_only_in_the_own_place() {
        let (here, there) = (SchoolId::generate(), SchoolId::generate());
        let principal = [(Function::Principal, Some(here))];
        let coordinator = [(Function::Coordinator, Some(here))];
        let network = [(Function::NetworkManager, None)];
        let team = Some((StudentId::generate(), Function::Psychologist));
        let teacher = Offer::Staff { function: Some(Function::ClassTeacher), team: None };
        let both = Offer::Staff { function: Some(Function::Psychologist), team };
        let visiting = Offer::Staff { function: None, team };
        let head = Offer::Staff { function: Some(Function::Principal), team: None };
        for (held, offer, school, expected) in [
            (&principal, &teacher, here, true),
            (&principal, &both, here, true),
            (&principal, &guardian(), here, true),
            (&principal, &teacher, there, false),
            (&principal, &head, here, false),
            (&coordinator, &visiting, here, true),
            (&coordinator, &guardian(), here, true),
            (&coordinator, &both, here, false),
            (&coordinator, &teacher, here, false),
            (&network, &head, there, true),
            (&network, &both, here, false),
            (&network, &guardian(), here, false),
        ] {
            assert_eq!(right_to_offer(held, offer, school).is_some(), expected, "{held:?} {offer:?}");
        }
    }

    #[test]
    fn an_offer_of_nothing_and_a_network_function_in_one_school_give_nobody_a_right() {
        let here = SchoolId::generate();
        let nothing = Offer::Staff { function: None, team: None };
        assert_eq!(right_to_offer(&[(Function::Principal, Some(here))], &nothing, here), None);
        let head = Offer::Staff { function: Some(Function::Principal), team: None };
        assert_eq!(right_to_offer(&[(Function::NetworkManager, Some(here))], &head, here), None);
    }

    #[test]
    fn a_teacher_may_be_a_mother_but_a_family_never_becomes_staff() {
        assert!(may_join(UserKind::Staff, UserKind::Guardian) && may_join(UserKind::Guardian, UserKind::Guardian));
        assert!(!may_join(UserKind::Guardian, UserKind::Staff));
        assert!(!may_join(UserKind::Operator, UserKind::Staff) && !may_join(UserKind::Operator, UserKind::Guardian));
    }

    #[test]
    fn of_a_childs_name_only_the_first_word_is_shown() {
        assert_eq!(first_name("  Téo Barreto Lima"), "Téo");
        assert_eq!(first_name(""), "");
    }
}
