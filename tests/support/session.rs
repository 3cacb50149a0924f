//! Somebody signed in over HTTP, as a browser would be: a bearer token in memory, the refresh token in a cookie.

use kazumi::dev::demo;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A signed-in person.
pub struct Session {
    base: String,
    client: reqwest::Client,
    /// The access token, for ten minutes.
    pub access_token: String,
    /// The person, as `/api/v1/me` describes them.
    pub user: Value,
}

/// An answer with its body read.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The body; null when it is not JSON.
    pub body: Value,
}

impl Answer {
    /// The stable code of a problem; empty for anything else.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Session {
    /// Signs in somebody of the demo.
    pub async fn login(base: &str, key: &str) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        let credentials = json!({ "email": demo::email(key), "password": demo::PASSWORD });
        let request = client.post(format!("{base}/api/v1/auth/login")).json(&credentials);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{key} signs in");
        let body: Value = answer.json().await.expect("JSON");
        let access_token = body["access_token"].as_str().expect("a token").to_owned();
        Self { base: base.to_owned(), client, access_token, user: body["user"].clone() }
    }

    /// Asks for a resource.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    /// Posts a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path, Some(body)).await
    }

    /// Any request with the person's token and cookies.
    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        request = request.bearer_auth(&self.access_token).header("X-Kazumi", "1");
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    /// A one-use ticket for `/ws/y/…?ticket=`.
    pub async fn ticket(&self) -> String {
        let answer = self.post("/api/v1/ws/tickets", &Value::Null).await;
        assert_eq!(answer.status, StatusCode::CREATED, "a ticket is given");
        answer.body["ticket"].as_str().expect("a ticket").to_owned()
    }
}
