//! From a TCP port to the database's Unix socket, for a server whose driver knows only the former: the private cluster listens on no network address. A process
//! of its own, so that what it costs is neither the generator's nor the server's.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};

/// Passes on whatever comes, for ever.
///
/// # Errors
/// When the port is taken.
pub fn serve(port: u16, socket: &Path) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("the relay's port")?;
    for client in listener.incoming() {
        let client = client.context("a connection to the relay")?;
        client.set_nodelay(true)?;
        let server = UnixStream::connect(socket).context("the database's socket")?;
        join(client, server)?;
    }
    Ok(())
}

fn join(client: TcpStream, server: UnixStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let (mut from_server, mut to_client) = (server, client);
    // Either end may be gone already when the other one ends.
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let _ = io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    Ok(())
}
