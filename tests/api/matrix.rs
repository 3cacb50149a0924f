//! Every row of `authz/matrix.csv` that a request can ask, asked of a running server by everybody, for their own child and for
//! others; and the second wall, asked of the database with the application out of the way.

use std::collections::HashMap;

use kazumi::store::roles;
use reqwest::{Method, Response};
use serde_json::Value;

use super::fixture::{CANARY, Person, email};
use super::places::{Child, Target, canaries_in};
use super::{World, footprint, payloads};
use crate::authz::{RELATIONS, Row, matrix};
use crate::support::report;

/// Somebody in one of the columns.
pub struct Asker {
    relation: &'static str,
    /// Nobody: has no token and no cookie.
    person: Option<Person>,
}

impl Asker {
    /// Signs in, as far as the column says.
    pub async fn new(world: &World, relation: &'static str) -> Self {
        let person = match relation {
            "anonymous" => None,
            // With the cookie, but the token is an old one.
            "expired_token" => Some(Person { token: world.expired_token(), ..world.sign_in(relation).await }),
            _ => Some(world.sign_in(relation).await),
        };
        // Somebody who asked before may have withdrawn them.
        let open = "update invitations set withdrawn_at = null, withdrawn_by = null";
        world.server.database.owner().await.execute(open, &[]).await.expect("open again");
        if relation == "revoked" {
            let end = "update login_sessions set revoked_at = now(), revoked_why = 'administrator'
                       where user_id = (select user_id from credentials where email = $1)";
            let owner = world.server.database.owner().await;
            assert_eq!(owner.execute(end, &[&email(relation)]).await.expect("ended"), 1);
        }
        Self { relation, person }
    }

    /// The access token, or nothing.
    pub fn token(self) -> String {
        self.person.map(|person| person.token).unwrap_or_default()
    }

    /// Sends the request of a row, with these ids in its address.
    pub async fn ask(&self, world: &World, row: &Row, ids: &[(String, String)], about: &Child) -> Answer {
        let (method, template) = row.name.split_once(' ').expect("method and template");
        let mut path = template.replace("{part:.*}", "");
        for (name, id) in ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let method: Method = method.parse().expect("a method");
        let http = match &self.person {
            // Whoever signs in anew does so elsewhere: the cookie of here stays what the column says.
            Some(person) if !template.ends_with("/login") => person.http.clone(),
            _ => world.client(),
        };
        let address = world.url(&format!("{path}{}", payloads::query(&row.name, about)));
        let mut request = http.request(method, address).header("x-kazumi", "1");
        // Each question from a network of its own: a minute's attempts of one are fewer than the table's.
        request = request.header("x-forwarded-for", world.next_address());
        if let Some(person) = &self.person {
            request = request.bearer_auth(&person.token);
        }
        if let Some(body) = payloads::body(&row.name, self.relation, about) {
            request = request.json(&body);
        }
        Answer::read(&path, request.send().await.expect("an answer")).await
    }
}

/// An answer with everything that two of them are compared by.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    kind: String,
    text: String,
}

impl Answer {
    async fn read(asked: &str, answer: Response) -> Self {
        // The client follows the one redirect there is.
        let redirected = asked == "/api/docs" && answer.url().path() == "/api/docs/";
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        Self { status: if redirected { 308 } else { status }, kind: kind.unwrap_or_default(), text }
    }

    fn is_denial(&self) -> bool {
        matches!(self.status, 401 | 403 | 404)
    }

    /// Everything but the request id.
    pub fn comparable(&self) -> (u16, String, Value) {
        let mut body: Value = serde_json::from_str(&self.text).unwrap_or(Value::Null);
        if let Some(body) = body.as_object_mut() {
            body.remove("request_id");
        }
        (self.status, self.kind.clone(), body)
    }
}

/// The column whose cells hold for `relation` when a request is about another child than the columns': each is tied to that child in
/// a way that has a column, most as strangers.
pub fn seen_as(relation: &'static str, target: Target) -> &'static str {
    use Target as T;
    match (relation, target) {
        ("anonymous" | "expired_token" | "revoked" | "mfa_pending" | "operator", _) | (_, T::Own) => relation,
        ("principal" | "coordinator", T::Classmate | T::Schoolmate) => relation,
        ("network_manager", T::Classmate | T::Schoolmate | T::OtherSchool) => relation,
        ("classmate_guardian", T::Classmate) => "guardian",
        ("other_school", T::OtherSchool) => "class_teacher",
        ("coordinator_other_school", T::OtherSchool) => "coordinator",
        ("principal" | "coordinator" | "network_manager" | "coordinator_other_school", _) => "coordinator_other_school",
        ("guardian" | "restricted_guardian" | "classmate_guardian", _) => "classmate_guardian",
        ("other_school", _) => "other_school",
        (_, T::Classmate | T::Schoolmate) => "unlinked_same_school",
        _ => "other_school",
    }
}

/// The cell of a row for somebody and a child.
pub fn cell<'a>(row: &'a Row, relation: &'static str, target: Target) -> &'a str {
    let seen_as = match seen_as(relation, target) {
        // Family of another child of the class is in the room of the class; family of a child elsewhere is nobody there.
        "classmate_guardian" if row.name.contains("{room_id}") && target != Target::Own => "other_school",
        seen_as => seen_as,
    };
    let column = RELATIONS.iter().position(|name| *name == seen_as).expect("a column");
    match row.cells[column].as_str() {
        "401" => "401",
        _ if matches!(target, Target::Deleted | Target::Never) => "404",
        cell => cell,
    }
}

/// Ids in the address of a row, and what is to be expected of them.
pub fn parameters(row: &Row) -> Vec<&str> {
    let names = row.name.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.filter(|name| *name != "part:.*").collect()
}

/// The canaries that somebody must not read in this answer.
fn leaks(rows: &[Row], relation: &'static str, row: &Row, about: Option<Target>, answer: &Answer) -> Vec<String> {
    let plan = rows.iter().find(|row| row.name == "GET /api/v1/peis/{pei_id}").expect("a row");
    let may_read = |child: Target| {
        let names_the_child = about == Some(child) && cell(row, relation, child).starts_with('2');
        // Whoever manages a network is told of its schools and people; of no child, as `admin.rs` shows.
        let of_the_network = about.is_none()
            && row.name.contains(" /api/v1/admin/")
            && relation == "network_manager"
            && seen_as(relation, child) == relation;
        !answer.is_denial() && (names_the_child || of_the_network || cell(plan, relation, child) == "200")
    };
    let found = canaries_in(&answer.text).into_iter().filter(|(child, canary)| {
        // Oneself is named to oneself: the class teacher's own name is a canary.
        let own_name = relation == "class_teacher" && CANARY.ends_with(canary.as_str());
        !may_read(*child) && !own_name
    });
    found.map(|(_, canary)| canary).collect()
}

/// What was asked and what came of it.
#[derive(Default)]
struct Tally {
    cells: usize,
    allows: usize,
    denies: usize,
    mismatches: Vec<String>,
}

impl Tally {
    fn count(&mut self, answer: &Answer) {
        self.cells += 1;
        if answer.is_denial() { self.denies += 1 } else { self.allows += 1 }
    }

    fn mismatch(&mut self, what: String) {
        self.mismatches.push(what);
    }

    fn finish(self, name: &str, at_least: usize) {
        let Self { cells, allows, denies, mismatches } = self;
        report!("{name}: {cells} cells, {allows} allowed, {denies} denied, {} mismatches", mismatches.len());
        assert!(mismatches.is_empty(), "{} of {cells} cells differ:\n{}", mismatches.len(), mismatches.join("\n"));
        assert!(cells >= at_least && allows > 0 && denies > 0, "{name}: {cells} cells are too few");
    }
}

/// The rows of addresses in the order in which one person asks them.
pub fn routes() -> Vec<Row> {
    let mut rows: Vec<_> = matrix().into_iter().filter(|row| row.kind == "route").collect();
    rows.sort_by_key(|row| payloads::rank(&row.name));
    rows
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_matrix_says() {
    ask_everything(&World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await).await;
}

#[tokio::test]
async fn behind_nginx_everybody_is_answered_the_same() {
    ask_everything(&World::behind_edge().await).await;
}

#[tokio::test]
async fn behind_nginx_ids_of_other_children_lead_nowhere_else_either() {
    ask_for_others(&World::behind_edge().await).await;
}

/// Every row, asked by everybody for the child of the columns.
pub async fn ask_everything(world: &World) {
    let owner = world.server.database.owner().await;
    let rows = routes();
    let own = world.child(Target::Own);
    let mut tally = Tally::default();
    for relation in RELATIONS {
        let asker = Asker::new(world, relation).await;
        let mut before = footprint::of_business_tables(&owner).await;
        for row in &rows {
            let ids: Vec<_> =
                parameters(row).iter().map(|name| ((*name).to_owned(), own.parameter(&row.name, name))).collect();
            let answer = asker.ask(world, row, &ids, own).await;
            let expected = match row.name.as_str() {
                // Counters of the whole system are for the monitoring network only.
                "GET /metrics" if world.server.is_behind_edge() => "404",
                _ => cell(row, relation, Target::Own),
            };
            let sees = canaries_in(&answer.text).iter().any(|(child, _)| *child == Target::Own);
            let found = match expected {
                "lists" | "hides" if answer.status == 200 => if sees { "lists" } else { "hides" }.to_owned(),
                _ => answer.status.to_string(),
            };
            if found != expected {
                tally.mismatch(format!("{} for {relation}: {found}, not {expected}: {:.200}", row.name, answer.text));
            }
            let about = (!ids.is_empty()).then_some(Target::Own);
            for canary in leaks(&rows, relation, row, about, &answer) {
                tally.mismatch(format!("{} shows {canary} to {relation}", row.name));
            }
            let after = footprint::of_business_tables(&owner).await;
            if answer.is_denial() && after != before {
                tally.mismatch(format!("{} for {relation} was denied and changed something", row.name));
            }
            before = after;
            tally.count(&answer);
        }
    }
    tally.finish(&format!("routes{}", world.way_in()), rows.len() * RELATIONS.len());
}

/// Each id of an address in turn, and all of them together, are those of another child.
fn substitutions(address: &str, names: &[&str], own: &Child, foreign: &Child) -> Vec<(bool, Vec<(String, String)>)> {
    let ids = |is_foreign: &dyn Fn(usize) -> bool| {
        let from = |at| if is_foreign(at) { foreign } else { own };
        names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), from(at).parameter(address, name))).collect()
    };
    let mut all = vec![(false, ids(&|_| true))];
    if names.len() > 1 {
        all.extend((0..names.len()).map(|one| (true, ids(&|at| at == one))));
    }
    all
}

#[tokio::test]
async fn ids_of_other_children_lead_where_the_tie_to_that_child_leads_and_nowhere_else() {
    ask_for_others(&World::new(&[("KAZUMI_TRUSTED_PROXY", "true")]).await).await;
}

/// Every row with an id, asked by everybody for children of others.
pub async fn ask_for_others(world: &World) {
    let owner = world.server.database.owner().await;
    let rows = routes();
    let (own, never) = (world.child(Target::Own), world.child(Target::Never));
    let mut tally = Tally::default();
    for relation in RELATIONS {
        let asker = Asker::new(world, relation).await;
        let mut before = footprint::and_refusals(world, &owner).await;
        for row in rows.iter().filter(|row| !parameters(row).is_empty()) {
            let names = parameters(row);
            // Whatever somebody may not see looks like this.
            let (_, nothing) = substitutions(&row.name, &names, own, never).swap_remove(0);
            let nothing = asker.ask(world, row, &nothing, never).await.comparable();
            // The room of a classmate's class is the own one.
            let shares = |target: &Target| *target == Target::Classmate && names.contains(&"room_id");
            for target in Target::FOREIGN.into_iter().filter(|target| !shares(target)) {
                let foreign = world.child(target);
                for (is_mixed, ids) in substitutions(&row.name, &names, own, foreign) {
                    let expected = match cell(row, relation, target) {
                        "401" => "401",
                        // The right id below the wrong parent does not exist.
                        _ if is_mixed => "404",
                        cell => cell,
                    };
                    let answer = asker.ask(world, row, &ids, foreign).await;
                    let after = footprint::and_refusals(world, &owner).await;
                    let place = format!("{} of {target:?} for {relation}", row.name);
                    if answer.status.to_string() != expected {
                        tally.mismatch(format!("{place}: {}, not {expected}: {:.200}", answer.status, answer.text));
                    }
                    for canary in leaks(&rows, relation, row, Some(target), &answer) {
                        tally.mismatch(format!("{place} shows {canary}"));
                    }
                    if answer.is_denial() {
                        // Whoever may know that somebody is there may be told that the act is not theirs.
                        if answer.comparable() != nothing && expected != "403" {
                            tally.mismatch(format!("{place} differs from nothing: {nothing:?}, {:.300}", answer.text));
                        }
                        if after.0 != before.0 {
                            tally.mismatch(format!("{place} was denied and changed something"));
                        }
                        if answer.status != 401 && after.1 <= before.1 {
                            tally.mismatch(format!("{place} was denied and nothing tells of it"));
                        }
                    }
                    before = after;
                    tally.count(&answer);
                }
            }
            let malformed: Vec<_> = names.iter().map(|name| ((*name).to_owned(), "nenhum".to_owned())).collect();
            let answer = asker.ask(world, row, &malformed, never).await;
            if answer.comparable() != nothing {
                tally.mismatch(format!("{} with no id for {relation}: {:.300}", row.name, answer.text));
            }
            tally.count(&answer);
        }
    }
    tally.finish(&format!("ids of others{}", world.way_in()), RELATIONS.len() * (Target::FOREIGN.len() + 1));
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
async fn without_the_application_the_database_alone_still_hides_the_students() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let app = world.server.database.connect(roles::APP).await;
    let plan = matrix().into_iter().find(|row| row.name == "GET /api/v1/peis/{pei_id}").expect("a row");
    let mut looks = HashMap::from([(true, 0), (false, 0)]);
    // Which session still counts is not the policies' business: those two are members of the team.
    for relation in
        RELATIONS.into_iter().filter(|relation| !matches!(*relation, "expired_token" | "revoked" | "mfa_pending"))
    {
        let user = owner
            .query_opt("select user_id::text from credentials where email = $1", &[&email(relation)])
            .await
            .expect("an answer")
            .map_or_else(String::new, |row| row.get(0));
        app.execute("select set_config('app.user_id', $1, false)", &[&user]).await.expect("an identity");
        for child in &world.children {
            for table in ["students", "peis", "pei_documents"] {
                let statement = format!("select count(*) from {table} where student_id = $1");
                let seen: i64 = app.query_one(&statement, &[&child.student.0]).await.expect("a count").get(0);
                let expected = cell(&plan, relation, child.target) == "200";
                assert_eq!(seen > 0, expected, "{table} of {:?} for {relation}", child.target);
                *looks.entry(expected).or_default() += 1;
            }
        }
    }
    assert!(looks.values().all(|count| *count > 20), "{looks:?}");
}
