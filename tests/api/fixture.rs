//! One student and a person for each column of `authz/matrix.csv`, in a database of its own behind a server of its own.

use kazumi::auth::password::hash_now;
use kazumi::auth::token::KeyRing;
use kazumi::dev::secrets;
use kazumi::domain::ids::{DocumentId, LoginSessionId, PeiId, StudentId, UserId};
use kazumi::domain::pei::Section;
use kazumi::store::grants;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tokio_postgres::Client as Database;
use uuid::Uuid;

use crate::authz::RELATIONS;
use crate::support::{TestDatabase, TestServer};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";
/// Stands in the names of the student and the team: whoever must not see the student must never see it.
pub const CANARY: &str = "Canário-7f3a";

/// The server and the ids of what it holds.
pub struct World {
    /// The server.
    pub server: TestServer,
    /// The student's plan, being written.
    pub pei: PeiId,
    /// The student.
    pub student: StudentId,
    keys: KeyRing,
}

impl World {
    /// A server over the fixture, with further environment variables.
    pub async fn new(settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::empty().await;
        let (pei, student) = fill(&mut database.owner().await).await;
        let key = secrets::signing_key_file(database.folder()).expect("a key file");
        let keys = KeyRing::from_pem(&std::fs::read_to_string(key).expect("readable")).expect("a key");
        Self { server: TestServer::over(database, settings).await, pei, student, keys }
    }

    /// Signs in; fails the test if that does not work. The cookie jar keeps the refresh cookie.
    pub async fn sign_in(&self, relation: &str) -> Person {
        let http = Client::builder().cookie_store(true).build().expect("a client");
        let answer = self.login(&http, &email(relation), PASSWORD).await;
        assert_eq!(answer.status(), 200, "{relation} signs in");
        let body: Value = answer.json().await.expect("JSON");
        let token = body["access_token"].as_str().expect("a token").to_owned();
        Person { http, token, me: body["user"].clone() }
    }

    /// Tries to sign in.
    pub async fn login(&self, http: &Client, email: &str, password: &str) -> Response {
        let body = json!({ "email": email, "password": password });
        http.post(self.url("/api/v1/auth/login")).json(&body).send().await.expect("an answer")
    }

    /// An address below the server.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// The address of the plan.
    pub fn pei_url(&self) -> String {
        self.url(&format!("/api/v1/peis/{}", self.pei))
    }

    /// A token that the server itself would have signed an hour ago.
    pub fn expired_token(&self) -> String {
        let long_ago = OffsetDateTime::now_utc() - Duration::hours(1);
        self.keys.sign(UserId::generate(), LoginSessionId::generate(), 1, long_ago)
    }

    /// The keys of the server, to sign what it did not.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }
}

/// Somebody signed in.
pub struct Person {
    /// With the refresh cookie.
    pub http: Client,
    /// The access token.
    pub token: String,
    /// The `user` of the answer.
    pub me: Value,
}

impl Person {
    /// Asks for an address with the token.
    pub async fn get(&self, url: &str) -> Response {
        self.http.get(url).bearer_auth(&self.token).send().await.expect("an answer")
    }

    /// Posts to an address with cookie and header, as our own script does.
    pub async fn post(&self, url: &str) -> Response {
        let request = self.http.post(url).header("x-kazumi", "1").bearer_auth(&self.token);
        request.send().await.expect("an answer")
    }
}

/// The address somebody signs in with.
pub fn email(relation: &str) -> String {
    format!("{relation}@example.org")
}

/// A problem's body without the one part that differs from request to request.
pub async fn without_request_id(answer: Response) -> Value {
    let mut body: Value = answer.json().await.expect("JSON");
    body.as_object_mut().expect("an object").remove("request_id").expect("a request id");
    body
}

struct Places {
    network: Uuid,
    school: Uuid,
    other_school: Uuid,
    class: Uuid,
}

async fn fill(owner: &mut Database) -> (PeiId, StudentId) {
    let transaction = owner.transaction().await.expect("a transaction");
    let places = Places { network: id(), school: id(), other_school: id(), class: id() };
    run(&transaction, "insert into networks (network_id, name) values ($1, 'Network')", &[&places.network]).await;
    for (school, name) in [(places.school, "School"), (places.other_school, "Other school")] {
        let statement = "insert into schools (school_id, network_id, name) values ($1, $2, $3)";
        run(&transaction, statement, &[&school, &places.network, &name]).await;
    }
    let statement =
        "insert into classes (class_id, school_id, name, shift, school_year) values ($1, $2, '3 A', 'morning', 2026)";
    run(&transaction, statement, &[&places.class, &places.school]).await;
    let (student, pei) = add_student(&transaction, &places, CANARY).await;
    let (classmate, _) = add_student(&transaction, &places, "Classmate").await;
    let hash = hash_now(PASSWORD.as_bytes()).expect("a hash");
    for relation in RELATIONS.into_iter().filter(|relation| *relation != "anonymous") {
        add_person(&transaction, &places, relation, &hash, student, classmate).await;
    }
    for student in [student, classmate] {
        grants::rebuild_for_student(&transaction, student).await.expect("grants");
    }
    transaction.commit().await.expect("committed");
    (pei, student)
}

async fn add_student(transaction: &tokio_postgres::Transaction<'_>, at: &Places, name: &str) -> (StudentId, PeiId) {
    let (student, pei) = (StudentId::generate(), PeiId::generate());
    let statement = "insert into students (student_id, school_id, class_id, name) values ($1, $2, $3, $4)";
    run(transaction, statement, &[&student.0, &at.school, &at.class, &name]).await;
    let statement = "insert into peis (pei_id, student_id, school_year, state) values ($1, $2, 2026, 'em_elaboracao')";
    run(transaction, statement, &[&pei.0, &student.0]).await;
    for section in Section::ALL {
        let statement =
            "insert into pei_documents (document_id, pei_id, student_id, section, lineage) values ($1, $2, $3, $4, $5)";
        let document = DocumentId::generate();
        run(transaction, statement, &[&document.0, &pei.0, &student.0, &section.as_str(), &id()]).await;
    }
    (student, pei)
}

/// One person, tied to the student as the column says.
async fn add_person(
    transaction: &tokio_postgres::Transaction<'_>,
    at: &Places,
    relation: &str,
    hash: &str,
    student: StudentId,
    classmate: StudentId,
) {
    let user = UserId::generate();
    let kind = match relation {
        "operator" => "operator",
        name if name.ends_with("guardian") => "guardian",
        _ => "staff",
    };
    let name = if relation == "class_teacher" { CANARY } else { relation };
    let statement = "insert into users (user_id, network_id, kind, name) values ($1, $2, $3, $4)";
    run(transaction, statement, &[&user.0, &at.network, &kind, &name]).await;
    let statement = "insert into credentials (user_id, email, password_hash) values ($1, $2, $3)";
    run(transaction, statement, &[&user.0, &email(relation), &hash]).await;

    let (yesterday, tomorrow) = (ago(1), ago(-1));
    let function =
        "insert into staff_functions (staff_function_id, user_id, school_id, function) values ($1, $2, $3, $4)";
    let link = "insert into team_links (team_link_id, student_id, user_id, function, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)";
    let guardianship = "insert into guardianships (guardianship_id, student_id, user_id, kinship, custody, judicial_restriction) values ($1, $2, $3, 'mother', 'shared', $4)";
    let no_end = None::<OffsetDateTime>;
    match relation {
        "operator" | "expired_token" => {}
        "network_manager" => run(transaction, function, &[&id(), &user.0, &None::<Uuid>, &relation]).await,
        "principal" | "coordinator" => run(transaction, function, &[&id(), &user.0, &at.school, &relation]).await,
        "other_school" => run(transaction, function, &[&id(), &user.0, &at.other_school, &"coordinator"]).await,
        "unlinked_same_school" => run(transaction, function, &[&id(), &user.0, &at.school, &"class_teacher"]).await,
        "ended_link" => {
            run(transaction, link, &[&id(), &student.0, &user.0, &"class_teacher", &ago(30), &Some(yesterday)]).await;
        }
        "future_link" => {
            run(transaction, link, &[&id(), &student.0, &user.0, &"class_teacher", &tomorrow, &no_end]).await;
        }
        "guardian" => run(transaction, guardianship, &[&id(), &student.0, &user.0, &false]).await,
        "restricted_guardian" => run(transaction, guardianship, &[&id(), &student.0, &user.0, &true]).await,
        "classmate_guardian" => run(transaction, guardianship, &[&id(), &classmate.0, &user.0, &false]).await,
        member => {
            run(transaction, function, &[&id(), &user.0, &at.school, &member]).await;
            run(transaction, link, &[&id(), &student.0, &user.0, &member, &ago(30), &no_end]).await;
        }
    }
}

async fn run(
    transaction: &tokio_postgres::Transaction<'_>,
    statement: &str,
    values: &[&(dyn tokio_postgres::types::ToSql + Sync)],
) {
    transaction.execute(statement, values).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

fn ago(days: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() - Duration::days(days)
}

fn id() -> Uuid {
    Uuid::now_v7()
}
