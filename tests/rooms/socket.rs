//! A socket on `/ws/chat`, frame by frame, so that a test can say what no browser would.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::support::{PATIENCE, TestServer};

/// A socket.
pub struct ChatSocket {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What was heard on the way to a moment.
#[derive(Debug, Default)]
pub struct Heard(pub Vec<Value>);

impl Heard {
    /// The frames of a type.
    pub fn all(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|frame| frame["t"] == kind).collect()
    }

    /// The only frame of a type about a room.
    pub fn of_room(&self, kind: &str, room: &str) -> Option<&Value> {
        self.0.iter().find(|frame| frame["t"] == kind && frame["room"] == room)
    }

    /// The texts of all events of a room.
    pub fn texts(&self, room: &str) -> Vec<String> {
        let events = self.0.iter().filter(|frame| frame["t"] == "events" && frame["room"] == room);
        events
            .flat_map(|frame| frame["events"].as_array().cloned().unwrap_or_default())
            .filter_map(|event| event["text"].as_str().map(str::to_owned))
            .collect()
    }
}

impl ChatSocket {
    /// Opens it and says nothing yet.
    pub async fn open(server: &TestServer) -> Self {
        let mut request = server.ws_url("/ws/chat").into_client_request().expect("an address");
        request.headers_mut().insert("sec-websocket-protocol", "kazumi.v1".parse().expect("a header"));
        let (socket, answer) = connect_async_with_config(request, None, true).await.expect("the socket opens");
        assert_eq!(answer.headers()["sec-websocket-protocol"], "kazumi.v1");
        Self { socket }
    }

    /// Opens it, says hello and syncs with these cursors; what came until everything was there.
    pub async fn enter(server: &TestServer, token: &str, have: &Value) -> (Self, Heard) {
        let mut socket = Self::open(server).await;
        socket.say(&json!({ "t": "hello", "token": token })).await;
        let heard = socket.sync(have).await;
        (socket, heard)
    }

    /// Begins anew with these cursors.
    pub async fn sync(&mut self, have: &Value) -> Heard {
        self.say(&json!({ "t": "sync", "have": have })).await;
        self.hear_until(|frame| frame["t"] == "caught_up").await
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: &Value) {
        self.say_raw(frame.to_string()).await;
    }

    /// Sends a text, whatever it is.
    pub async fn say_raw(&mut self, text: String) {
        // Whoever was refused may be gone already.
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// The next frame, or the code with which the socket ended.
    pub async fn hear(&mut self) -> Result<Value, u16> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server says something");
            match next {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// Everything up to the first frame that fits, which is the last one.
    pub async fn hear_until(&mut self, fits: impl Fn(&Value) -> bool) -> Heard {
        let mut heard = Heard::default();
        loop {
            let frame = self.hear().await.unwrap_or_else(|code| panic!("closed with {code} after {heard:?}"));
            let is_last = fits(&frame);
            heard.0.push(frame);
            if is_last {
                return heard;
            }
        }
    }

    /// The code with which it ends.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Err(code) = self.hear().await {
                return code;
            }
        }
    }

    /// Says something in a room and waits for what becomes of it.
    pub async fn publish(&mut self, room: &str, client: &str, text: &str) -> Value {
        self.write(json!({ "t": "publish", "room": room, "client": client, "text": text })).await
    }

    /// Wants something written and waits for what becomes of it; a server that is busy is asked again when it says.
    pub async fn write(&mut self, mut frame: Value) -> Value {
        loop {
            let request: u32 = rand::random();
            frame["request"] = request.into();
            self.say(&frame).await;
            let answer = self.answer_to(request).await;
            if answer["code"] != "overloaded" {
                return answer;
            }
            let pause = answer["retry_after_ms"].as_u64().expect("when to try again");
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        }
    }

    /// The answer to a request.
    pub async fn answer_to(&mut self, request: u32) -> Value {
        let heard = self.hear_until(|frame| frame["request"] == request).await;
        heard.0.last().cloned().unwrap_or_default()
    }

    /// Waits until a room shows this text; the event.
    pub async fn shown(&mut self, room: &str, text: &str) -> Value {
        let has = |frame: &Value| {
            let events = frame["events"].as_array().cloned().unwrap_or_default();
            let found = events.into_iter().find(|event| event["text"] == text);
            found.filter(|_| frame["t"] == "events" && frame["room"] == room)
        };
        let heard = self.hear_until(|frame| has(frame).is_some()).await;
        heard.0.last().and_then(has).unwrap_or_default()
    }
}
