//! Every row of `authz/matrix.csv` that a request can ask, asked of a running server by everybody; and the second wall,
//! asked of the database with the application out of the way.

use kazumi::store::roles;
use reqwest::{Client, Method, Response};
use serde_json::Value;

use super::World;
use super::fixture::{CANARY, PASSWORD, Person, email};
use crate::authz::{RELATIONS, matrix};

/// Somebody in one of the columns.
enum Asker {
    Anonymous(Client),
    /// Signed in, with the cookie, but the token is an old one.
    Expired(Person),
    SignedIn(Person),
}

impl Asker {
    async fn new(world: &World, relation: &str) -> Self {
        match relation {
            "anonymous" => Self::Anonymous(Client::new()),
            "expired_token" => {
                let person = world.sign_in(relation).await;
                Self::Expired(Person { token: world.expired_token(), ..person })
            }
            _ => Self::SignedIn(world.sign_in(relation).await),
        }
    }

    async fn ask(&self, world: &World, relation: &str, route: &str) -> Response {
        let (method, template) = route.split_once(' ').expect("method and template");
        let path = template.replace("{pei_id}", &world.pei.to_string()).replace("{part:.*}", "");
        let (http, token) = match self {
            Self::Anonymous(http) => (http, None),
            Self::Expired(person) | Self::SignedIn(person) => (&person.http, Some(&person.token)),
        };
        if template.ends_with("/login") {
            return world.login(http, &email(relation), PASSWORD).await;
        }
        let method: Method = method.parse().expect("a method");
        let mut request = http.request(method, world.url(&path)).header("x-kazumi", "1");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if template.ends_with("/step-up") {
            request = request.json(&serde_json::json!({ "password": PASSWORD }));
        }
        request.send().await.expect("an answer")
    }
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_matrix_says() {
    let world = World::new(&[]).await;
    let mut rows: Vec<_> = matrix().into_iter().filter(|row| row.kind == "route").collect();
    // Signing out ends what the other rows need.
    rows.sort_by_key(|row| row.name.ends_with("/logout"));
    let (mut faults, mut cells) = (Vec::new(), 0);
    for (column, relation) in RELATIONS.into_iter().enumerate() {
        let asker = Asker::new(&world, relation).await;
        for row in &rows {
            let answer = asker.ask(&world, relation, &row.name).await;
            // The client follows the one redirect there is.
            let redirected = row.name == "GET /api/docs" && answer.url().path() == "/api/docs/";
            let status = if redirected { 308 } else { answer.status().as_u16() };
            let body = answer.text().await.expect("a body");
            let sees = body.contains(CANARY);
            let found = match row.cells[column].as_str() {
                "lists" | "hides" if status == 200 => if sees { "lists" } else { "hides" }.to_owned(),
                _ => status.to_string(),
            };
            // Oneself is named to oneself: the class teacher's own name is the canary.
            let may_see = row.cells[column] == "lists" || row.name.contains("/peis/") || relation == "class_teacher";
            if found != row.cells[column] || (sees && !may_see) || (sees && status >= 400) {
                faults.push(format!("{} for {relation}: {found}, not {}: {body:.200}", row.name, row.cells[column]));
            }
            cells += 1;
        }
    }
    assert_eq!(cells, rows.len() * RELATIONS.len());
    assert!(faults.is_empty(), "{} of {cells} cells differ:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn the_sections_of_a_plan_are_those_of_the_matrix() {
    let world = World::new(&[]).await;
    let rows: Vec<_> = matrix().into_iter().filter(|row| row.kind == "section").collect();
    for (column, relation) in RELATIONS.into_iter().enumerate() {
        let expected: Vec<(String, String)> = rows
            .iter()
            .filter(|row| row.cells[column] != "-")
            .map(|row| (row.name.clone(), if row.cells[column] == "W" { "write" } else { "read" }.to_owned()))
            .collect();
        if expected.is_empty() {
            continue;
        }
        let plan: Value = world.sign_in(relation).await.get(&world.pei_url()).await.json().await.expect("JSON");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let sections = plan["sections"].as_array().expect("a list");
        let found: Vec<_> = sections.iter().map(|s| (text(&s["section"]), text(&s["access"]))).collect();
        assert_eq!(found, expected, "{relation}");
    }
}

#[tokio::test]
async fn without_the_application_the_database_alone_still_hides_the_student() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let app = world.server.database.connect(roles::APP).await;
    let plan = matrix().into_iter().find(|row| row.name == "GET /api/v1/peis/{pei_id}").expect("a row");
    for (column, relation) in RELATIONS.into_iter().enumerate() {
        let user = owner
            .query_opt("select user_id::text from credentials where email = $1", &[&email(relation)])
            .await
            .expect("an answer")
            .map_or_else(String::new, |row| row.get(0));
        app.execute("select set_config('app.user_id', $1, false)", &[&user]).await.expect("an identity");
        for table in ["students", "peis", "pei_documents"] {
            let statement = format!("select count(*) from {table} where student_id = $1");
            let seen: i64 = app.query_one(&statement, &[&world.student.0]).await.expect("a count").get(0);
            assert_eq!(seen > 0, plan.cells[column] == "200", "{table} for {relation}");
        }
    }
}
