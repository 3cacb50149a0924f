//! What the screens of administration are told. Plain data, written as JSON as it stands.

#![allow(missing_docs, reason = "fields whose names say all carry no comment")]

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::administration::Warning;
use crate::domain::pei::Section;
use crate::domain::people::{Function, UserKind, named};
use crate::domain::permission::Access;

named!(
    /// With whom a child lives, as the court or the family says.
    Custody, "custody" {
        /// Both parents.
        Shared = "shared",
        /// This person alone.
        Sole = "sole",
        /// Not this person.
        NoCustody = "none",
    }
);

/// A school the asker administers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminSchool {
    pub school_id: Uuid,
    pub name: String,
    pub students: i64,
    /// People with a function in the school today or in future.
    pub staff: i64,
    pub guardians: i64,
    /// Newest school year first.
    pub classes: Vec<AdminClass>,
    pub may: AdminRights,
}

/// What the asker may do in a school.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminRights {
    /// Functions the asker gives and ends.
    pub appoint: Vec<Function>,
    pub list_students: bool,
    pub link_team: bool,
    pub link_guardians: bool,
    pub close_accounts: bool,
    /// May open a child's record in an emergency.
    pub break_glass: bool,
    /// Sees who did.
    pub review_emergencies: bool,
}

/// A child found by name, to open its record in an emergency.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergencyStudent {
    pub student_id: Uuid,
    pub name: String,
    #[schema(required)]
    pub class_name: Option<String>,
}

/// Somebody opened a child's record in an emergency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Emergency {
    pub break_glass_id: Uuid,
    pub student_id: Uuid,
    pub student_name: String,
    pub user_id: Uuid,
    pub user_name: String,
    /// In which function.
    pub acted_as: Function,
    /// In the person's words; null once erased.
    #[schema(required)]
    pub reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub opened_at: OffsetDateTime,
    /// When it ended or ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    pub valid_to: OffsetDateTime,
    pub is_open: bool,
}

/// A class.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AdminClass {
    pub class_id: Uuid,
    pub name: String,
    pub shift: String,
    pub school_year: i32,
    pub students: i64,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeoplePage {
    /// By name; at most 100.
    pub people: Vec<AdminPerson>,
    /// Send it back as `cursor` for the next page; null at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Somebody with their ties to the schools the asker administers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminPerson {
    pub user_id: Uuid,
    pub name: String,
    pub kind: UserKind,
    /// Since when the account is closed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub closed_at: Option<OffsetDateTime>,
    /// Whether this is the asker, whose own ties others change.
    pub is_self: bool,
    /// Living ones first; past ones stay in the list.
    pub functions: Vec<AdminFunction>,
    /// Empty for those who may not see who is tied to which student.
    pub links: Vec<AdminLink>,
    /// Empty for those who may not see who is tied to which student.
    pub guardianships: Vec<AdminGuardianship>,
}

/// One person alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminPersonDetail {
    pub person: AdminPerson,
    /// Whether the asker may close or open the account and end its sessions.
    pub may_close: bool,
    /// Whether the asker may make a code on paper for a new password: no mail is known to reach the person.
    pub may_reset: bool,
    /// Whether the person is tied to schools the asker does not administer: then only the network closes the account.
    pub elsewhere: bool,
}

/// A function somebody exercises, exercised or will exercise.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminFunction {
    pub function_id: Uuid,
    #[serde(skip)]
    pub user_id: Uuid,
    pub function: Function,
    /// Null for the whole network.
    #[schema(required)]
    pub school_id: Option<Uuid>,
    #[schema(required)]
    pub school_name: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub valid_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub valid_to: Option<OffsetDateTime>,
    /// Send it back with a change.
    pub version: i32,
}

impl AdminPerson {
    /// Without ties to children whom a court keeps the asker away from.
    pub(super) fn leave_out_kept_away(&mut self) {
        self.links.retain(|link| !link.kept_away);
        self.guardianships.retain(|guardianship| !guardianship.kept_away);
    }
}

/// A membership in a team.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminLink {
    pub link_id: Uuid,
    pub user_id: Uuid,
    pub user_name: String,
    /// Whether the person's account is closed.
    pub closed: bool,
    pub student_id: Uuid,
    pub student_name: String,
    #[serde(skip)]
    pub school_id: Uuid,
    /// Whether a court keeps the asker away from the child: then it is in no list.
    #[serde(skip)]
    pub kept_away: bool,
    pub function: Function,
    #[serde(with = "time::serde::rfc3339")]
    pub valid_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub valid_to: Option<OffsetDateTime>,
    /// Send it back with a change.
    pub version: i32,
}

/// A guardian and a child.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminGuardianship {
    pub guardianship_id: Uuid,
    pub user_id: Uuid,
    pub user_name: String,
    /// Whether the person's account is closed.
    pub closed: bool,
    pub student_id: Uuid,
    pub student_name: String,
    #[serde(skip)]
    pub school_id: Uuid,
    /// Whether a court keeps the asker away from the child: then it is in no list.
    #[serde(skip)]
    pub kept_away: bool,
    pub kinship: String,
    pub custody: Custody,
    pub can_view: bool,
    pub can_write: bool,
    /// A court forbids access: nothing of the child is shown, whatever else is ticked.
    pub judicial_restriction: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub valid_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub valid_to: Option<OffsetDateTime>,
    /// Send it back with a change.
    pub version: i32,
}

/// A page of students.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminStudentsPage {
    /// By name; at most 100.
    pub students: Vec<AdminStudent>,
    /// Send it back as `cursor` for the next page; null at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A student in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminStudent {
    pub student_id: Uuid,
    pub name: String,
    #[schema(required)]
    pub class_name: Option<String>,
    /// People in the team today.
    pub team: i64,
    /// Guardians today.
    pub guardians: i64,
}

/// Everybody tied to one student.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminStudentDetail {
    pub student_id: Uuid,
    pub name: String,
    #[schema(required)]
    pub class_name: Option<String>,
    pub school_id: Uuid,
    pub school_name: String,
    /// Living ones first; past ones stay in the list.
    pub team: Vec<AdminLink>,
    /// Living ones first; past ones stay in the list.
    pub guardianships: Vec<AdminGuardianship>,
}

/// What an act did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Effect {
    /// False for a preview: nothing was changed.
    pub applied: bool,
    /// Whom it concerns.
    pub user_id: Uuid,
    pub user_name: String,
    /// The new row, where one was made.
    #[schema(required)]
    pub created_id: Option<Uuid>,
    /// What the person sees and no longer sees. Empty when nothing changes for them.
    pub changes: Vec<EffectChange>,
    /// What must be sent back in `accept`.
    pub warnings: Vec<Warning>,
    /// Memberships that ended with the function they rest on.
    pub ended_links: usize,
    /// Sessions that ended.
    pub ended_sessions: i64,
}

/// The same change for some students.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectChange {
    /// From when; null is at once.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub from: Option<OffsetDateTime>,
    /// Until when; null is until further notice.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    pub until: Option<OffsetDateTime>,
    /// In the plan's order; never empty.
    pub sections: Vec<EffectSection>,
    /// Whether the person saw anything of these students, or would have.
    pub saw: bool,
    /// Whether the person sees anything of them, in these or in other sections.
    pub sees: bool,
    /// By name, at most 50; empty for those who may not see them.
    pub students: Vec<EffectStudent>,
    /// How many there are.
    pub student_count: usize,
}

/// What changes in one section.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectSection {
    pub section: Section,
    #[schema(required)]
    pub before: Option<Access>,
    #[schema(required)]
    pub after: Option<Access>,
}

/// A student whom a change concerns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EffectStudent {
    pub student_id: Uuid,
    pub name: String,
}
