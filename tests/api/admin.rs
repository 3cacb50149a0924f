//! Administration as a client asks for it: what is there to be changed, and reading it.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::World;
use super::fixture::{CANARY, Person, email};
use super::places::Target;

/// The rows that the addresses of administration name.
pub struct Targets {
    /// Whom the acts are about.
    pub user: Uuid,
    /// The user's function in the school; nil without one.
    pub function: Uuid,
    /// The user's membership in the student's team; nil without one.
    pub link: Uuid,
    /// The guardianship of `guardian`.
    pub guardianship: Uuid,
    /// The student.
    pub student: Uuid,
    /// A teacher of the school who is in no team.
    pub unlinked: Uuid,
    /// The student's school.
    pub school: Uuid,
    /// The other one of the network.
    pub other_school: Uuid,
}

impl Targets {
    /// Those of one person of the fixture.
    pub async fn of(world: &World, relation: &str) -> Self {
        let owner = world.server.database.owner().await;
        let user = self::user(world, relation).await;
        let student = world.student.0;
        let id = async |statement: &str, of: Uuid| -> Uuid {
            owner.query_opt(statement, &[&of]).await.expect("an answer").map_or_else(Uuid::nil, |row| row.get(0))
        };
        let school = id("select school_id from students where student_id = $1", student).await;
        Self {
            user,
            function: id("select staff_function_id from staff_functions where user_id = $1", user).await,
            link: id("select team_link_id from team_links where user_id = $1", user).await,
            guardianship: id(
                "select guardianship_id from guardianships g join credentials c using (user_id) \
                 where c.email = 'guardian@example.org' and student_id = $1",
                student,
            )
            .await,
            student,
            unlinked: self::user(world, "unlinked_same_school").await,
            school,
            other_school: world.child(Target::OtherSchool).school,
        }
    }

    /// An address with its ids; lists ask for the school.
    pub fn path(&self, template: &str) -> String {
        let path = template
            .replace("{user_id}", &self.user.to_string())
            .replace("{function_id}", &self.function.to_string())
            .replace("{link_id}", &self.link.to_string())
            .replace("{guardianship_id}", &self.guardianship.to_string())
            .replace("{student_id}", &self.student.to_string());
        match template {
            "/api/v1/admin/people" | "/api/v1/admin/students" => format!("{path}?school_id={}", self.school),
            _ => path,
        }
    }
}

/// The id of a person of the fixture.
pub async fn user(world: &World, relation: &str) -> Uuid {
    let owner = world.server.database.owner().await;
    let statement = "select user_id from credentials where email = $1";
    owner.query_one(statement, &[&email(relation)]).await.expect("a person").get(0)
}

/// Asks with a body.
pub async fn send(world: &World, asker: &Person, method: Method, path: &str, body: &Value) -> Response {
    let request = asker.http.request(method, world.url(path)).bearer_auth(&asker.token).json(body);
    request.send().await.expect("an answer")
}

/// Posts and reads the answer.
pub async fn post(world: &World, asker: &Person, path: &str, body: &Value) -> (u16, Value) {
    let answer = send(world, asker, Method::POST, path, body).await;
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// Reads an address.
pub async fn read(world: &World, asker: &Person, path: &str) -> (u16, Value) {
    let answer = asker.get(&world.url(path)).await;
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// How many rows of the audit log tell of an action and its outcome.
pub async fn recorded(world: &World, action: &str, outcome: &str) -> i64 {
    let owner = world.server.database.owner().await;
    let statement = "select count(*) from audit_log where action = 'administration.' || $1 and outcome = $2 \
                     and actor_id is not null and request_id is not null";
    owner.query_one(statement, &[&action, &outcome]).await.expect("a count").get(0)
}

fn names(page: &Value) -> Vec<String> {
    let people = page["people"].as_array().expect("a list");
    people.iter().map(|person| person["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn each_administrator_sees_their_schools_and_what_they_may_do_there() {
    let world = World::new(&[]).await;
    for (relation, schools, appoints, links) in [
        ("principal", 1, 8, true),
        ("coordinator", 1, 0, true),
        ("network_manager", 2, 2, false),
        ("class_teacher", 0, 0, false),
        ("guardian", 0, 0, false),
    ] {
        let (status, body) = read(&world, &world.sign_in(relation).await, "/api/v1/admin/schools").await;
        assert_eq!(status, 200);
        let found = body["schools"].as_array().expect("a list");
        assert_eq!(found.len(), schools, "{relation}");
        for school in found {
            assert_eq!(school["may"]["appoint"].as_array().map(Vec::len), Some(appoints), "{relation}");
            assert_eq!(school["may"]["link_team"], json!(links), "{relation}");
        }
        if relation == "principal" {
            assert_eq!((&found[0]["students"], &found[0]["classes"][0]["students"]), (&json!(3), &json!(2)));
        }
    }
}

#[tokio::test]
async fn people_are_found_by_part_of_a_name_without_accents_by_kind_and_page_by_page() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let principal = world.sign_in("principal").await;
    let list = async |more: &str| {
        let (status, page) =
            read(&world, &principal, &format!("/api/v1/admin/people?school_id={}{more}", targets.school)).await;
        assert_eq!(status, 200, "{more}: {page}");
        page
    };
    assert_eq!(names(&list("&q=canario-7F&kind=guardian").await), [format!("{CANARY}-familia")]);
    assert_eq!(names(&list("&q=can%25").await), Vec::<String>::new(), "a percent sign is a percent sign");
    let mut families = names(&list("&kind=guardian").await);
    families.retain(|name| !name.starts_with("Can"));
    assert_eq!(families, ["classmate_guardian", "guardian", "restricted_guardian"]);
    let all = names(&list("&limit=100").await);
    assert!(!all.contains(&"other_school".to_owned()) && !all.contains(&"network_manager".to_owned()), "{all:?}");
    assert!(all.contains(&"ended_link".to_owned()), "what was ended can be found: {all:?}");
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("&limit=3{cursor}")).await;
        paged.extend(names(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={}", next.replace('%', "%25").replace(' ', "%20").replace('&', "%26"));
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn the_network_is_told_of_people_and_functions_but_of_no_child() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "aee_teacher").await;
    let manager = world.sign_in("network_manager").await;
    let own = read(&world, &manager, &targets.path("/api/v1/admin/people/{user_id}")).await;
    let appointed = json!({ "function": "coordinator", "school_id": targets.school });
    let path = targets.path("/api/v1/admin/people/{user_id}/functions");
    let effect = post(&world, &manager, &path, &appointed).await;
    assert_eq!((own.0, effect.0), (200, 200));
    assert_eq!(own.1["person"]["functions"][0]["function"], json!("aee_teacher"));
    assert_eq!(effect.1["changes"][0]["student_count"], json!(2), "{}", effect.1);
    for body in [own.1, effect.1] {
        let text = body.to_string();
        assert!(!text.contains(CANARY) && !text.contains(&targets.student.to_string()), "{text}");
    }
}

#[tokio::test]
async fn every_look_leaves_a_record_and_so_does_every_look_that_was_refused() {
    let world = World::new(&[]).await;
    let targets = Targets::of(&world, "class_teacher").await;
    let paths = [
        targets.path("/api/v1/admin/people"),
        targets.path("/api/v1/admin/people/{user_id}"),
        targets.path("/api/v1/admin/students"),
        targets.path("/api/v1/admin/students/{student_id}"),
    ];
    let (principal, teacher) = (world.sign_in("principal").await, world.sign_in("class_teacher").await);
    for path in &paths {
        assert_eq!(read(&world, &principal, path).await.0, 200, "{path}");
        assert_eq!(read(&world, &teacher, path).await.0, 404, "{path}");
    }
    for action in ["view_people", "view_ties"] {
        assert_eq!(recorded(&world, action, "allowed").await, 2, "{action}");
        assert_eq!(recorded(&world, action, "denied").await, 2, "{action}");
    }
}
