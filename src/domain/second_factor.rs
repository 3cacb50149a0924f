//! Who must show a second factor, and what a new session owes. Codes and secrets are `auth::second_factor`.

use super::people::{Function, UserKind, named};

/// How many recovery codes a person gets at a time.
pub const RECOVERY_CODES: usize = 10;

named!(
    /// What a session still owes after the password.
    Owed, "second factor" {
        /// A code from the person's device, or a recovery code.
        Totp = "totp",
        /// Setting a second factor up.
        Enrol = "enrol",
    }
);

/// Whether this person needs one. Whoever changes who sees a child, and whoever runs the servers, does.
///
/// * `functions`: those exercised today
#[must_use]
pub fn is_needed(kind: UserKind, functions: impl IntoIterator<Item = Function>) -> bool {
    let weighty = |function| matches!(function, Function::Principal | Function::Coordinator | Function::NetworkManager);
    kind == UserKind::Operator || functions.into_iter().any(weighty)
}

/// What a session owes that begins now. A session that has begun owes nothing more when its person is given a function later: the next one
/// does, within half a day, and acts that need a fresh proof ask for what the person has.
///
/// * `needed`: [`is_needed`], where the server insists on it
/// * `enrolled`: whether the person has one; whoever has one is always asked
#[must_use]
pub const fn owed(needed: bool, enrolled: bool) -> Option<Owed> {
    match (needed, enrolled) {
        (_, true) => Some(Owed::Totp),
        (true, false) => Some(Owed::Enrol),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_coordination_network_and_operators_need_one() {
        for &function in Function::ALL {
            let expected = ["principal", "coordinator", "network_manager"].contains(&function.as_str());
            assert_eq!(is_needed(UserKind::Staff, [function]), expected, "{function:?}");
        }
        assert!(
            is_needed(UserKind::Staff, [Function::ClassTeacher, Function::Coordinator]),
            "one of several is enough"
        );
        assert!(is_needed(UserKind::Operator, []));
        assert!(!is_needed(UserKind::Guardian, []) && !is_needed(UserKind::Staff, []));
    }

    #[test]
    fn who_has_one_is_asked_for_it_whether_it_is_needed_or_not() {
        assert_eq!(owed(false, true), Some(Owed::Totp));
        assert_eq!(owed(true, true), Some(Owed::Totp));
        assert_eq!(owed(true, false), Some(Owed::Enrol));
        assert_eq!(owed(false, false), None);
    }
}
