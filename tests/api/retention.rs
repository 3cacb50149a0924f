//! What was kept for long enough is removed, and nothing else: rows of each class are planted on both sides of its edge, for a child whose record
//! is held and for another. This file also holds what `retention_by_age.rs` stands on.

use std::collections::BTreeMap;

use kazumi::domain::retention::{Class, RULES, rule};
use kazumi::store::roles;
use time::{Duration, OffsetDateTime};
use tokio_postgres::Client as Database;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::audit::{all_sealed, verify};
use super::commands::{kazumi, said};
use super::fixture::{CANARY, fill};
use super::places::{Child, Target};
use crate::support::{TestDatabase, TestServer, eventually};

/// Of each class: whose, if a child's, and the moment from which it is kept.
const MOMENTS: [(Class, &str); 11] = [
    (Class::Accesses, "select student_id, first_at from access_log"),
    (Class::Dossiers, "select student_id, taken_at from dossiers"),
    (Class::EmergencyReasons, "select student_id, opened_at from break_glass where reason is not null"),
    (Class::Corrections, "select student_id, answered_at from corrections where answered_at is not null"),
    (Class::MessageReports, "select student_id, decided_at from message_reports where decided_at is not null"),
    (
        Class::EditsPutAside,
        "select student_id, quarantined_at from pei_updates join pei_documents using (document_id)
         where quarantined_at is not null",
    ),
    (
        Class::RefreshTokens,
        "select null::uuid, least(revoked_at, expires_at) from refresh_tokens join login_sessions using (session_id)",
    ),
    (Class::LoginSessions, "select null::uuid, least(revoked_at, expires_at) from login_sessions"),
    (Class::Invitations, "select student_id, coalesce(accepted_at, withdrawn_at, expires_at) from invitations"),
    (Class::PasswordResets, "select null::uuid, coalesce(used_at, expires_at) from password_resets"),
    (Class::Mails, "select null::uuid, give_up_at from outbox"),
];

/// Rows of a class: whose, and from when, in order.
pub type Rows = Vec<(Option<Uuid>, OffsetDateTime)>;

/// The fixture's children in a database without a server, one of them with its record on hold.
pub struct Ground {
    pub database: TestDatabase,
    pub owner: Database,
    pub child: Child,
    pub held: Child,
}

impl Ground {
    pub async fn new() -> Self {
        let database = TestDatabase::empty().await;
        let mut owner = database.owner().await;
        let children = fill(&mut owner).await;
        let find = |target| *children.iter().find(|child| child.target == target).expect("a child");
        let (child, held) = (find(Target::Own), find(Target::OtherSchool));
        // What the fixture brings of the classes, so that what is planted is all there is.
        // Reports are planted with nothing behind them.
        let clear = "alter table message_reports disable trigger message_reports_evidence; delete from message_reports; delete from invitations; delete from corrections; update break_glass set reason = null";
        owner.batch_execute(clear).await.expect("cleared");
        let hold = "update students set held_at = now(), held_reason = 'processo 17' where student_id = $1";
        assert_eq!(owner.execute(hold, &[&held.student.0]).await.expect("held"), 1);
        Self { database, owner, child, held }
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let url = self.database.url(roles::OWNER);
        let output = kazumi(&[&["retention"], arguments].concat(), &[("KAZUMI_DATABASE_OWNER_URL", &url)], "");
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// One row of a class, of a child or of a person about it.
    pub async fn plant(&self, class: Class, child: &Child, moment: OffsetDateTime) {
        let (student, member) = (child.student.0, child.member.0);
        let id = Uuid::now_v7();
        let document = "(select document_id from pei_documents where student_id = $1 and section = 'metas')";
        let statement = match class {
            Class::Accesses => format!(
                "with told as (insert into audit_log (at, actor_id, action, outcome, student_id, resource)
                      select $4, $2, 'section.open', 'allowed', $1, 'document/' || {document})
                 insert into access_log (user_id, document_id, slot, student_id, first_at)
                 select $2, {document}, $4, $1, $4 where $3::uuid is not null"
            ),
            Class::Dossiers => "insert into dossiers (dossier_id, student_id, user_id, taken_at) values ($3, $1, $2, $4)".to_owned(),
            Class::EmergencyReasons => "insert into break_glass
                 (break_glass_id, student_id, user_id, acted_as, reason, opened_at, valid_to)
                 values ($3, $1, $2, 'coordinator', 'Palavras de uma emergencia.', $4, $4::timestamptz + interval '1 hour')"
                .to_owned(),
            Class::Corrections => format!(
                "insert into corrections (correction_id, student_id, asked_by, asked_as, wrong, should_say, accepted, answer,
                     answered_by, answered_at)
                 values ($3, $1, '{}', 'guardian', 'errado', 'certo', true, 'sim', $2, $4)",
                child.guardian
            ),
            // Of a child there is one such moment.
            Class::Conversations => "update students set left_on = ($4::timestamptz at time zone 'utc')::date
                 where student_id = $1 and $2::uuid is not null and $3::uuid is not null"
                .to_owned(),
            Class::MessageReports => format!(
                "insert into message_reports (report_id, room_id, seq, student_id, reporter_id, reporter_name, reported_id,
                     reported_name, reason, evidence,
                     decision, decision_note, decided_by, decided_at)
                 values ($3, $3, 1, $1, '{0}', 'a', '{0}', 'b', 'other', '{{}}', 'talked', 'sim', $2, $4)",
                child.guardian
            ),
            Class::EditsPutAside => format!(
                "insert into pei_updates (document_id, seq, author_id, payload, sha256, quarantined_at)
                 select {document}, (select count(*) + 1 from pei_updates), $2, 'x', sha256('x'), $4
                 where $3::uuid is not null"
            ),
            Class::RefreshTokens => "with session as (
                     insert into login_sessions (session_id, user_id, expires_at) select $3, $2, $4
                     where $1::uuid is not null returning session_id)
                 insert into refresh_tokens (token_hash, session_id, generation)
                 select sha256(session_id::text::bytea), session_id, 0 from session"
                .to_owned(),
            // Ended before its time.
            Class::LoginSessions => "insert into login_sessions (session_id, user_id, expires_at, revoked_at, revoked_why)
                 select $3, $2, $4::timestamptz + interval '60 days', $4, 'logout' where $1::uuid is not null"
                .to_owned(),
            Class::Invitations => format!(
                "insert into invitations (invitation_id, network_id, school_id, kind, name, email, function, student_id,
                     team_function, inviter_id, inviter_function, secret_hash, expires_at)
                 values ($3, '{}', '{}', 'staff', 'Rui', 'rui@example.org', null, $1, 'psychologist', $2, 'principal',
                     sha256(($3::uuid)::text::bytea), $4)",
                child.network, child.school
            ),
            Class::PasswordResets => "insert into password_resets (reset_id, user_id, token_hash, auth_version, expires_at)
                 select $3, $2, sha256(($3::uuid)::text::bytea), 1, $4 where $1::uuid is not null"
                .to_owned(),
            Class::Mails => "insert into outbox (mail_id, kind, recipient, subject, body, give_up_at)
                 select $3, 'reset', 'rui@example.org', 'assunto', 'texto', $4
                 where $1::uuid is not null and $2::uuid is not null"
                .to_owned(),
        };
        let values: [&(dyn ToSql + Sync); 4] = [&student, &member, &id, &moment];
        let planted =
            self.owner.execute(&statement, &values).await.unwrap_or_else(|error| panic!("{class:?}: {error:?}"));
        assert_eq!(planted, 1, "{class:?}");
    }

    /// So many reads of the child, one each half hour, all before `moment`.
    pub async fn plant_reads(&self, count: i32, moment: OffsetDateTime) {
        let statement = "insert into access_log (user_id, document_id, slot, student_id, first_at)
            select $1, document_id, at, $2, at
            from pei_documents, generate_series(1, $3) as n, lateral (select $4::timestamptz - n * interval '30 minutes' as at) t
            where student_id = $2 and section = 'metas' order by n desc";
        let values: [&(dyn ToSql + Sync); 4] = [&self.child.member.0, &self.child.student.0, &count, &moment];
        assert_eq!(self.owner.execute(statement, &values).await.expect("reads"), count as u64);
    }

    /// What there is of each class.
    pub async fn rows(&self) -> BTreeMap<&'static str, Rows> {
        let mut all = BTreeMap::new();
        for (class, statement) in MOMENTS {
            let rows = self.owner.query(statement, &[]).await.expect("rows");
            let mut rows: Rows = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
            rows.sort_unstable();
            all.insert(class.as_str(), rows);
        }
        all
    }

    /// How many rows of each class the records say are gone, over all runs, and in how many records.
    pub async fn recorded(&self) -> BTreeMap<String, (i64, i64)> {
        let statement =
            "select split_part(resource, '/', 2), sum(split_part(resource, '/', 4)::bigint)::bigint, count(*)
                         from audit_log where action = 'retention.forget' and outcome = 'allowed' group by 1";
        let rows = self.owner.query(statement, &[]).await.expect("records");
        rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
    }
}

/// How many rows of each class a run speaks of.
pub fn counts(text: &str) -> BTreeMap<&'static str, u64> {
    let count = |class: &Class| {
        let mut words = text
            .lines()
            .map(str::split_whitespace)
            .find_map(|mut words| (words.next() == Some(class.as_str())).then_some(words));
        let count = words.as_mut().and_then(Iterator::next).and_then(|word| word.parse().ok());
        (class.as_str(), count.unwrap_or_else(|| panic!("{} is not told of:\n{text}", class.as_str())))
    };
    Class::ALL.iter().map(count).collect()
}

/// Whether rows of the class are about a child.
fn is_about_a_child(class: Class) -> bool {
    !matches!(class, Class::RefreshTokens | Class::LoginSessions | Class::PasswordResets | Class::Mails)
}

#[tokio::test]
async fn retention_dry_run_matches() {
    let ground = Ground::new().await;
    let today = OffsetDateTime::now_utc().date();
    let mut stay: BTreeMap<&str, Rows> = BTreeMap::new();
    let mut go: BTreeMap<&str, u64> = BTreeMap::new();
    for Rule { class, since } in RULES
        .iter()
        .filter(|rule| rule.class != Class::Conversations)
        .map(|rule| Rule { class: rule.class, since: rule.period.kept_since(today) })
    {
        let since = since.midnight().assume_utc();
        // Two days on either side: the edge itself is for another test, at days of its own.
        let (old, young) = (since - Duration::days(2), since + Duration::days(2));
        for child in [&ground.child, &ground.held] {
            ground.plant(class, child, old).await;
            ground.plant(class, child, young).await;
            let whose = is_about_a_child(class).then_some(child.student.0);
            let rows = stay.entry(class.as_str()).or_default();
            rows.push((whose, young));
            if is_about_a_child(class) && child.target == ground.held.target {
                rows.push((whose, old));
            } else {
                *go.entry(class.as_str()).or_default() += 1;
            }
        }
    }
    // That class is of whole rooms, and has a test of its own (`conversations_kept.rs`).
    go.insert(Class::Conversations.as_str(), 0);
    // The young sessions of the planted tokens.
    let sessions: Rows = ground.rows().await["refresh_tokens"].clone();
    stay.get_mut("login_sessions").expect("a class").extend(sessions);
    // More than one batch.
    let five_years = rule(Class::Accesses).period.kept_since(today).midnight().assume_utc();
    ground.plant_reads(2_500, five_years - Duration::days(3)).await;
    *go.get_mut("accesses").expect("a class") += 2_500;
    stay.values_mut().for_each(|rows| rows.sort_unstable());

    let before = ground.rows().await;
    let preview = ground.run(&[]);
    assert_eq!(counts(&preview), go, "{preview}");
    assert!(preview.contains("nothing has changed") && !preview.contains(CANARY), "{preview}");
    assert_eq!(ground.rows().await, before, "a dry run changes nothing");
    assert!(ground.recorded().await.is_empty());

    let done = ground.run(&["--apply"]);
    assert_eq!(counts(&done), go, "{done}");
    assert_eq!(ground.rows().await, stay);
    let recorded = ground.recorded().await;
    for (class, gone) in go.iter().filter(|(_, gone)| **gone > 0) {
        let batches = if *class == "accesses" { 3 } else { 1 };
        assert_eq!(recorded[*class], (i64::try_from(*gone).expect("small"), batches), "{class}");
    }
    for run in [&[][..], &["--apply"]] {
        let again = ground.run(run);
        assert!(counts(&again).values().all(|count| *count == 0), "{again}");
    }
    assert_eq!(ground.rows().await, stay);
    assert_eq!(ground.recorded().await, recorded, "nothing removed is nothing to record");
}

struct Rule {
    class: Class,
    since: time::Date,
}

#[tokio::test]
async fn the_records_are_whole_afterwards_and_a_forged_day_excuses_nothing() {
    let ground = Ground::new().await;
    let since = rule(Class::Accesses).period.kept_since(OffsetDateTime::now_utc().date()).midnight().assume_utc();
    for child in [&ground.child, &ground.held] {
        for days in [-400, -2, 2, 400] {
            ground.plant(Class::Accesses, child, since + Duration::days(days)).await;
        }
    }
    let settings = [("KAZUMI_SECOND_FACTOR", "required")];
    let server = TestServer::over(ground.database.same(), &settings).await;
    all_sealed(&ground.owner).await;
    let (well, said) = verify(&ground.database, roles::BACKUP, None);
    assert!(well, "{said}");
    assert_eq!(counts(&ground.run(&["--apply"]))["accesses"], 2);
    all_sealed(&ground.owner).await;
    let (well, said) = verify(&ground.database, roles::BACKUP, None);
    assert!(well, "{said}");

    // Somebody with the owner's rights removes a read that families must still see, and says that retention did.
    let superuser = ground.database.superuser().await;
    let remove = "alter table access_log disable trigger all;
                  delete from access_log where student_id = '{}' and first_at < now() - interval '4 years';
                  alter table access_log enable trigger all"
        .replace("{}", &ground.child.student.to_string());
    superuser.batch_execute(&remove).await.expect("removed");
    for day in ["2999-01-01", "9999-12-31"] {
        let forge = format!(
            "insert into audit_log (action, outcome, resource) values ('retention.forget', 'allowed', 'retention/accesses/{day}/1')"
        );
        superuser.batch_execute(&forge).await.expect("forged");
        all_sealed(&ground.owner).await;
        let (well, said) = verify(&ground.database, roles::OWNER, None);
        assert!(!well && said.contains("1 fault(s)") && said.contains("was changed or removed"), "{said}");
    }
    drop(server);
}

#[tokio::test]
async fn nobody_removes_what_is_kept() {
    let ground = Ground::new().await;
    let since = rule(Class::Accesses).period.kept_since(OffsetDateTime::now_utc().date()).midnight().assume_utc();
    let (old, young) = (since - Duration::days(2), since + Duration::days(2));
    for (child, moment) in [(&ground.child, old), (&ground.child, young), (&ground.held, old)] {
        for class in Class::ALL {
            ground.plant(*class, child, moment).await;
        }
    }
    let before = ground.rows().await;
    // Whatever a serving role says its transaction is for.
    for role in [roles::APP, roles::WRITER, roles::REGISTRAR, roles::BACKUP] {
        let client = ground.database.connect(role).await;
        client.batch_execute("select set_config('app.retention', 'on', false)").await.expect("said");
        for statement in [
            "delete from access_log",
            "delete from dossiers",
            "delete from corrections",
            "delete from refresh_tokens",
            "delete from login_sessions",
            "update break_glass set reason = null",
            "delete from break_glass",
        ] {
            let error = client.execute(statement, &[]).await.expect_err(statement);
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement} as {role}: {error}");
        }
        // The writer may remove what it has archived, and no row that was put aside.
        let gone = client.execute("delete from pei_updates where quarantined_at is not null", &[]).await;
        assert!(gone.is_err() || gone.is_ok_and(|gone| gone == 0), "{role}");
    }
    assert_eq!(ground.rows().await, before);

    let of = |child: &Child, moment: &str| {
        [("access_log", "first_at"), ("dossiers", "taken_at")].map(|(table, column)| {
            format!("delete from {table} where student_id = '{}' and {column} {moment}", child.student)
        })
    };
    let edge = format!("'{}'", since.date());
    let due = of(&ground.child, &format!("< {edge}"));
    let kept = of(&ground.child, &format!(">= {edge}")).into_iter().chain(of(&ground.held, "is not null"));
    let kept: Vec<_> = kept.collect();
    let refused = async |client: &Database, statement: &str| {
        let error = client.execute(statement, &[]).await.expect_err(statement);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}: {error}");
    };
    for statement in due.iter().chain(&kept) {
        refused(&ground.owner, statement).await;
    }
    let superuser = ground.database.superuser().await;
    superuser.batch_execute("set session_replication_role = replica").await.expect("plays the replica");
    for client in [&ground.owner, &superuser] {
        client.batch_execute("select set_config('app.retention', 'on', false)").await.expect("said");
    }
    for statement in due.iter().chain(&kept) {
        refused(&superuser, statement).await;
    }
    for statement in &kept {
        refused(&ground.owner, statement).await;
    }
    assert_eq!(ground.rows().await, before);
    for statement in &due {
        assert_eq!(ground.owner.execute(statement, &[]).await.expect("its time is over"), 1, "{statement}");
    }
}

#[tokio::test]
async fn a_server_by_itself_removes_nothing_of_a_child_whose_record_is_held() {
    let ground = Ground::new().await;
    let old = OffsetDateTime::now_utc() - Duration::days(100);
    for child in [&ground.child, &ground.held] {
        ground.plant(Class::Invitations, child, old).await;
    }
    let server = TestServer::over(ground.database.same(), &[]).await;
    let left = eventually("what is old is gone", async || {
        let rows = ground.rows().await.remove("invitations").expect("a class");
        (rows.len() < 2).then_some(rows)
    })
    .await;
    assert_eq!(left.iter().map(|(whose, _)| *whose).collect::<Vec<_>>(), [Some(ground.held.student.0)]);
    drop(server);
}
