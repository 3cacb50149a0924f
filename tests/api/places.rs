//! The two networks of the fixture, their schools and children. Every text that only some people may read carries a canary of
//! its own, which names the child it is about: a leak says what leaked.

use kazumi::crdt::seed::{self, Block, SeedValue};
use kazumi::domain::ids::{DocumentId, PeiId, StudentId, UserId};
use kazumi::domain::pei::{DocumentName, Section, SectionKind};
use kazumi::store::grants;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tokio_postgres::Transaction;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// Begins every canary; a child's mark follows.
const CANARY_BEGINS: &str = "Canário-";

/// Which child a request is about, seen from the child that the columns of the matrix speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The child of the columns.
    Own,
    /// In the same class.
    Classmate,
    /// In another class of the same school.
    Schoolmate,
    /// In another school of the same network.
    OtherSchool,
    /// In another network.
    OtherNetwork,
    /// In the second school of that network.
    FarSchool,
    /// Was there and was removed.
    Deleted,
    /// Never existed.
    Never,
}

impl Target {
    /// The children that exist, in the order of [`Places::children`].
    pub const CHILDREN: [Self; 6] =
        [Self::Own, Self::Classmate, Self::Schoolmate, Self::OtherSchool, Self::OtherNetwork, Self::FarSchool];
    /// What a request of somebody who means another child may name.
    pub const FOREIGN: [Self; 7] = [
        Self::Classmate,
        Self::Schoolmate,
        Self::OtherSchool,
        Self::OtherNetwork,
        Self::FarSchool,
        Self::Deleted,
        Self::Never,
    ];

    /// What the canaries of this child begin with behind [`CANARY_BEGINS`].
    const fn mark(self) -> &'static str {
        match self {
            Self::Own => "7f3a",
            Self::Classmate => "91c0",
            Self::Schoolmate => "b2d7",
            Self::OtherSchool => "c4e8",
            Self::OtherNetwork => "d61b",
            Self::FarSchool => "e935",
            Self::Deleted => "f0a2",
            Self::Never => "0000",
        }
    }
}

/// One child with everything that hangs on it.
#[derive(Debug, Clone, Copy)]
pub struct Child {
    /// Which.
    pub target: Target,
    /// The child.
    pub student: StudentId,
    /// The plan, being written.
    pub pei: PeiId,
    /// The school.
    pub school: Uuid,
    /// The class.
    pub class: Uuid,
    /// The network.
    pub network: Uuid,
    /// Somebody of the team who never signs in.
    pub member: UserId,
    /// The link of that member.
    pub team_link: Uuid,
    /// A function of that member in the school.
    pub staff_function: Uuid,
    /// A guardian who never signs in.
    pub guardian: UserId,
    /// The guardianship of that guardian.
    pub guardianship: Uuid,
    /// An open invitation of another guardian.
    pub invitation: Uuid,
    /// An emergency of that member, long over.
    pub emergency: Uuid,
    /// A request of that guardian to correct something, answered.
    pub correction: Uuid,
    /// The room of the class.
    pub class_room: Uuid,
    /// Where an announcement is in it; another place in each class.
    pub announcement: i64,
    /// The room of family and school.
    pub room: Uuid,
    /// A message of that guardian there. In no other room is there a message at this place.
    pub seq: i64,
    /// A report of the message before it, decided.
    pub report: Uuid,
}

impl Child {
    /// A child that nobody has written down.
    pub fn unknown(target: Target) -> Self {
        Self {
            target,
            student: StudentId::generate(),
            pei: PeiId::generate(),
            school: Uuid::now_v7(),
            class: Uuid::now_v7(),
            network: Uuid::now_v7(),
            member: UserId::generate(),
            team_link: Uuid::now_v7(),
            staff_function: Uuid::now_v7(),
            guardian: UserId::generate(),
            guardianship: Uuid::now_v7(),
            invitation: Uuid::now_v7(),
            emergency: Uuid::now_v7(),
            correction: Uuid::now_v7(),
            class_room: Uuid::now_v7(),
            announcement: 900,
            room: Uuid::now_v7(),
            seq: 40 + 2 * target as i64,
            report: Uuid::now_v7(),
        }
    }

    /// What stands for this parameter of an address when a request is about this child.
    pub fn parameter(&self, address: &str, name: &str) -> String {
        let is_of_class = address.contains("/announcements") || address.contains("/confirmations");
        match name {
            "pei_id" => self.pei.to_string(),
            "student_id" => self.student.to_string(),
            "school_id" => self.school.to_string(),
            "class_id" => self.class.to_string(),
            "network_id" => self.network.to_string(),
            "user_id" => self.member.to_string(),
            "guardian_id" => self.guardian.to_string(),
            "team_link_id" | "link_id" => self.team_link.to_string(),
            "staff_function_id" | "function_id" => self.staff_function.to_string(),
            // Of nobody here: whose session it is decides, and no child has one.
            "session_id" => self.guardian.to_string(),
            "guardianship_id" => self.guardianship.to_string(),
            "invitation_id" => self.invitation.to_string(),
            "break_glass_id" => self.emergency.to_string(),
            "correction_id" => self.correction.to_string(),
            "room_id" if is_of_class => self.class_room.to_string(),
            "seq" if is_of_class => self.announcement.to_string(),
            "room_id" => self.room.to_string(),
            "seq" => self.seq.to_string(),
            "report_id" => self.report.to_string(),
            _ => {
                panic!("an address has a parameter {{{name}}}: say in tests/api/places.rs which id of a child it means")
            }
        }
    }

    /// The name of a section's document, as third-party clients call it.
    pub fn document(&self, section: Section) -> String {
        DocumentName { pei: self.pei, section, copy: None }.to_string()
    }

    /// The canary in the text of a section.
    pub fn text(&self, section: Section) -> String {
        self.canary(&format!("texto-{}", section.as_str()))
    }

    /// A canary about this child.
    pub fn canary(&self, what: &str) -> String {
        format!("{CANARY_BEGINS}{}-{what}", self.target.mark())
    }
}

/// The children a text speaks of, and the canaries by which it does.
pub fn canaries_in(text: &str) -> Vec<(Target, String)> {
    let mut found = Vec::new();
    for rest in text.split(CANARY_BEGINS).skip(1) {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let canary = &rest[..end];
        let about = Target::CHILDREN.into_iter().find(|target| canary.starts_with(target.mark()));
        found.push((about.expect("a canary names its child"), canary.to_owned()));
    }
    found
}

/// Writes both networks and every child, without the people of the columns.
pub async fn fill(transaction: &Transaction<'_>) -> [Child; 6] {
    let mut children = Target::CHILDREN.map(Child::unknown);
    let [near, far] = [Uuid::now_v7(), Uuid::now_v7()];
    for (network, name) in [(near, "Rede A"), (far, "Rede B")] {
        run(transaction, "insert into networks (network_id, name) values ($1, $2)", &[&network, &name]).await;
    }
    let [school, class] = [children[0].school, children[0].class];
    for child in &mut children {
        child.network = match child.target {
            Target::OtherNetwork | Target::FarSchool => far,
            _ => near,
        };
        if matches!(child.target, Target::Classmate | Target::Schoolmate) {
            child.school = school;
        }
        if child.target == Target::Classmate {
            child.class = class;
        }
    }
    for child in &children {
        add_school(transaction, child).await;
        add_child(transaction, child).await;
        add_people(transaction, child).await;
    }
    children
}

/// Removes a child that was there: its ids are real and lead nowhere.
pub async fn add_and_remove(transaction: &Transaction<'_>, beside: &Child) -> Child {
    let Child { school, class, network, .. } = *beside;
    let gone = Child { school, class, network, ..Child::unknown(Target::Deleted) };
    add_child(transaction, &gone).await;
    add_people(transaction, &gone).await;
    for statement in [
        "delete from invitations where student_id = $1",
        "delete from guardianships where student_id = $1",
        "delete from team_links where student_id = $1",
        "delete from pei_snapshots where document_id in (select document_id from pei_documents where student_id = $1)",
        "delete from pei_documents where student_id = $1",
        "delete from peis where student_id = $1",
        "delete from rooms where student_id = $1",
        "delete from students where student_id = $1",
    ] {
        run(transaction, statement, &[&gone.student.0]).await;
    }
    run(transaction, "delete from staff_functions where staff_function_id = $1", &[&gone.staff_function]).await;
    run(transaction, "delete from credentials where user_id = $1", &[&gone.member.0]).await;
    for person in [gone.member, gone.guardian] {
        run(transaction, "delete from users where user_id = $1", &[&person.0]).await;
    }
    // School, class and network exist; whoever asks for those of this child shall ask for nothing.
    let Child { school, class, network, .. } = Child::unknown(Target::Deleted);
    Child { school, class, network, ..gone }
}

/// An announcement in the room of each class, behind everything that happened there, at a place where no other class has one.
pub async fn announce(transaction: &Transaction<'_>, children: &mut [Child]) {
    for (number, child) in children.iter_mut().enumerate() {
        let find = "select room_id from rooms where class_id = $1";
        child.class_room = transaction.query_one(find, &[&child.class]).await.expect("a room").get(0);
        if child.target == Target::Classmate {
            // The room, and what is in it, are those of the child before.
            child.announcement = 100;
            continue;
        }
        child.announcement = 100 * (number as i64 + 1);
        let raise = "update rooms set last_seq = $2, message_count = message_count + 1 where room_id = $1";
        run(transaction, raise, &[&child.class_room, &child.announcement]).await;
        let statement = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, title, body, needs_confirmation)
                         values ($1, $2, 1, 'announcement', $3, gen_random_uuid(), 'Passeio', 'No sábado.', true)";
        run(transaction, statement, &[&child.class_room, &child.announcement, &child.member.0]).await;
    }
}

/// Works out the grants of every child.
pub async fn grant(transaction: &Transaction<'_>, children: &[Child]) {
    for child in children {
        grants::rebuild_for_student(transaction, child.student).await.expect("grants");
    }
}

/// Two messages in each child's family room, each reported by who wrote it: the first report is decided, the second waits.
pub async fn converse(transaction: &Transaction<'_>, children: &[Child]) {
    for child in children {
        // What comes before them are reactions, so that each log is without a gap and its messages stand at places of their own.
        let statement = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, target_seq)
                         select room_id, n, 0, 'reacted', $2, gen_random_uuid(), 1
                         from rooms, generate_series(last_seq + 1, $3::bigint - 2) n where room_id = $1";
        run(transaction, statement, &[&child.room, &child.guardian.0, &child.seq]).await;
        for (no, seq) in [(1_i64, child.seq - 1), (2, child.seq)] {
            let statement = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body)
                             values ($1, $2, $3, 'text', $4, gen_random_uuid(), $5)";
            let words = child.canary("conversa-antiga");
            run(transaction, statement, &[&child.room, &seq, &no, &child.guardian.0, &words]).await;
        }
        let statement = "update rooms set last_seq = $2, message_count = 2, last_at = now() where room_id = $1";
        run(transaction, statement, &[&child.room, &child.seq]).await;
        for (report, seq) in [(child.report, child.seq - 1), (Uuid::now_v7(), child.seq)] {
            let statement = "insert into message_reports (report_id, room_id, seq, reporter_id, reason, note)
                             values ($1, $2, $3, $4, 'offence', $5)";
            let note = child.canary("denuncia");
            run(transaction, statement, &[&report, &child.room, &seq, &child.guardian.0, &note]).await;
        }
        let statement =
            "update message_reports set decision = 'talked', decision_note = $2, decided_by = $3, decided_at = now()
                         where report_id = $1";
        run(transaction, statement, &[&child.report, &child.canary("decisao"), &child.member.0]).await;
    }
}

async fn add_school(transaction: &Transaction<'_>, child: &Child) {
    // What several children have in common is no canary of one of them.
    let is_shared = child.target == Target::Own;
    let name = |plain: &str, what| if is_shared { plain.to_owned() } else { child.canary(what) };
    let statement = "insert into schools (school_id, network_id, name) values ($1, $2, $3) on conflict do nothing";
    run(transaction, statement, &[&child.school, &child.network, &name("School", "escola")]).await;
    let statement = "insert into classes (class_id, school_id, name, shift, school_year)
                     values ($1, $2, $3, 'morning', 2026) on conflict do nothing";
    run(transaction, statement, &[&child.class, &child.school, &name("3 A", "turma")]).await;
}

async fn add_child(transaction: &Transaction<'_>, child: &Child) {
    // The name alone has nothing behind the mark: it is what other tests look for.
    let name = format!("{CANARY_BEGINS}{}", child.target.mark());
    let statement = "insert into students (student_id, school_id, class_id, name) values ($1, $2, $3, $4)";
    run(transaction, statement, &[&child.student.0, &child.school, &child.class, &name]).await;
    let statement = "update rooms set room_id = $2 where student_id = $1 and kind = 'family'";
    run(transaction, statement, &[&child.student.0, &child.room]).await;
    let statement = "insert into peis (pei_id, student_id, school_year, state) values ($1, $2, 2026, 'em_elaboracao')";
    run(transaction, statement, &[&child.pei.0, &child.student.0]).await;
    for &section in Section::ALL {
        let document = DocumentId::generate();
        let statement =
            "insert into pei_documents (document_id, pei_id, student_id, section, lineage) values ($1, $2, $3, $4, $5)";
        let values: [&(dyn ToSql + Sync); 5] =
            [&document.0, &child.pei.0, &child.student.0, &section.as_str(), &Uuid::now_v7()];
        run(transaction, statement, &values).await;
        let state = first_state(section, &child.text(section));
        let statement = "insert into pei_snapshots (document_id, covers_seq, state, sha256) values ($1, 0, $2, $3)";
        run(transaction, statement, &[&document.0, &state, &Sha256::digest(&state).to_vec()]).await;
    }
}

fn first_state(section: Section, text: &str) -> Vec<u8> {
    let root = section.kind().roots()[0];
    match section.kind() {
        SectionKind::RichText => seed::rich_text(root, &[Block::Paragraph(text.to_owned())]),
        SectionKind::Goals => {
            seed::records(root, &[vec![("description".to_owned(), SeedValue::Text(text.to_owned()))]])
        }
    }
}

/// A member of the team and a guardian, who are only spoken of.
async fn add_people(transaction: &Transaction<'_>, child: &Child) {
    for (person, kind, what) in [(child.member, "staff", "equipe"), (child.guardian, "guardian", "familia")] {
        let statement = "insert into users (user_id, network_id, kind, name) values ($1, $2, $3, $4)";
        run(transaction, statement, &[&person.0, &child.network, &kind, &child.canary(what)]).await;
    }
    // The member has an account with an address that nobody confirmed, and a password that nobody knows.
    let statement =
        "insert into credentials (user_id, email, password_hash, email_confirmed_at) values ($1, $2, '-', null)";
    run(transaction, statement, &[&child.member.0, &format!("{}@example.org", child.member)]).await;
    let statement = "insert into staff_functions (staff_function_id, user_id, school_id, function)
                     values ($1, $2, $3, 'support_professional')";
    run(transaction, statement, &[&child.staff_function, &child.member.0, &child.school]).await;
    let statement = "insert into team_links (team_link_id, student_id, user_id, function, valid_from)
                     values ($1, $2, $3, 'support_professional', $4)";
    run(transaction, statement, &[&child.team_link, &child.student.0, &child.member.0, &ago(30)]).await;
    let statement = "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody)
                     values ($1, $2, $3, 'father', 'shared')";
    run(transaction, statement, &[&child.guardianship, &child.student.0, &child.guardian.0]).await;
    // A desk of that guardian is open.
    let statement =
        "insert into rooms (room_id, kind, student_id, guardian_id) values ($1, 'desk_coordination', $2, $3)";
    run(transaction, statement, &[&Uuid::now_v7(), &child.student.0, &child.guardian.0]).await;
    // Never deleted again, so not of a child that is.
    if child.target != Target::Deleted {
        let statement =
            "insert into break_glass (break_glass_id, student_id, user_id, acted_as, reason, opened_at, valid_to)
             values ($1, $2, $3, 'coordinator', $4, $5, $5::timestamptz + interval '1 hour')";
        let reason = child.canary("motivo-de-emergencia");
        let values: [&(dyn ToSql + Sync); 5] = [&child.emergency, &child.student.0, &child.member.0, &reason, &ago(10)];
        run(transaction, statement, &values).await;
        // One that is answered, and one that waits.
        for (id, answered) in [(child.correction, true), (Uuid::now_v7(), false)] {
            let statement = "insert into corrections (correction_id, student_id, asked_by, asked_as, wrong, should_say,
                             accepted, answer, answered_by, answered_at)
                             values ($1, $2, $3, 'guardian', $4, $4, $5, $6, $7, $8)";
            let words = child.canary("pedido-de-correcao");
            let answer = answered.then_some(words.as_str());
            let (by, at) = (answered.then_some(child.member.0), answered.then(|| ago(0)));
            let accepted = answered.then_some(true);
            let values: [&(dyn ToSql + Sync); 8] =
                [&id, &child.student.0, &child.guardian.0, &words, &accepted, &answer, &by, &at];
            run(transaction, statement, &values).await;
        }
    }
    // A code on paper that nobody knows.
    let statement =
        "insert into invitations (invitation_id, network_id, school_id, kind, name, student_id, kinship, custody,
                     can_write, inviter_id, inviter_function, secret_hash, code_locator)
                     values ($1, $2, $3, 'guardian', $4, $5, 'father', 'shared', true, $6, 'principal', $7, $8)";
    let (name, secret) = (child.canary("convite"), Sha256::digest(child.invitation).to_vec());
    let locator = &child.invitation.simple().to_string()[28..];
    let values: [&(dyn ToSql + Sync); 8] =
        [&child.invitation, &child.network, &child.school, &name, &child.student.0, &child.member.0, &secret, &locator];
    run(transaction, statement, &values).await;
}

/// Runs one statement; fails the test with its text.
pub async fn run(transaction: &Transaction<'_>, statement: &str, values: &[&(dyn ToSql + Sync)]) {
    transaction.execute(statement, values).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

/// So many days before now; negative: after.
pub fn ago(days: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() - Duration::days(days)
}
