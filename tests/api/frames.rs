//! Every row of `authz/matrix.csv` that is a kind of frame, sent by everybody over both framings: into each section of their own child,
//! and into sections of children of others. What the sections' rows call reading and writing is what the frames are held to.

use std::collections::BTreeSet;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use kazumi::crdt::{AwarenessEntry, encode_awareness, scan_awareness};
use kazumi::domain::pei::Section;
use kazumi::protocol::wire::{put_var_bytes, put_var_uint};
use kazumi::ws::FRAMES;
use tokio::net::TcpStream;
use tokio_postgres::Client as Database;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::matrix::{cell, seen_as};
use super::places::{Child, Target};
use super::{World, footprint};
use crate::authz::{RELATIONS, Row, matrix};
use crate::collaboration::raw::{Heard, RawClient, Scribe};
use crate::support::{PATIENCE, eventually, report};

/// Sections of a child of somebody else that are tried: one for the team alone, one for everybody.
const FOREIGN_SECTIONS: [Section; 2] = [Section::CaseStudyDemands, Section::Strengths];

/// One join: somebody, a child, a section, and what the matrix makes of it.
struct Join<'a> {
    relation: &'static str,
    token: &'a str,
    child: &'a Child,
    section: Section,
    /// `-`, `R` or `W`.
    cell: &'a str,
}

impl Join<'_> {
    fn place(&self) -> String {
        format!("{} of {:?} for {} ({})", self.section.as_str(), self.child.target, self.relation, self.cell)
    }
}

/// What was tried and what came of it.
#[derive(Default)]
struct Tally {
    kinds: BTreeSet<&'static str>,
    cells: usize,
    allows: usize,
    denies: usize,
    mismatches: Vec<String>,
}

impl Tally {
    /// One kind of frame, sent: whether it should have worked, and whether it did.
    fn tried(&mut self, join: &Join<'_>, kind: &'static str, should: bool, did: bool) {
        self.kinds.insert(kind);
        self.cells += 1;
        if did {
            self.allows += 1
        } else {
            self.denies += 1
        }
        if should != did {
            self.mismatches.push(format!("{kind} into {}: {}", join.place(), if did { "taken" } else { "refused" }));
        }
    }
}

/// An edit that a document of this section takes.
pub fn edit(section: Section) -> Bytes {
    if section != Section::Goals {
        return Scribe::new().write("visto");
    }
    // An empty map in the list of goals.
    let mut update = BytesMut::from(&[1, 1][..]);
    put_var_uint(&mut update, u64::from(rand::random::<u32>() >> 1) + 2);
    update.put_slice(&[0, 0x07, 1]);
    put_var_bytes(&mut update, b"goals");
    update.put_slice(&[1, 0]);
    update.freeze()
}

/// A presence of one client, and the client.
fn presence() -> (u64, Vec<u8>) {
    let client = u64::from(rand::random::<u32>() >> 1) + 2;
    let state = Some(r#"{"cursor":null}"#.to_owned());
    (client, encode_awareness(&[AwarenessEntry { client, clock: 1, state }]))
}

/// The body of a frame, without the name that the one framing puts in front.
fn body(kind: u8, step: Option<u8>, payload: &[u8]) -> BytesMut {
    let mut body = BytesMut::from(&[kind][..]);
    body.extend(step);
    put_var_bytes(&mut body, payload);
    body
}

fn shows(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn speaks_of(bytes: &[u8], client: u64) -> bool {
    scan_awareness(bytes).expect("a presence").iter().any(|entry| entry.client == client)
}

/// Everything in the hocuspocus framing.
async fn try_collab(world: &World, join: &Join<'_>, tally: &mut Tally) {
    let mut client = RawClient::open(&world.server, &join.child.document(join.section)).await;
    client.token(join.token).await;
    let (reads, writes) = (join.cell != "-", join.cell == "W");
    let answer = client.hear().await;
    let scope = if writes { "read-write" } else { "readonly" };
    tally.tried(join, "collab.token", reads, answer == Heard::Granted(scope.to_owned()));
    let (speaker, state) = presence();
    if !matches!(answer, Heard::Granted(_)) {
        for (kind, frame) in [
            ("collab.sync_step1", body(0, Some(0), &[0])),
            ("collab.sync_step2", body(0, Some(1), &edit(join.section))),
            ("collab.update", body(0, Some(2), &edit(join.section))),
            ("collab.awareness", body(1, None, &state)),
            ("collab.query_awareness", BytesMut::from(&[3][..])),
            ("collab.close", BytesMut::from(&[7][..])),
        ] {
            client.say(&frame).await.expect("the socket stays");
            // The next thing that is said is the answer to this: nothing was said to the frame.
            client.token(join.token).await;
            tally.tried(join, kind, reads, client.hear().await != answer);
        }
        return;
    }
    let text = join.child.text(join.section);
    tally.tried(join, "collab.sync_step1", reads, shows(&client.whole_document().await, &text));
    client.say(&body(1, None, &state)).await.expect("the socket stays");
    client.say(&[3]).await.expect("the socket stays");
    let everybody = client
        .hear_until(|heard| match heard {
            Heard::Awareness(bytes) if speaks_of(bytes, speaker) => Some(true),
            _ => None,
        })
        .await;
    tally.tried(join, "collab.awareness", reads, everybody);
    client.say(&[3]).await.expect("the socket stays");
    let answered = client
        .hear_until(|heard| match heard {
            Heard::Awareness(bytes) => Some(speaks_of(bytes, speaker)),
            _ => None,
        })
        .await;
    tally.tried(join, "collab.query_awareness", reads, answered);
    for (kind, step) in [("collab.sync_step2", 1), ("collab.update", 2)] {
        client.sync(step, &edit(join.section)).await.expect("the socket stays");
        tally.tried(join, kind, writes, client.saved().await);
    }
    client.say(&[7]).await.expect("the socket stays");
    // Only who has left is let in again; a token of somebody inside is not answered.
    client.token(join.token).await;
    let again = client
        .hear_until(|heard| match heard {
            Heard::Granted(_) => Some(true),
            _ => None,
        })
        .await;
    tally.tried(join, "collab.close", reads, again);
}

/// A socket in the y-websocket framing.
struct YClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl YClient {
    async fn open(world: &World, join: &Join<'_>) -> Self {
        let path = format!("/ws/y/{}", join.child.document(join.section));
        let mut request = world.server.ws_url(&path).into_client_request().expect("an address");
        let token = format!("Bearer {}", join.token).parse().expect("a header");
        request.headers_mut().insert("authorization", token);
        let (socket, _) = connect_async_with_config(request, None, true).await.expect("the socket opens");
        Self { socket }
    }

    async fn say(&mut self, frame: BytesMut) {
        // Whoever was refused may be gone already.
        let _ = self.socket.send(Message::Binary(frame.freeze())).await;
    }

    /// The next frame; or the code with which the socket ended.
    async fn hear(&mut self) -> Result<Bytes, u16> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server says something");
            match next {
                Some(Ok(Message::Binary(frame))) => return Ok(frame),
                Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return Err(code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    async fn hears(&mut self, wanted: impl Fn(&[u8]) -> bool) -> bool {
        loop {
            match self.hear().await {
                Ok(frame) if wanted(&frame) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }
}

/// The payload of a presence frame.
fn presence_in(frame: &[u8]) -> Option<Bytes> {
    let mut reader = kazumi::protocol::wire::Reader::new(Bytes::copy_from_slice(frame));
    (reader.var_uint().ok()? == 1).then(|| reader.var_bytes().ok())?
}

/// Everything in the y-websocket framing. Who may only read is cut off by the first edit, so each edit has its own socket.
async fn try_y(world: &World, owner: &Database, join: &Join<'_>, tally: &mut Tally) {
    let (reads, writes) = (join.cell != "-", join.cell == "W");
    let (speaker, state) = presence();
    let hears_of = |frame: &[u8]| presence_in(frame).is_some_and(|bytes| speaks_of(&bytes, speaker));
    if !reads {
        // The socket opens, because a browser cannot see a refused upgrade; whatever is said on it, only its end is the answer.
        let before = edits(owner, join.child).await;
        let mut client = YClient::open(world, join).await;
        for frame in [
            body(0, Some(0), &[0]),
            body(0, Some(1), &edit(join.section)),
            body(0, Some(2), &edit(join.section)),
            body(1, None, &state),
            BytesMut::from(&[3][..]),
        ] {
            client.say(frame).await;
        }
        let heard = client.hear().await;
        let took = !matches!(heard, Err(4401 | 4404)) || edits(owner, join.child).await > before;
        for kind in ["y.sync_step1", "y.sync_step2", "y.update", "y.awareness", "y.query_awareness"] {
            tally.tried(join, kind, false, took);
        }
        return;
    }
    let mut client = YClient::open(world, join).await;
    let text = join.child.text(join.section);
    client.say(body(0, Some(0), &[0])).await;
    let shown = client.hears(|frame| frame.starts_with(&[0, 1]) && shows(frame, &text)).await;
    tally.tried(join, "y.sync_step1", reads, shown);
    client.say(body(1, None, &state)).await;
    client.say(BytesMut::from(&[3][..])).await;
    tally.tried(join, "y.awareness", reads, client.hears(hears_of).await);
    client.say(BytesMut::from(&[3][..])).await;
    tally.tried(join, "y.query_awareness", reads, client.hears(hears_of).await);
    for (kind, step) in [("y.sync_step2", 1), ("y.update", 2)] {
        let before = edits(owner, join.child).await;
        let mut client = YClient::open(world, join).await;
        client.say(body(0, Some(step), &edit(join.section))).await;
        if writes {
            eventually("the edit is stored", async || (edits(owner, join.child).await > before).then_some(())).await;
            tally.tried(join, kind, writes, true);
        } else {
            let refused = loop {
                match client.hear().await {
                    Ok(_) => {}
                    Err(code) => break code == 4403,
                }
            };
            tally.tried(join, kind, writes, !refused || edits(owner, join.child).await > before);
        }
    }
}

/// How many edits of a child's plan are stored.
pub async fn edits(owner: &Database, child: &Child) -> i64 {
    let all = "select count(*) from pei_updates join pei_documents using (document_id) where student_id = $1";
    owner.query_one(all, &[&child.student.0]).await.expect("a count").get(0)
}

/// The row of a section, and the column that holds for somebody and a child.
fn right<'a>(rows: &'a [Row], relation: &'static str, child: &Child, section: Section) -> &'a str {
    if matches!(child.target, Target::Deleted | Target::Never) {
        return "-";
    }
    let row = rows.iter().find(|row| row.name == section.as_str()).expect("a row");
    cell(row, relation, child.target)
}

#[tokio::test]
async fn every_frame_of_everybody_is_taken_or_refused_as_the_matrix_says() {
    try_everything(&World::new(&[]).await).await;
}

#[tokio::test]
async fn behind_nginx_every_frame_fares_the_same() {
    try_everything(&World::behind_edge().await).await;
}

async fn try_everything(world: &World) {
    let owner = world.server.database.owner().await;
    let rows = matrix();
    let frames: Vec<_> = rows.iter().filter(|row| row.kind == "frame").collect();
    let mut tally = Tally::default();
    for relation in RELATIONS {
        let token = match relation {
            "anonymous" => String::new(),
            "expired_token" => world.expired_token(),
            _ => super::matrix::Asker::new(world, relation).await.token(),
        };
        for child in &world.children {
            let before = footprint::of_business_tables(&owner).await;
            let sections = if child.target == Target::Own { Section::ALL } else { &FOREIGN_SECTIONS };
            let mut allowed = 0;
            for &section in sections {
                let cell = right(&rows, relation, child, section);
                allowed += usize::from(cell != "-");
                let join = Join { relation, token: &token, child, section, cell };
                try_collab(world, &join, &mut tally).await;
                try_y(world, &owner, &join, &mut tally).await;
            }
            // Whether any section is open to somebody is what the rows of frames say of their column.
            if child.target == Target::Own || allowed > 0 {
                let column = RELATIONS.iter().position(|name| *name == seen_as(relation, child.target));
                for row in &frames {
                    let says = row.cells[column.expect("a column")] != "-";
                    assert_eq!(says, allowed > 0, "{} for {relation} and {:?}", row.name, child.target);
                }
            }
            if allowed == 0 && footprint::of_business_tables(&owner).await != before {
                tally
                    .mismatches
                    .push(format!("{relation} was refused everything of {:?} and left a trace", child.target));
            }
        }
    }
    let Tally { kinds, cells, allows, denies, mismatches } = tally;
    let way = world.way_in();
    report!("frames{way}: {cells} cells, {allows} allowed, {denies} denied, {} mismatches", mismatches.len());
    assert!(mismatches.is_empty(), "{} of {cells} cells differ:\n{}", mismatches.len(), mismatches.join("\n"));
    assert_eq!(kinds, FRAMES.iter().copied().collect(), "every kind of frame was tried");
    assert!(allows > 500 && denies > 2000, "{allows} allowed, {denies} denied");
}
