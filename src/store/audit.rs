//! What happened, written down in the transaction in which it happened. No role that serves requests can read it back, except the sealer
//! (`audit_seal`), which sees what is not chained yet.

use deadpool_postgres::Transaction;

use super::{Error, Store};
use crate::domain::ids::{LoginSessionId, StudentId, UserId};

const INSERT: &str = include_str!("../../sql/queries/audit/insert.sql");

/// What was tried. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Signing in with a password.
    Login,
    /// Signing out.
    Logout,
    /// A refresh token was shown a second time: the session was ended.
    RefreshReused,
    /// Showing again who one is, before something that needs it.
    StepUp,
    /// Showing a second factor, at sign-in.
    SecondFactor,
    /// Setting a second factor up.
    EnrolSecondFactor,
    /// Switching it off.
    RemoveSecondFactor,
    /// New recovery codes.
    RenewRecoveryCodes,
    /// Ending a session of one's own on another device.
    EndSession,
    /// Inviting somebody.
    Invite,
    /// Taking an invitation back.
    WithdrawInvitation,
    /// Taking an invitation: an account, a function, a link.
    AcceptInvitation,
    /// Changing the own password.
    ChangePassword,
    /// Asking for a new password.
    RequestReset,
    /// Setting a new password with what a mail said.
    ResetPassword,
    /// Opening a plan.
    OpenPei,
    /// A command on the server erased the history of a document.
    EraseHistory,
    /// A command on the server removed what was kept for long enough.
    ForgetOld,
    /// Opening a section, once a person, document and half hour.
    OpenSection,
    /// Asking who read what is written about a student.
    ListAccesses,
    /// Looking at the people of a school, or at one of them.
    ViewPeople,
    /// Looking at who is tied to the students of a school, or to one of them.
    ViewTies,
    /// Asking what an act of administration would do.
    Preview,
    /// Giving a function in a school.
    GiveFunction,
    /// Ending one.
    EndFunction,
    /// Making somebody a member of a student's team.
    GiveLink,
    /// Ending a membership.
    EndLink,
    /// Making somebody a guardian of a student.
    GiveGuardianship,
    /// Changing or ending a guardianship.
    ChangeGuardianship,
    /// Looking for a child by name, to open its record in an emergency.
    FindInEmergency,
    /// Opening a child's record in an emergency.
    BreakGlass,
    /// Ending that before its time.
    EndBreakGlass,
    /// Looking at who opened records of a school in an emergency.
    ReviewEmergencies,
    /// Looking at what a family allows.
    ViewConsents,
    /// Allowing photos, voice or sharing.
    GiveConsent,
    /// Refusing it or taking it back.
    WithdrawConsent,
    /// Looking at requests to correct something.
    ViewCorrections,
    /// Asking for a correction.
    AskCorrection,
    /// Answering such a request.
    AnswerCorrection,
    /// Telling a class something.
    Announce,
    /// Confirming such an announcement.
    ConfirmAnnouncement,
    /// Looking at who has seen and confirmed one.
    ViewReceipts,
    /// Opening the room of a guardian at a desk.
    OpenDesk,
    /// Looking for words in conversations. The words are not recorded.
    SearchMessages,
    /// Reporting a message.
    ReportMessage,
    /// Looking at what was reported.
    ViewReports,
    /// Reading what was frozen with a report.
    ReadReport,
    /// Deciding about a report.
    DecideReport,
    /// Taking a copy of a child's dossier.
    TakeDossier,
    /// Closing an account.
    CloseAccount,
    /// Opening it again.
    OpenAccount,
    /// Ending all sessions of somebody else.
    EndSessions,
    /// Making a code on paper for somebody's new password.
    MakeResetCode,
    /// A command on the server made an administrator.
    CreateAdministrator,
    /// A command on the server noted that a child left the school.
    NoteLeaving,
    /// A command on the server noted that it is there again.
    NoteReturn,
    /// A command on the server held a record.
    HoldRecord,
    /// A command on the server released it.
    ReleaseRecord,
    /// A command on the server erased a student.
    EraseStudent,
}

impl Action {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "account.login",
            Self::Logout => "account.logout",
            Self::RefreshReused => "account.refresh_reused",
            Self::StepUp => "account.step_up",
            Self::SecondFactor => "account.second_factor",
            Self::EnrolSecondFactor => "account.enrol_second_factor",
            Self::RemoveSecondFactor => "account.remove_second_factor",
            Self::RenewRecoveryCodes => "account.renew_recovery_codes",
            Self::EndSession => "account.end_session",
            Self::Invite => "invitation.create",
            Self::WithdrawInvitation => "invitation.withdraw",
            Self::AcceptInvitation => "invitation.accept",
            Self::ChangePassword => "account.password_change",
            Self::RequestReset => "account.reset_request",
            Self::ResetPassword => "account.reset",
            Self::OpenPei => "pei.open",
            Self::EraseHistory => "document.erase_history",
            Self::ForgetOld => "retention.forget",
            Self::OpenSection => "section.open",
            Self::ListAccesses => "student.accesses",
            Self::ViewPeople => "administration.view_people",
            Self::ViewTies => "administration.view_ties",
            Self::Preview => "administration.preview",
            Self::GiveFunction => "administration.give_function",
            Self::EndFunction => "administration.end_function",
            Self::GiveLink => "administration.give_link",
            Self::EndLink => "administration.end_link",
            Self::GiveGuardianship => "administration.give_guardianship",
            Self::ChangeGuardianship => "administration.change_guardianship",
            Self::FindInEmergency => "emergency.find",
            Self::BreakGlass => "emergency.open",
            Self::EndBreakGlass => "emergency.end",
            Self::ReviewEmergencies => "emergency.review",
            Self::ViewConsents => "consent.view",
            Self::GiveConsent => "consent.give",
            Self::WithdrawConsent => "consent.withdraw",
            Self::ViewCorrections => "correction.view",
            Self::AskCorrection => "correction.ask",
            Self::AnswerCorrection => "correction.answer",
            Self::Announce => "announcement.write",
            Self::ConfirmAnnouncement => "announcement.confirm",
            Self::ViewReceipts => "announcement.receipts",
            Self::OpenDesk => "desk.open",
            Self::SearchMessages => "room.search",
            Self::ReportMessage => "report.create",
            Self::ViewReports => "report.view",
            Self::ReadReport => "report.read",
            Self::DecideReport => "report.decide",
            Self::TakeDossier => "dossier.take",
            Self::CloseAccount => "administration.close_account",
            Self::OpenAccount => "administration.open_account",
            Self::EndSessions => "administration.end_sessions",
            Self::MakeResetCode => "administration.make_reset_code",
            Self::CreateAdministrator => "account.create_administrator",
            Self::NoteLeaving => "student.leave",
            Self::NoteReturn => "student.return",
            Self::HoldRecord => "student.hold",
            Self::ReleaseRecord => "student.release",
            Self::EraseStudent => "student.erase",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Allowed,
    /// Refused.
    Denied,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// One row of the audit log.
#[derive(Debug, Clone)]
pub struct Event {
    /// Who, if known.
    pub actor: Option<UserId>,
    /// On which device, if known.
    pub session: Option<LoginSessionId>,
    /// What.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// Whose data, if a student's.
    pub student: Option<StudentId>,
    /// To what, e.g. `pei/{id}`; at most 200 characters, never a name or an address.
    pub resource: Option<String>,
    /// The request in which it happened.
    pub request_id: Option<String>,
}

impl Event {
    /// An event about nobody's data in particular.
    #[must_use]
    pub fn new(action: Action, outcome: Outcome) -> Self {
        Self { actor: None, session: None, action, outcome, student: None, resource: None, request_id: None }
    }
}

/// Writes one event in its own transaction.
///
/// # Errors
/// Database errors. The caller decides whether the act may go on without its record.
pub async fn append(store: &Store, event: Event) -> Result<(), Error> {
    store.as_person(None, move |transaction| Box::pin(async move { append_in(transaction, &event).await })).await
}

/// Writes one event in the transaction of what it tells about.
///
/// # Errors
/// Database errors.
pub async fn append_in(transaction: &Transaction<'_>, event: &Event) -> Result<(), Error> {
    let statement = transaction.prepare_cached(INSERT).await?;
    let (actor, session) = (event.actor.map(|id| id.0), event.session.map(|id| id.0));
    let (action, outcome, student) = (event.action.as_str(), event.outcome.as_str(), event.student.map(|id| id.0));
    transaction
        .execute(&statement, &[&actor, &session, &action, &outcome, &student, &event.resource, &event.request_id])
        .await?;
    Ok(())
}

/// The same for a command on the server, whose connection belongs to no pool.
///
/// # Errors
/// Database errors.
pub(super) async fn append_as_owner(transaction: &tokio_postgres::Transaction<'_>, event: &Event) -> Result<(), Error> {
    let (actor, session) = (event.actor.map(|id| id.0), event.session.map(|id| id.0));
    let (action, outcome, student) = (event.action.as_str(), event.outcome.as_str(), event.student.map(|id| id.0));
    transaction
        .execute(INSERT, &[&actor, &session, &action, &outcome, &student, &event.resource, &event.request_id])
        .await?;
    Ok(())
}
