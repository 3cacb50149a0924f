//! A second handle to a socket's TCP stream. A peer that stops reading freezes its session actor together with the socket
//! (actix-web issue 2441), so a message can never stop it; shutting the stream down from outside does, at once.

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

/// Cuts one connection. Cheap to clone; costs one file descriptor as long as a copy lives.
#[derive(Clone, Default)]
pub struct KillSwitch(Option<Arc<TcpStream>>);

impl KillSwitch {
    /// Holds a duplicate of the connection's stream.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self(Some(Arc::new(stream)))
    }

    /// Ends the connection in both directions. Harmless when it has ended already.
    pub fn cut(&self) {
        if let Some(stream) = &self.0 {
            // An error means that the peer was faster.
            drop(stream.shutdown(Shutdown::Both));
        }
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
