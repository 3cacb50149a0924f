//! Who may change who is who: the one place that says which function administers what. Where (the own school, the own network) is checked by
//! whoever asks, and once more by row-level security.
//!
//! Pure. From `domain.md` D, row "users/vínculos admin": the network appoints direction and coordination, direction the staff of its
//! school, and direction and coordination tie staff and families to students. Deny by default.

use super::people::Function;

/// Something that changes who may see or do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Inviting somebody to this function, giving it or ending it.
    Appoint(Function),
    /// Beginning or ending a membership of a student's team.
    LinkTeam,
    /// Inviting a guardian, changing or ending a guardianship.
    LinkGuardian,
    /// Seeing the people of a school with their functions and links.
    ListPeople,
    /// Ending all sessions of a person, closing or opening their account.
    CloseAccount,
}

/// Whether somebody who exercises `actor` in the school concerned (for [`Function::NetworkManager`]: in its network) may do this.
#[must_use]
pub const fn may(actor: Function, act: Act) -> bool {
    use Function as F;
    match (actor, act) {
        (F::NetworkManager, Act::Appoint(F::Principal | F::Coordinator)) => true,
        (F::NetworkManager, Act::ListPeople | Act::CloseAccount) => true,
        (F::Principal, Act::Appoint(F::Principal | F::NetworkManager)) => false,
        (F::Principal, _) => true,
        (F::Coordinator, Act::LinkTeam | Act::LinkGuardian | Act::ListPeople) => true,
        _ => false,
    }
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
        let acts = [Act::LinkTeam, Act::LinkGuardian, Act::ListPeople, Act::CloseAccount]
            .into_iter()
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
    fn the_network_ties_nobody_to_a_child() {
        assert!(!may(Function::NetworkManager, Act::LinkTeam));
        assert!(!may(Function::NetworkManager, Act::LinkGuardian));
        assert!(may(Function::Principal, Act::LinkTeam) && may(Function::Coordinator, Act::LinkGuardian));
    }
}
