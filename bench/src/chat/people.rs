//! The people who talk: five hundred students with a team of four, and one with a team of two hundred. Rooms follow from the links, as everywhere; login
//! sessions are rows, because two thousand passwords would be checked for longer than anything is measured here.

use anyhow::{Context, Result};
use kazumi::auth::password;
use kazumi::auth::token::KeyRing;
use kazumi::dev::secrets;
use kazumi::domain::ids::{LoginSessionId, NetworkId, SchoolId, StudentId, UserId};
use kazumi::domain::people::{Function, UserKind};
use kazumi::store::{demo, grants, migrations};
use tokio_postgres::Client;
use uuid::Uuid;

use super::speech::{Kazumi, Person};
use super::{HALL, HALL_MEMBERS, ROOM_MEMBERS, ROOMS};
use crate::laboratory::Laboratory;

/// The database to be copied.
pub const TEMPLATE: &str = "bench_chat_template";
/// People in all.
const PEOPLE: usize = ROOMS * ROOM_MEMBERS + HALL_MEMBERS;
/// A function that is in the team's room and not in the family's: one room a person.
const FUNCTION: Function = Function::Psychologist;
const SINCE_DAYS: i32 = 300;
/// Students whose grants are written in one transaction.
const STUDENTS_AT_ONCE: usize = 100;

const NETWORK: u128 = 21;
const SCHOOL: u128 = 22;
const CLASS: u128 = 23;
const USER: u128 = 24;
const STUDENT: u128 = 25;
const LINK: u128 = 26;
const STAFF: u128 = 27;
const SESSION: u128 = 28;

const SESSIONS: &str = "insert into login_sessions (session_id, user_id, expires_at, latest_end)
    select session_id, user_id, now() + interval '1 day', now() + interval '1 day'
    from unnest($1::uuid[], $2::uuid[]) as s (session_id, user_id)";
const ROOM_IDS: &str = "select student_id, room_id::text from rooms where kind = 'team'";

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 64) | (number as u128 + 1) | (0x8 << 76) | (0x8 << 60))
}

/// The student whose team somebody belongs to.
pub fn room_of(person: usize) -> usize {
    (person / ROOM_MEMBERS).min(HALL)
}

/// Makes the template.
///
/// # Errors
/// When the database refuses a row.
pub fn make(laboratory: &Laboratory) -> Result<()> {
    let work = async {
        let mut owner = laboratory.new_template(TEMPLATE).await?;
        load(&mut owner).await?;
        // The owner may write no session.
        let superuser = migrations::connect(&laboratory.cluster.superuser(TEMPLATE)).await?;
        let sessions: Vec<Uuid> = (0..PEOPLE).map(|person| id(SESSION, person)).collect();
        let users: Vec<Uuid> = (0..PEOPLE).map(|person| id(USER, person)).collect();
        superuser.execute(SESSIONS, &[&sessions, &users]).await.context("sessions")?;
        superuser.batch_execute("analyze").await.context("statistics")
    };
    laboratory.runtime.block_on(work).context("make the people who talk")
}

async fn load(owner: &mut Client) -> Result<()> {
    let hash = password::hash_now(crate::dataset::PASSWORD.as_bytes()).context("hash the password")?;
    let transaction = owner.transaction().await.context("begin")?;
    let network_id = NetworkId(id(NETWORK, 0));
    let school_id = SchoolId(id(SCHOOL, 0));
    let class_id = id(CLASS, 0);
    demo::insert(&transaction, &[demo::NetworkRow { network_id, name: "Rede".into() }]).await?;
    demo::insert(&transaction, &[demo::SchoolRow { school_id, network_id, name: "Escola".into() }]).await?;
    let class = demo::ClassRow { class_id, school_id, name: "5A".into(), shift: "morning".into() };
    demo::insert(&transaction, &[class]).await?;
    let user = |number| demo::UserRow {
        user_id: UserId(id(USER, number)),
        network_id,
        kind: UserKind::Staff,
        name: format!("Pessoa {number}"),
    };
    demo::insert(&transaction, &(0..PEOPLE).map(user).collect::<Vec<_>>()).await?;
    let credential = |number| demo::CredentialRow {
        user_id: UserId(id(USER, number)),
        email: format!("conversa{number}@bench.kazumi.test"),
        password_hash: hash.clone(),
    };
    demo::insert(&transaction, &(0..PEOPLE).map(credential).collect::<Vec<_>>()).await?;
    let function = |number| demo::StaffFunctionRow {
        staff_function_id: id(STAFF, number),
        user_id: UserId(id(USER, number)),
        school_id: Some(school_id),
        function: FUNCTION,
        since_days: SINCE_DAYS,
    };
    demo::insert(&transaction, &(0..PEOPLE).map(function).collect::<Vec<_>>()).await?;
    let student = |number: usize| demo::StudentRow {
        student_id: StudentId(id(STUDENT, number)),
        school_id,
        class_id,
        name: format!("Estudante {number}"),
        age_years: 10,
        days_since_birthday: (number % 300) as i32,
    };
    demo::insert(&transaction, &(0..=HALL).map(student).collect::<Vec<_>>()).await?;
    let link = |number: usize| demo::TeamLinkRow {
        team_link_id: id(LINK, number),
        student_id: StudentId(id(STUDENT, room_of(number))),
        user_id: UserId(id(USER, number)),
        function: FUNCTION,
        since_days: SINCE_DAYS,
        ended_days_ago: None,
    };
    demo::insert(&transaction, &(0..PEOPLE).map(link).collect::<Vec<_>>()).await?;
    transaction.commit().await.context("commit")?;
    let students: Vec<StudentId> = (0..=HALL).map(|number| StudentId(id(STUDENT, number))).collect();
    for some in students.chunks(STUDENTS_AT_ONCE) {
        let transaction = owner.transaction().await.context("begin")?;
        for student in some {
            grants::rebuild_for_student(&transaction, *student).await?;
        }
        transaction.commit().await.context("commit")?;
    }
    Ok(())
}

/// How these people speak with Kazumi over this database.
///
/// # Errors
/// When the rooms are not there, or the signing key.
pub fn speech(laboratory: &Laboratory, database: &str) -> Result<Kazumi> {
    let find = async {
        let superuser = migrations::connect(&laboratory.cluster.superuser(database)).await?;
        anyhow::Ok(superuser.query(ROOM_IDS, &[]).await?)
    };
    let mut rooms = vec![String::new(); HALL + 1];
    for row in laboratory.runtime.block_on(find).context("the rooms' ids")? {
        let student: Uuid = row.try_get(0)?;
        if let Some(room) = (0..=HALL).find(|number| id(STUDENT, *number) == student) {
            rooms[room] = row.try_get(1)?;
        }
    }
    anyhow::ensure!(rooms.iter().all(|room| !room.is_empty()), "not every student has a room");
    let pem = std::fs::read_to_string(secrets::signing_key_file(&laboratory.folder)?).context("the signing key")?;
    let person = |number| Person { user: UserId(id(USER, number)), session: LoginSessionId(id(SESSION, number)) };
    Ok(Kazumi { keys: KeyRing::from_pem(&pem)?, people: (0..PEOPLE).map(person).collect(), rooms })
}
