//! A second handle to a client's TCP stream, kept from the moment of acceptance: the only way to end a socket whose peer
//! stopped reading, because such a socket's own actor is frozen too (ADR 0001).

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

/// Ends one TCP stream from outside. Cheap to clone; holds one file descriptor for as long as any clone lives.
#[derive(Debug, Clone)]
pub struct KillSwitch(Arc<TcpStream>);

impl KillSwitch {
    /// Wraps the duplicate of a client's stream.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    /// Shuts both directions down. Pending reads and writes of the server end at once; a stream that has ended is fine.
    pub fn cut(&self) {
        // The only failure is "not connected", which is the goal.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};

    use super::KillSwitch;

    #[test]
    fn cutting_the_duplicate_ends_the_original_stream_and_a_second_cut_is_harmless() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        let switch = KillSwitch::new(accepted.try_clone().unwrap());
        switch.cut();
        switch.cut();
        assert_eq!(peer.read(&mut [0; 1]).unwrap(), 0, "the peer sees the end while the original is still open");
        drop(accepted);
    }
}
