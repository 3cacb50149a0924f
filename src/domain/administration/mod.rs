//! Who may change who is who: the one place that says which function administers what. Where (the own school, the own network) is checked by
//! whoever asks, and once more by row-level security.
//!
//! Pure. From `domain.md` D, row "users/vínculos admin": the network appoints direction and coordination, direction the staff of its
//! school, and direction and coordination tie staff and families to students. Deny by default.

use super::people::Function;

mod effect;
pub use effect::{Change, SectionChange, changes};

/// Something that changes who may see or do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Inviting somebody to this function, giving it or ending it.
    Appoint(Function),
    /// Beginning or ending a membership of a student's team.
    LinkTeam,
    /// Inviting a guardian, changing or ending a guardianship.
    LinkGuardian,
    /// Seeing the people of a school with their functions.
    ListPeople,
    /// Seeing the students of a school, and who is in whose team and family.
    ListStudents,
    /// Opening a child's record in an emergency, and finding that child by name.
    BreakGlass,
    /// Seeing who opened records in an emergency, and ending that.
    ReviewEmergencies,
    /// Writing down what a guardian allowed or refused on paper.
    RecordConsents,
    /// Answering requests to correct what is written about a child.
    AnswerCorrections,
    /// Reading messages that somebody reported, and deciding about them.
    ReviewReports,
    /// Ending all sessions of a person, closing or opening their account.
    CloseAccount,
}

/// Whether somebody who exercises `actor` in the school concerned (for [`Function::NetworkManager`]: in its network) may do this.
#[must_use]
pub const fn may(actor: Function, act: Act) -> bool {
    use Function as F;
    match (actor, act) {
        (F::NetworkManager, Act::Appoint(F::Principal | F::Coordinator)) => true,
        (F::NetworkManager, Act::ListPeople | Act::CloseAccount | Act::BreakGlass) => true,
        (F::Principal, Act::Appoint(F::Principal | F::NetworkManager)) => false,
        (F::Principal, _) => true,
        (F::Coordinator, Act::LinkTeam | Act::LinkGuardian | Act::ListPeople | Act::ListStudents) => true,
        (F::Coordinator, Act::BreakGlass | Act::ReviewEmergencies) => true,
        (F::Coordinator, Act::RecordConsents | Act::AnswerCorrections | Act::ReviewReports) => true,
        _ => false,
    }
}

/// Whether one of the functions that somebody exercises in the school concerned allows it.
#[must_use]
pub fn may_any(actor: &[Function], act: Act) -> bool {
    actor.iter().any(|&function| may(function, act))
}

/// Whether somebody may close, open or end the sessions of the account of a person with these functions: only of people below
/// themselves, so that two principals cannot shut each other out.
#[must_use]
pub fn may_close(actor: &[Function], held: &[Function]) -> bool {
    const fn level(function: Function) -> u8 {
        match function {
            Function::NetworkManager => 2,
            Function::Principal => 1,
            _ => 0,
        }
    }
    actor
        .iter()
        .any(|&function| may(function, Act::CloseAccount) && held.iter().all(|&held| level(held) < level(function)))
}

/// Whether a function can be given in one school: that of the whole network is given by the command on the server alone.
#[must_use]
pub const fn is_of_a_school(function: Function) -> bool {
    !matches!(function, Function::NetworkManager)
}

/// Whether a team has members in this function: direction and coordination reach every student without being in a team.
#[must_use]
pub const fn joins_teams(function: Function) -> bool {
    !matches!(function, Function::Principal | Function::Coordinator | Function::NetworkManager)
}

/// What taking a function away from the last person who exercises it in a school means; whoever does that says that they know.
#[must_use]
pub const fn warning_for_last(function: Function) -> Option<Warning> {
    match function {
        Function::Principal => Some(Warning::LastPrincipal),
        _ => None,
    }
}

super::people::named!(
    /// What somebody must say they know before an act is done.
    Warning, "warning" {
        /// Nobody else directs the school.
        LastPrincipal = "last_principal",
    }
);

/// Why an act is not done, although the asker administers the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not in the asker's functions, or about themselves: nobody changes their own functions, links or account.
    #[error("not allowed")]
    NotAllowed,
    /// It is no longer as the asker saw it, or already as the asker wants it.
    #[error("changed meanwhile")]
    Changed,
    /// A value does not fit what is there.
    #[error("{0} does not fit")]
    Field(&'static str),
    /// The asker has not said that they know the warning.
    #[error("{0:?} was not accepted")]
    NotAccepted(Warning),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_appoints_their_own_function_or_a_higher_one() {
        for &function in Function::ALL {
            assert!(!may(function, Act::Appoint(function)), "{function:?}");
            assert!(!may(function, Act::Appoint(Function::NetworkManager)), "{function:?}");
        }
        assert!(may(Function::NetworkManager, Act::Appoint(Function::Principal)));
        assert!(!may(Function::Coordinator, Act::Appoint(Function::ClassTeacher)));
    }

    #[test]
    fn only_direction_coordination_and_network_administer_anything() {
        let acts = [Act::LinkTeam, Act::LinkGuardian, Act::ListPeople, Act::ListStudents, Act::CloseAccount]
            .into_iter()
            .chain([Act::BreakGlass, Act::ReviewEmergencies, Act::RecordConsents, Act::AnswerCorrections])
            .chain(Function::ALL.iter().map(|&function| Act::Appoint(function)));
        for act in acts {
            for &function in Function::ALL {
                let administers =
                    matches!(function, Function::Principal | Function::Coordinator | Function::NetworkManager);
                assert!(administers || !may(function, act), "{function:?} {act:?}");
            }
        }
    }

    #[test]
    fn accounts_are_closed_from_above_alone() {
        use Function as F;
        assert!(may_close(&[F::Principal], &[]) && may_close(&[F::Principal], &[F::Coordinator, F::ClassTeacher]));
        assert!(!may_close(&[F::Principal], &[F::ClassTeacher, F::Principal]));
        assert!(!may_close(&[F::Principal], &[F::NetworkManager]));
        assert!(may_close(&[F::NetworkManager], &[F::Principal]));
        assert!(!may_close(&[F::NetworkManager], &[F::NetworkManager]));
        assert!(!may_close(&[F::Coordinator], &[]) && !may_close(&[], &[]));
    }

    #[test]
    fn whoever_joins_no_team_reaches_students_otherwise_or_not_at_all() {
        use crate::domain::permission::{Relation, reaches};
        for &function in Function::ALL.iter().filter(|&&function| joins_teams(function)) {
            assert!(reaches(Relation::Team(function)) && !reaches(Relation::School(function)), "{function:?}");
        }
        assert!(Function::ALL.iter().all(|&function| is_of_a_school(function) || !joins_teams(function)));
    }

    #[test]
    fn the_network_ties_nobody_to_a_child() {
        assert!(!may(Function::NetworkManager, Act::LinkTeam));
        assert!(!may(Function::NetworkManager, Act::LinkGuardian));
        assert!(!may(Function::NetworkManager, Act::ListStudents));
        assert!(!may(Function::NetworkManager, Act::ReviewEmergencies));
        assert!(may(Function::Principal, Act::LinkTeam) && may(Function::Coordinator, Act::LinkGuardian));
    }
}
