//! A client made by hand: speaks the hocuspocus framing frame by frame, so that a test can send what no library would.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use kazumi::protocol::wire::{Reader, put_var_bytes};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async_with_config};

pub use super::scribe::{Scribe, tokens};
use crate::support::{PATIENCE, TestServer};

/// What the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The right to join, `read-write` or `readonly`.
    Granted(String),
    /// Not let in, and why.
    Denied(String),
    /// The document ended on this socket, and why.
    Ended(String),
    /// Its state vector.
    Step1(Bytes),
    /// What we lack.
    Step2(Bytes),
    /// An edit of somebody.
    Update(Bytes),
    /// Presence.
    Awareness(Bytes),
    /// The fate of an update.
    Saved(bool),
    /// The socket ended, with this code.
    Closed(u16),
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket on `/ws/collab` and the one document it talks about.
pub struct RawClient {
    writer: SplitSink<Socket, Message>,
    reader: Reading,
    /// The connection itself, past everything that knows of frames.
    wire: OwnedFd,
    document: String,
}

/// Who reads the socket.
enum Reading {
    /// A task, all the time, as a browser does.
    Always(mpsc::UnboundedReceiver<Heard>, JoinHandle<()>),
    /// Only a test that listens.
    WhenListening(SplitStream<Socket>),
}

impl Reading {
    fn always(mut stream: SplitStream<Socket>) -> Self {
        let (heard, listener) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            loop {
                let next = next_heard(&mut stream).await;
                let is_last = matches!(next, Heard::Closed(_));
                // Nobody listens any more: the socket ends.
                if heard.send(next).is_err() || is_last {
                    return;
                }
            }
        });
        Self::Always(listener, task)
    }

    async fn next(&mut self) -> Heard {
        match self {
            Self::Always(listener, _) => listener.recv().await.unwrap_or(Heard::Closed(1006)),
            Self::WhenListening(stream) => next_heard(stream).await,
        }
    }
}

/// A client that is dropped hangs up.
impl Drop for Reading {
    fn drop(&mut self) {
        if let Self::Always(_, task) = self {
            task.abort();
        }
    }
}

async fn next_heard(stream: &mut SplitStream<Socket>) -> Heard {
    loop {
        return match stream.next().await {
            Some(Ok(Message::Binary(frame))) => read(frame),
            Some(Ok(Message::Close(frame))) => Heard::Closed(frame.map_or(1005, |frame| frame.code.into())),
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => Heard::Closed(1006),
        };
    }
}

impl RawClient {
    /// Opens the socket and says nothing yet.
    pub async fn open(server: &TestServer, document: &str) -> Self {
        Self::open_at(&server.ws_url("/ws/collab"), document).await.expect("the socket opens")
    }

    async fn open_at(url: &str, document: &str) -> Result<Self, tokio_tungstenite::tungstenite::Error> {
        // Without waiting for the answer to the frame before: Nagle's algorithm costs 40 ms a pair of frames.
        let (socket, _) = connect_async_with_config(url, None, true).await?;
        Ok(Self::over(socket, document, Reading::always))
    }

    fn over(socket: Socket, document: &str, reading: impl FnOnce(SplitStream<Socket>) -> Reading) -> Self {
        let MaybeTlsStream::Plain(stream) = socket.get_ref() else { panic!("the tests use no TLS") };
        let wire = stream.as_fd().try_clone_to_owned().expect("a descriptor");
        let (writer, stream) = socket.split();
        Self { writer, reader: reading(stream), wire, document: document.to_owned() }
    }

    fn wire(&self) -> TcpStream {
        let wire = self.wire.try_clone().expect("a descriptor");
        TcpStream::from_std(wire.into()).expect("the connection")
    }

    /// Opens the socket, joins, and returns once the server has let us in.
    pub async fn join(server: &TestServer, document: &str, token: &str) -> Self {
        Self::try_join(&server.ws_url("/ws/collab"), document, token).await.expect("let in")
    }

    /// The same at an address where perhaps nobody listens now. `Err` says how far it came.
    pub async fn try_join(url: &str, document: &str, token: &str) -> Result<Self, String> {
        Self::open_at(url, document).await.map_err(|error| error.to_string())?.let_in(token).await
    }

    /// The same over a connection whose kernel keeps next to nothing for us, and that is only read while the test listens.
    pub async fn join_with_small_buffer(server: &TestServer, document: &str, token: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a size");
        let stream = socket.connect(([127, 0, 0, 1], server.port).into()).await.expect("the server listens");
        let stream = MaybeTlsStream::Plain(stream);
        let (socket, _) = client_async(server.ws_url("/ws/collab"), stream).await.expect("the socket opens");
        Self::over(socket, document, Reading::WhenListening).let_in(token).await.expect("let in")
    }

    async fn let_in(mut self, token: &str) -> Result<Self, String> {
        self.show(token).await.map_err(|error| error.to_string())?;
        match self.hear_within(PATIENCE).await {
            Some(Heard::Granted(_)) => Ok(self),
            other => Err(format!("not let in: {other:?}")),
        }
    }

    /// Shows an access token.
    pub async fn token(&mut self, token: &str) {
        self.show(token).await.expect("the socket is open");
    }

    async fn show(&mut self, token: &str) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        let mut body = BytesMut::from(&[2, 0][..]);
        put_var_bytes(&mut body, token.as_bytes());
        self.say(&body).await
    }

    /// Sends an update. `Err` when the socket has ended.
    pub async fn update(&mut self, update: &[u8]) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        self.sync(2, update).await
    }

    /// Sends a sync message: 0 step 1, 1 step 2, 2 update.
    pub async fn sync(&mut self, step: u8, bytes: &[u8]) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        let mut body = BytesMut::from(&[0, step][..]);
        put_var_bytes(&mut body, bytes);
        self.say(&body).await
    }

    /// Sends an update as a WebSocket message in three fragments.
    pub async fn update_in_fragments(&mut self, update: &[u8]) {
        let mut message = BytesMut::new();
        put_var_bytes(&mut message, self.document.as_bytes());
        message.put_slice(&[0, 2]);
        put_var_bytes(&mut message, update);
        let mut rest = message.split_off(5);
        let last = rest.split_off(rest.len() / 2);
        self.fragment(message.freeze(), Data::Binary, false).await;
        self.fragment(rest.freeze(), Data::Continue, false).await;
        self.fragment(last.freeze(), Data::Continue, true).await;
    }

    /// Sends the header of a binary frame that declares so many bytes, and none of them.
    pub async fn declare(&mut self, bytes: u64) {
        let mut header = vec![0x82, 0xff];
        header.extend(bytes.to_be_bytes());
        header.extend([0; 4]);
        self.wire().write_all(&header).await.expect("the socket is open");
    }

    /// Writes bytes to the connection, past everything that knows of frames. Returns how many it took within this time.
    pub async fn write_raw(&mut self, bytes: &[u8], time: Duration) -> usize {
        let mut stream = self.wire();
        let end = tokio::time::Instant::now() + time;
        let mut written = 0;
        while written < bytes.len() {
            match tokio::time::timeout_at(end, stream.write(&bytes[written..])).await {
                Ok(Ok(count)) if count > 0 => written += count,
                _ => break,
            }
        }
        written
    }

    /// Sends the middle of a message that has no beginning.
    pub async fn stray_fragment(&mut self) {
        self.fragment(Bytes::from_static(&[1, 2, 3]), Data::Continue, true).await;
    }

    async fn fragment(&mut self, bytes: Bytes, kind: Data, is_last: bool) {
        let frame = Frame::message(bytes, OpCode::Data(kind), is_last);
        self.writer.send(Message::Frame(frame)).await.expect("the socket is open");
    }

    /// Sends the document's name and then these bytes.
    pub async fn say(&mut self, body: &[u8]) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        let mut frame = BytesMut::new();
        put_var_bytes(&mut frame, self.document.as_bytes());
        frame.put_slice(body);
        self.bytes(frame.freeze()).await
    }

    /// Sends a binary message as it is.
    pub async fn bytes(&mut self, message: Bytes) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        self.writer.send(Message::Binary(message)).await
    }

    /// Ends the socket as a browser does that leaves the page.
    pub async fn goodbye(mut self) {
        // The server may have been faster.
        drop(self.writer.close().await);
    }

    /// The next thing the server says; the end of the socket is the last.
    pub async fn hear(&mut self) -> Heard {
        self.hear_within(PATIENCE).await.expect("the server says something")
    }

    /// The next thing the server says, if it says anything in time.
    pub async fn hear_within(&mut self, time: Duration) -> Option<Heard> {
        tokio::time::timeout(time, self.reader.next()).await.ok()
    }

    /// Reads on until `wanted` picks something out; everything else is passed over.
    pub async fn hear_until<T>(&mut self, wanted: impl Fn(&Heard) -> Option<T>) -> T {
        loop {
            let heard = self.hear().await;
            if let Some(found) = wanted(&heard) {
                return found;
            }
            assert!(!matches!(heard, Heard::Closed(_)), "the socket ended first: {heard:?}");
        }
    }

    /// Waits for the fate of one update.
    pub async fn saved(&mut self) -> bool {
        self.hear_until(|heard| match heard {
            Heard::Saved(taken) => Some(*taken),
            _ => None,
        })
        .await
    }

    /// Waits for the end of the socket.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Heard::Closed(code) = self.hear().await {
                return code;
            }
        }
    }

    /// Asks for the whole document and returns it as one update.
    pub async fn whole_document(&mut self) -> Bytes {
        self.sync(0, &[0]).await.expect("the socket is open");
        self.hear_until(|heard| match heard {
            Heard::Step2(update) => Some(update.clone()),
            _ => None,
        })
        .await
    }
}

fn read(frame: Bytes) -> Heard {
    let mut reader = Reader::new(frame);
    let _document = reader.var_string().expect("a name in front");
    let mut number = || reader.var_uint().expect("a number");
    match number() {
        0 => match number() {
            0 => Heard::Step1(reader.var_bytes().expect("bytes")),
            1 => Heard::Step2(reader.var_bytes().expect("bytes")),
            _ => Heard::Update(reader.var_bytes().expect("bytes")),
        },
        1 => Heard::Awareness(reader.var_bytes().expect("bytes")),
        2 => match number() {
            1 => Heard::Denied(reader.var_string().expect("a reason")),
            2 => Heard::Granted(reader.var_string().expect("a scope")),
            other => panic!("unexpected word of authentication: {other}"),
        },
        7 => Heard::Ended(reader.var_string().expect("a reason")),
        8 => Heard::Saved(number() == 1),
        other => panic!("unexpected message: {other}"),
    }
}
