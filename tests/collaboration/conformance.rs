//! The WebSocket protocol itself, by the cases of the Autobahn suite (run by kosoku; compression, which we do not speak, left out).
//!
//! The suite needs a server that echoes; ours never does. So an echo server is put together here from the parts that the product's
//! sessions read through: the same codec and actor library, the same frame guard, the same inbox. Only what is done with a whole
//! message differs. The suite sends messages of 16 MiB, so the limits are raised; that they hold is another test's claim.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use actix::{Actor, ActorContext, StreamHandler};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;
use kazumi::ws::frame_guard::{FrameLimit, GuardedPayload};
use kazumi::ws::inbox::{Inbox, Incoming};
use serde_json::Value;
use tokio::process::Command;

use crate::support::report;

/// The largest message of the suite.
const LARGEST: usize = 16 * 1024 * 1024;
/// Cases of the suite without compression.
const CASES: usize = 301;
/// It takes 15 s here; a busy machine is slower.
const AT_MOST: Duration = Duration::from_secs(300);

struct Echo(Inbox);

impl Actor for Echo {
    type Context = ws::WebsocketContext<Self>;
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Echo {
    fn handle(&mut self, frame: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        match self.0.take(frame, LARGEST) {
            Incoming::Nothing => {}
            Incoming::Binary(bytes) => ctx.binary(bytes),
            Incoming::Text(text) => ctx.text(String::from_utf8(text.into()).expect("the inbox has checked it")),
            Incoming::Ping(bytes) => ctx.pong(&bytes),
            Incoming::Close(reason) => {
                ctx.close(reason);
                ctx.stop();
            }
            Incoming::Broken(code, reason) => {
                ctx.close(Some((ws::CloseCode::from(code), reason).into()));
                ctx.stop();
            }
            Incoming::Gone => ctx.stop(),
        }
    }
}

async fn echo(request: HttpRequest, stream: web::Payload) -> Result<HttpResponse, actix_web::Error> {
    let limit = FrameLimit::new(LARGEST);
    let stream = GuardedPayload::new(stream, limit.clone());
    ws::WsResponseBuilder::new(Echo(Inbox::new(limit, true)), &request, stream).frame_size(LARGEST).start()
}

/// Serves the echo on a thread of its own until the process ends; answers its port.
fn serve_echo() -> u16 {
    let (port, bound) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(|| App::new().route("/", web::get().to(echo))).workers(1).disable_signals();
            let server = server.bind(("127.0.0.1", 0)).expect("a free port");
            port.send(server.addrs()[0].port()).expect("the test waits");
            server.run().await.expect("the echo server runs");
        });
    });
    bound.recv().expect("the echo server binds")
}

/// The suite's program: where `tools/install.sh test` puts it.
fn kosoku() -> PathBuf {
    let tools = std::env::var_os("KAZUMI_TOOLS_DIR").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache/kazumi-tools");
    let program = tools.unwrap_or_else(home).join("websocket/bin/kosoku");
    assert!(program.exists(), "{} is missing: tools/install.sh test", program.display());
    program
}

#[tokio::test]
async fn no_case_of_the_websocket_conformance_suite_fails() {
    let port = serve_echo();
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(kosoku());
    command.args(["-m", "fuzzingclient", "-x", "12.*", "-x", "13.*", "-o"]).arg(folder.path());
    command.arg(format!("127.0.0.1:{port}")).stdout(Stdio::null()).kill_on_drop(true);
    let status = tokio::time::timeout(AT_MOST, command.status()).await.expect("the suite ends").expect("it runs");
    let index = std::fs::read_to_string(folder.path().join("index.json")).expect("the suite's index");
    let index: Value = serde_json::from_str(&index).expect("JSON");
    let agents = index.as_object().expect("results by agent");
    let cases: Vec<(&String, &Value)> = agents.values().filter_map(Value::as_object).flatten().collect();
    let named = |behavior: &str| cases.iter().filter(|(_, case)| case["behavior"] == *behavior).count();
    let (strict, loose, told) = (named("OK"), named("NON-STRICT"), named("INFORMATIONAL"));
    let failed: Vec<_> =
        cases
            .iter()
            .filter(|(_, case)| !matches!(case["behavior"].as_str(), Some("OK" | "NON-STRICT" | "INFORMATIONAL")))
            .chain(cases.iter().filter(|(_, case)| {
                !matches!(case["behaviorClose"].as_str(), Some("OK" | "NON-STRICT" | "INFORMATIONAL"))
            }))
            .map(|(name, case)| format!("{name}: {} / {}", case["behavior"], case["behaviorClose"]))
            .collect();
    report!(
        "WebSocket conformance: {} cases, {} failed, {strict} strict, {loose} non-strict, {told} informational",
        cases.len(),
        failed.len()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(status.success() && cases.len() == CASES, "{status}, {} cases", cases.len());
}
