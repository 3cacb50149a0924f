import type { ChatEvent, ClientFrame, Member, ServerFrame } from '../protocol';
import type { Line } from './model-world';
import type { Random } from './random';

type Writing = Extract<ClientFrame, { t: 'publish' | 'edit' | 'delete' | 'react' }>;
type Stored = ChatEvent & { room: string };

const KINDS = { publish: 'text', edit: 'edited', delete: 'deleted', react: 'reacted' } as const;

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
}

interface Attached {
  line: Line;
  sent: Map<string, number>;
}

/** The rules of `docs/protocol.md` in memory, and faults as seldom as they are asked for. */
export class ModelServer {
  readonly logs = new Map<string, Stored[]>();
  private readonly sockets = new Map<Line, Attached>();
  private readonly epoch = 1;
  faults = true;
  /** What was refused for good. */
  readonly refused: string[] = [];

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
      case 'edit':
      case 'delete':
      case 'react':
        this.write(line, frame);
        return;
      case 'history': {
        const all = this.log(frame.room).filter(({ seq }) => seq < frame.before);
        const events = all.slice(-Math.min(frame.most, 3)).map((event) => this.read(event));
        const { request, room } = frame;
        this.say(line, { t: 'page', request, room, events, end: events.length === all.length });
        return;
      }
    }
  }

  private log(room: string): Stored[] {
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

  /** As the log is read: a message says what holds now. */
  read(event: Stored): Stored {
    const { text: _, ...silent } = event;
    const target = event.kind === 'edited' ? this.find(event.room, event.target) : event;
    if (target?.deleted_seq !== undefined) return silent;
    if (event.kind === 'edited') return target?.edited_seq === event.seq ? event : silent;
    const last = event.edited_seq === undefined ? undefined : this.find(event.room, event.edited_seq);
    return last?.text === undefined ? event : { ...event, text: last.text };
  }

  private find(room: string, seq: number | undefined): Stored | undefined {
    return this.log(room).find((event) => event.seq === seq);
  }

  /** What an event does to the message it is about; whether it may. */
  private revise(line: Line, frame: Writing, seq: number): boolean {
    if (frame.t === 'publish') return true;
    const target = this.find(frame.room, frame.target);
    if (target?.kind !== 'text' || (frame.t !== 'react' && target.user !== line.user)) return false;
    if (frame.t === 'delete') target.deleted_seq ??= seq;
    else if (target.deleted_seq !== undefined) return false;
    else if (frame.t === 'edit') target.edited_seq = seq;
    return true;
  }

  private write(line: Line, frame: Writing): void {
    const { request, room, client } = frame;
    const log = this.log(room);
    const known = log.find((event) => event.user === line.user && event.client === client);
    if (!known && this.faults && this.random.chance(0.1)) {
      this.say(line, { t: 'nack', request, code: 'overloaded', retry_after_ms: 1_000 });
      return;
    }
    const seq = known?.seq ?? log.length + 1;
    const before = log.at(-1)?.message_no ?? 0;
    const no = known?.message_no ?? (frame.t === 'publish' ? before + 1 : before);
    if (!known) {
      if (!this.revise(line, frame, seq)) {
        this.refused.push(client);
        this.say(line, { t: 'nack', request, code: 'forbidden', retry_after_ms: 0 });
        return;
      }
      const event: Stored = { room, seq, message_no: no, kind: KINDS[frame.t], user: line.user, client, at: seq };
      if ('text' in frame) event.text = frame.text;
      if ('target' in frame) event.target = frame.target;
      if (frame.t === 'react' && frame.reaction) event.reaction = frame.reaction;
      log.push(event);
    }
    const ack = { t: 'ack', request, room, client, seq, message_no: no, at: seq, known: Boolean(known) };
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
    // Live as it was written, from the log as it holds now: a device must cope with both.
    const asRead = this.random.chance(0.5);
    const events = this.log(room)
      .slice(again)
      .map(({ edited_seq, deleted_seq, ...event }) =>
        asRead ? this.read({ ...event, ...defined({ edited_seq, deleted_seq }) }) : event,
      );
    if (events.length > 0) this.say(line, { t: 'events', room, events });
    sent.set(room, this.log(room).length);
  }
}
