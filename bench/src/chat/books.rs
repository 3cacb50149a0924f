//! The books of a chat run: what was sent when, and for every receiver one bit a message, so that what is lost, doubled or out of order is counted and
//! never assumed. Knows no server and no socket.

use crate::histogram::Histogram;

/// A message that was sent.
struct Message {
    room: u32,
    /// Its number in the room, in the order of sending: the place of its bit.
    index: u32,
    author: u32,
    window: u32,
    acknowledged: bool,
    meant_at: u64,
}

/// What one receiver has seen of its room.
struct Receiver {
    room: usize,
    /// Writes only: a device that comes for a moment. Nothing is expected of it.
    writes_only: bool,
    bits: Vec<u64>,
    seen: usize,
    /// Bits of this room that were sent before the receiver was there.
    begins_at: usize,
    place: i64,
    order: u64,
}

/// What happened in a stretch of the run, by the moment at which it was meant to be sent.
pub struct Window {
    /// Messages.
    pub sent: u64,
    /// Times they should arrive.
    pub expected: u64,
    /// From the moment a message was meant to be sent to each receiver's socket, the author's own copy included.
    pub deliveries: Histogram,
    /// And to the author's acknowledgement.
    pub acknowledgements: Histogram,
}

impl Window {
    fn new() -> Self {
        Self { sent: 0, expected: 0, deliveries: Histogram::new(), acknowledgements: Histogram::new() }
    }

    /// Whether everything has arrived and was acknowledged.
    pub fn is_complete(&self) -> bool {
        self.deliveries.count() >= self.expected && self.acknowledgements.count() >= self.sent
    }
}

/// What should not be.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// Deliveries that never came.
    pub lost: u64,
    /// Deliveries that came again.
    pub doubled: u64,
    /// Deliveries whose place in the room is not behind the one before, or leaves one out where a server counts without gaps.
    pub reordered: u64,
    /// Rooms whose receivers saw different orders.
    pub rooms_in_disorder: u64,
    /// Deliveries that nobody in the room had sent.
    pub unknown: u64,
}

/// The books.
pub struct Books {
    messages: Vec<Message>,
    receivers: Vec<Receiver>,
    /// Messages of each room.
    rooms: Vec<usize>,
    /// Receivers of each room.
    members: Vec<u64>,
    windows: Vec<Window>,
    /// Places are consecutive: a missing one is a fault at once.
    gapless: bool,
    doubled: u64,
    reordered: u64,
    unknown: u64,
    acknowledged: u64,
    delivered: u64,
}

impl Books {
    /// For so many rooms.
    pub fn new(rooms: usize, gapless: bool) -> Self {
        Self {
            messages: Vec::new(),
            receivers: Vec::new(),
            rooms: vec![0; rooms],
            members: vec![0; rooms],
            windows: vec![Window::new()],
            gapless,
            doubled: 0,
            reordered: 0,
            unknown: 0,
            acknowledged: 0,
            delivered: 0,
        }
    }

    /// Adds a receiver of a room; its number. One that writes only is never counted.
    pub fn add_receiver(&mut self, room: usize, writes_only: bool) -> usize {
        if !writes_only {
            self.members[room] += 1;
        }
        let begins_at = self.rooms[room];
        self.receivers.push(Receiver { room, writes_only, bits: Vec::new(), seen: 0, begins_at, place: 0, order: 0 });
        self.receivers.len() - 1
    }

    /// What is sent from now on belongs to a new window; its number.
    pub fn open_window(&mut self) -> usize {
        self.windows.push(Window::new());
        self.windows.len() - 1
    }

    /// A window.
    pub fn window(&self, number: usize) -> &Window {
        &self.windows[number]
    }

    /// A receiver sends the next message, meant for this moment; the message's number.
    pub fn send(&mut self, author: usize, meant_at: u64) -> u32 {
        let room = self.receivers[author].room;
        let number = self.messages.len() as u32;
        let window = self.windows.len() - 1;
        self.windows[window].sent += 1;
        self.windows[window].expected += self.members[room];
        self.messages.push(Message {
            room: room as u32,
            index: self.rooms[room] as u32,
            author: author as u32,
            window: window as u32,
            acknowledged: false,
            meant_at,
        });
        self.rooms[room] += 1;
        number
    }

    /// The server has acknowledged a message; also more than once.
    pub fn acknowledge(&mut self, number: u32, now: u64) {
        let Some(message) = self.messages.get_mut(number as usize) else { return };
        if !std::mem::replace(&mut message.acknowledged, true) {
            self.acknowledged += 1;
            self.windows[message.window as usize].acknowledgements.record(now.saturating_sub(message.meant_at));
        }
    }

    /// Who sent it.
    pub fn author(&self, number: u32) -> Option<usize> {
        self.messages.get(number as usize).map(|message| message.author as usize)
    }

    /// A message has reached a receiver, at this place of the room's order.
    pub fn deliver(&mut self, receiver: usize, number: u32, place: i64, now: u64) {
        let receiver = &mut self.receivers[receiver];
        if receiver.writes_only {
            return;
        }
        let message = match self.messages.get(number as usize) {
            Some(message) if message.room as usize == receiver.room => message,
            _ => {
                self.unknown += 1;
                return;
            }
        };
        let (word, bit) = (message.index as usize / 64, 1u64 << (message.index % 64));
        if receiver.bits.len() <= word {
            receiver.bits.resize(word + 1, 0);
        }
        if receiver.bits[word] & bit != 0 {
            self.doubled += 1;
            return;
        }
        receiver.bits[word] |= bit;
        receiver.seen += 1;
        let follows =
            if self.gapless && receiver.place != 0 { place == receiver.place + 1 } else { place > receiver.place };
        if !follows {
            self.reordered += 1;
        }
        receiver.place = receiver.place.max(place);
        // FNV-1a over the numbers: two receivers agree on an order when they agree on this.
        receiver.order = (receiver.order ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3).wrapping_add(1);
        self.delivered += 1;
        self.windows[message.window as usize].deliveries.record(now.saturating_sub(message.meant_at));
    }

    /// A place of the room's order that holds no message: somebody came or went.
    pub fn pass(&mut self, receiver: usize, place: i64) {
        let receiver = &mut self.receivers[receiver];
        receiver.place = receiver.place.max(place);
    }

    /// What follows begins behind this place, says the server.
    pub fn begin_behind(&mut self, receiver: usize, place: i64) {
        self.receivers[receiver].place = place;
    }

    /// Whether a receiver has everything of its room.
    pub fn has_everything(&self, receiver: usize) -> bool {
        let receiver = &self.receivers[receiver];
        receiver.writes_only || receiver.begins_at + receiver.seen >= self.rooms[receiver.room]
    }

    /// Messages acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Deliveries so far.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Messages sent so far.
    pub fn sent(&self) -> u64 {
        self.messages.len() as u64
    }

    /// Whether everything sent was acknowledged and has reached everybody.
    pub fn is_settled(&self) -> bool {
        self.acknowledged == self.sent() && (0..self.receivers.len()).all(|receiver| self.has_everything(receiver))
    }

    /// The sum of what went wrong.
    pub fn faults(&self) -> Faults {
        let missing = |receiver: &Receiver| self.rooms[receiver.room] - receiver.begins_at - receiver.seen;
        let counted = || self.receivers.iter().filter(|receiver| !receiver.writes_only);
        let mut orders: Vec<Option<u64>> = vec![None; self.rooms.len()];
        let mut disorder = vec![false; self.rooms.len()];
        for receiver in counted().filter(|receiver| missing(receiver) == 0) {
            let first = *orders[receiver.room].get_or_insert(receiver.order);
            disorder[receiver.room] |= first != receiver.order;
        }
        Faults {
            lost: counted().map(|receiver| missing(receiver) as u64).sum(),
            doubled: self.doubled,
            reordered: self.reordered,
            rooms_in_disorder: disorder.into_iter().filter(|is| *is).count() as u64,
            unknown: self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_in_a_room(gapless: bool) -> (Books, u32, u32) {
        let mut books = Books::new(1, gapless);
        books.add_receiver(0, false);
        books.add_receiver(0, false);
        let (first, second) = (books.send(0, 1_000_000), books.send(1, 2_000_000));
        (books, first, second)
    }

    #[test]
    fn what_arrives_once_and_in_one_order_is_no_fault() {
        let (mut books, first, second) = two_in_a_room(true);
        for receiver in 0..2 {
            books.deliver(receiver, first, 5, 3_000_000);
            books.deliver(receiver, second, 6, 3_000_000);
        }
        assert!(!books.is_settled(), "nothing was acknowledged");
        books.acknowledge(first, 3_000_000);
        books.acknowledge(first, 3_000_000);
        books.acknowledge(second, 3_000_000);
        assert!(books.is_settled() && books.window(0).is_complete());
        assert_eq!((books.faults(), books.acknowledged(), books.delivered()), (Faults::default(), 2, 4));
    }

    #[test]
    fn what_is_lost_doubled_out_of_order_or_strange_is_counted() {
        let (mut books, first, second) = two_in_a_room(false);
        books.deliver(0, first, 5, 0);
        books.deliver(0, second, 6, 0);
        books.deliver(0, second, 6, 0);
        books.deliver(1, 7, 9, 0);
        books.deliver(1, second, 6, 0);
        assert_eq!(books.faults(), Faults { lost: 1, doubled: 1, unknown: 1, ..Faults::default() });
        books.deliver(1, first, 5, 0);
        let faults = Faults { doubled: 1, unknown: 1, reordered: 1, rooms_in_disorder: 1, ..Faults::default() };
        assert_eq!(books.faults(), faults);
    }

    #[test]
    fn where_a_server_counts_without_gaps_a_gap_is_a_fault() {
        let (mut books, first, second) = two_in_a_room(true);
        books.deliver(0, first, 5, 0);
        books.pass(0, 6);
        books.deliver(0, second, 7, 0);
        books.deliver(1, first, 5, 0);
        books.deliver(1, second, 7, 0);
        assert_eq!(books.faults().reordered, 1);
    }
}
