//! A person for each column of `authz/matrix.csv`, tied to one child among others (`places.rs`), in a database of its own behind
//! a server of its own.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU16, Ordering};

use kazumi::auth::password::hash_now;
use kazumi::auth::token::KeyRing;
use kazumi::dev::secrets;
use kazumi::domain::ids::{LoginSessionId, PeiId, StudentId, UserId};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tokio_postgres::{Client as Database, Transaction};
use uuid::Uuid;

use super::places::{self, Child, Target, ago, run};
use super::{factors, footprint};
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
    /// Every child there is, the one of the columns first; behind them one that was removed and one that never was.
    pub children: Vec<Child>,
    /// The school of the columns, and another of that network.
    pub schools: (Uuid, Uuid),
    keys: KeyRing,
    addresses: AtomicU16,
}

impl World {
    /// A server over the fixture, with further environment variables.
    pub async fn new(settings: &[(&str, &str)]) -> Self {
        // As in production, unlike the servers over the demo.
        let settings: Vec<_> =
            [("KAZUMI_SECOND_FACTOR", "required")].into_iter().chain(settings.iter().copied()).collect();
        Self::over(async |database| TestServer::over(database, &settings).await).await
    }

    /// The same behind nginx.
    pub async fn behind_edge() -> Self {
        let settings = [("KAZUMI_SECOND_FACTOR", "required"), ("KAZUMI_TRUSTED_PROXY", "true")];
        Self::over(async |database| TestServer::over(database, &settings).await.behind_edge().await).await
    }

    /// The same behind the build that does wrong when it is told to.
    pub async fn sabotaged(fault: &str) -> Self {
        Self::over(async |database| TestServer::sabotaged(database, fault).await).await
    }

    async fn over(serve: impl AsyncFnOnce(TestDatabase) -> TestServer) -> Self {
        let database = TestDatabase::empty().await;
        let mut owner = database.owner().await;
        let children = fill(&mut owner).await;
        factors::give(&owner, database.folder()).await;
        footprint::watch(&owner).await;
        let (pei, student) = (children[0].pei, children[0].student);
        let key = secrets::signing_key_file(database.folder()).expect("a key file");
        let keys = KeyRing::from_pem(&std::fs::read_to_string(key).expect("readable")).expect("a key");
        let schools = (children[0].school, children[3].school);
        let (server, addresses) = (serve(database).await, AtomicU16::default());
        Self { server, pei, student, children, schools, keys, addresses }
    }

    /// For reports: how everybody comes in.
    pub fn way_in(&self) -> &'static str {
        if self.server.is_behind_edge() { " through nginx" } else { "" }
    }

    /// The child that a request is about.
    pub fn child(&self, target: Target) -> &Child {
        self.children.iter().find(|child| child.target == target).expect("every target has its child")
    }

    /// Signs in, with the second factor of whoever has one, but for the person whose session always owes it; fails the test if that does
    /// not work. The cookie jar keeps the refresh cookie.
    pub async fn sign_in(&self, relation: &str) -> Person {
        let http = self.client();
        let answer = self.login(&http, &email(relation), PASSWORD).await;
        assert_eq!(answer.status(), 200, "{relation} signs in");
        let body: Value = answer.json().await.expect("JSON");
        let token = body["access_token"].as_str().expect("a token").to_owned();
        let person = Person { http, token, me: body["user"].clone() };
        match body["second_factor"].as_str() {
            Some(_) if relation != "mfa_pending" => factors::complete(self, person, relation).await,
            _ => person,
        }
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

    /// Somebody's browser, with a loopback address of its own: the edge believes no other.
    pub fn client(&self) -> Client {
        let [high, low] = self.next_place();
        let here = IpAddr::from([127, 1, high, low]);
        Client::builder().cookie_store(true).local_address(here).build().expect("a client")
    }

    /// A network address that nobody else asks from, for a server that trusts its proxy.
    pub fn next_address(&self) -> String {
        let [high, low] = self.next_place();
        format!("198.18.{high}.{low}")
    }

    fn next_place(&self) -> [u8; 2] {
        self.addresses.fetch_add(1, Ordering::Relaxed).to_be_bytes()
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

    /// Posts JSON with the token.
    pub async fn send(&self, url: &str, body: &Value) -> Response {
        self.http.post(url).bearer_auth(&self.token).json(body).send().await.expect("an answer")
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

/// Writes all of it into an empty database.
pub async fn fill(owner: &mut Database) -> Vec<Child> {
    let transaction = owner.transaction().await.expect("a transaction");
    let mut children = places::fill(&transaction).await;
    let hash = hash_now(PASSWORD.as_bytes()).expect("a hash");
    for relation in RELATIONS.into_iter().filter(|relation| *relation != "anonymous") {
        add_person(&transaction, &children, relation, &hash).await;
    }
    places::grant(&transaction, &children).await;
    places::announce(&transaction, &mut children).await;
    places::converse(&transaction, &children).await;
    let gone = places::add_and_remove(&transaction, &children[0]).await;
    transaction.commit().await.expect("committed");
    children.into_iter().chain([gone, Child::unknown(Target::Never)]).collect()
}

/// One person, tied to the children as the column says.
async fn add_person(transaction: &Transaction<'_>, children: &[Child; 6], relation: &str, hash: &str) {
    let [own, classmate, _, other_school, ..] = children;
    let user = UserId::generate();
    let kind = match relation {
        "operator" => "operator",
        name if name.ends_with("guardian") => "guardian",
        _ => "staff",
    };
    let name = if relation == "class_teacher" { CANARY } else { relation };
    let statement = "insert into users (user_id, network_id, kind, name) values ($1, $2, $3, $4)";
    run(transaction, statement, &[&user.0, &own.network, &kind, &name]).await;
    let statement = "insert into credentials (user_id, email, password_hash) values ($1, $2, $3)";
    run(transaction, statement, &[&user.0, &email(relation), &hash]).await;

    let function = async |school: Option<Uuid>, name: &str| {
        let statement =
            "insert into staff_functions (staff_function_id, user_id, school_id, function) values ($1, $2, $3, $4)";
        run(transaction, statement, &[&Uuid::now_v7(), &user.0, &school, &name]).await;
    };
    let link = async |child: &Child, name: &str, from: OffsetDateTime, to: Option<OffsetDateTime>| {
        let statement = "insert into team_links (team_link_id, student_id, user_id, function, valid_from, valid_to)
                         values ($1, $2, $3, $4, $5, $6)";
        run(transaction, statement, &[&Uuid::now_v7(), &child.student.0, &user.0, &name, &from, &to]).await;
    };
    let guardianship = async |child: &Child, restricted: bool| {
        let statement = "insert into guardianships
                         (guardianship_id, student_id, user_id, kinship, custody, judicial_restriction)
                         values ($1, $2, $3, 'mother', 'shared', $4)";
        run(transaction, statement, &[&Uuid::now_v7(), &child.student.0, &user.0, &restricted]).await;
    };
    match relation {
        "operator" => {}
        "network_manager" => function(None, relation).await,
        "principal" | "coordinator" => function(Some(own.school), relation).await,
        "coordinator_other_school" => function(Some(other_school.school), "coordinator").await,
        "other_school" => {
            function(Some(other_school.school), "class_teacher").await;
            link(other_school, "class_teacher", ago(30), None).await;
        }
        "unlinked_same_school" => function(Some(own.school), "class_teacher").await,
        "ended_link" => link(own, "class_teacher", ago(30), Some(ago(1))).await,
        "future_link" => link(own, "class_teacher", ago(-1), None).await,
        // Nothing but their session is wrong with them.
        "expired_token" | "revoked" | "mfa_pending" => link(own, "class_teacher", ago(30), None).await,
        "guardian" => guardianship(own, false).await,
        "restricted_guardian" => guardianship(own, true).await,
        "classmate_guardian" => guardianship(classmate, false).await,
        member => {
            function(Some(own.school), member).await;
            link(own, member, ago(30), None).await;
        }
    }
}
