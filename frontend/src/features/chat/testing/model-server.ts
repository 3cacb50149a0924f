import type { ChatEvent, ClientFrame, Member, ServerFrame } from '../protocol';
import type { Line } from './model-world';
import type { Random } from './random';

interface Attached {
  line: Line;
  sent: Map<string, number>;
}

/** The rules of `docs/protocol.md` in memory, and faults as seldom as they are asked for. */
export class ModelServer {
  readonly logs = new Map<string, ChatEvent[]>();
  private readonly sockets = new Map<Line, Attached>();
  private readonly epoch = 1;
  faults = true;

  constructor(
    private readonly random: Random,
    readonly rooms: readonly string[],
    private readonly users: readonly string[],
    /** Devices further behind than this are attached further on. */
    private readonly catchUp: number,
  ) {
    for (const room of rooms) this.logs.set(room, []);
  }

  gone(line: Line): void {
    this.sockets.delete(line);
  }

  take(line: Line, text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    switch (frame.t) {
      case 'hello':
        this.say(line, { t: 'welcome', user: line.user, now: 0, limits: { in_flight: 2 } });
        return;
      case 'sync':
        this.sync(line, frame.have);
        return;
      case 'publish':
        this.publish(line, frame);
        return;
      case 'history': {
        const all = this.log(frame.room).filter(({ seq }) => seq < frame.before);
        const events = all.slice(-Math.min(frame.most, 3));
        const { request, room } = frame;
        this.say(line, { t: 'page', request, room, events, end: events.length === all.length });
        return;
      }
    }
  }

  private log(room: string): ChatEvent[] {
    return this.logs.get(room) ?? [];
  }

  private say(line: Line, frame: ServerFrame | Record<string, unknown>): void {
    if (line.open) line.down.push(JSON.stringify(frame));
  }

  private sync(line: Line, have: Record<string, [number, number]>): void {
    const attached: Attached = { line, sent: new Map() };
    this.sockets.set(line, attached);
    const room = (id: string) => ({
      room: id,
      kind: 'team',
      student: id,
      student_name: 'Lucas',
      access: 'write',
      epoch: this.epoch,
      last_seq: this.log(id).length,
      joined_seq: 0,
      message_count: this.log(id).length,
      read_seq: 0,
      read_no: 0,
    });
    this.say(line, { t: 'inbox', rooms: this.rooms.map(room) });
    const members: Member[] = this.users.map((user) => ({
      user,
      name: user,
      function: '',
      read_seq: 0,
      received_seq: 0,
    }));
    for (const id of this.rooms) {
      const [epoch, held] = have[id] ?? [0, 0];
      const last = this.log(id).length;
      const from = epoch === this.epoch && held <= last && last - held <= this.catchUp ? held : last;
      this.say(line, { t: 'attached', room: id, epoch: this.epoch, from, members });
      attached.sent.set(id, from);
      this.flush(attached, id);
    }
    this.say(line, { t: 'caught_up' });
  }

  private publish(line: Line, frame: Extract<ClientFrame, { t: 'publish' }>): void {
    const { request, room, client, text } = frame;
    const log = this.log(room);
    const known = log.find((event) => event.user === line.user && event.client === client);
    if (!known && this.faults && this.random.chance(0.1)) {
      this.say(line, { t: 'nack', request, code: 'overloaded', retry_after_ms: 1_000 });
      return;
    }
    const seq = known?.seq ?? log.length + 1;
    if (!known) log.push({ seq, message_no: seq, kind: 'text', user: line.user, client, text, at: seq });
    const ack = { t: 'ack', request, room, client, seq, message_no: seq, at: seq, known: Boolean(known) };
    const ackFirst = this.random.chance(0.5);
    if (ackFirst) this.say(line, ack);
    for (const socket of this.sockets.values()) this.flush(socket, room);
    if (!ackFirst) this.say(line, ack);
  }

  /** What a socket has not been handed; now and then some of it twice. */
  private flush({ line, sent }: Attached, room: string): void {
    const from = sent.get(room);
    if (from === undefined) return;
    const again = this.faults && this.random.chance(0.2) ? Math.max(0, from - 2) : from;
    const events = this.log(room).slice(again);
    if (events.length > 0) this.say(line, { t: 'events', room, events });
    sent.set(room, this.log(room).length);
  }
}
