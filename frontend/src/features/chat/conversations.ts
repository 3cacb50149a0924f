import type { Status } from './connection';
import type { DeviceStore } from './device-store';
import { Keeper } from './keeper';
import type { Outbox } from './outbox';
import type { ChatEvent, ClientFrame, RoomInfo, ServerFrame } from './protocol';
import { isMessage, MOST_HISTORY } from './protocol';
import * as state from './room-state';
import { Sender } from './sender';
import { Typing } from './typing';

/** Everything the screens show. A new object whenever something changed; its parts stay the same objects while they did not. */
export interface View {
  status: Status;
  /** Null until the inbox is known, from the device or from the server. */
  rooms: ReadonlyMap<string, state.RoomState> | null;
  outbox: Outbox;
  /** Room to the people who are writing in it. */
  typing: ReadonlyMap<string, readonly string[]>;
  /** When the server was last in step with this device. */
  updatedAt: number | null;
  /** Something unsent would be lost with the page. */
  endangered: boolean;
}

export interface ConversationsPorts {
  me: string;
  store: DeviceStore;
  send(frame: ClientFrame): boolean;
  now(): number;
  later(run: () => void, milliseconds: number): () => void;
  show(view: View): void;
  wake(): void;
  /** New messages of others, while live. */
  news(room: state.RoomState): void;
}

/** A list of so many rooms may not be all of them. */
const MOST_ROOMS = 500;
const FIRST_PAGE = 50;

/** All conversations of a person: what the server says goes in, what the screens show comes out. Knows no browser. */
export class Conversations {
  readonly sender: Sender;
  readonly keeper: Keeper;
  readonly typing: Typing;
  private rooms: ReadonlyMap<string, state.RoomState> = new Map();
  private listed = false;
  private status: Status = 'connecting';
  private updatedAt: number | null = null;
  private requests = 0;
  private inFlight = 32;
  private asksAgain = false;
  private readonly pages = new Map<number, string>();
  private readonly unsentReads = new Map<string, number>();
  private readonly received = new Map<string, number>();

  constructor(private readonly ports: ConversationsPorts) {
    const { store, send, now, later, wake } = ports;
    const changed = () => this.show();
    const request = () => {
      this.requests += 1;
      return this.requests;
    };
    this.sender = new Sender({ store, send, request, now, later, changed, wake });
    this.typing = new Typing({ send, now, later, changed });
    this.keeper = new Keeper({
      store,
      rooms: () => this.rooms,
      updatedAt: () => this.updatedAt,
      later,
      stored: (rooms) => this.tellReceived(rooms),
    });
    this.request = request;
  }

  private readonly request: () => number;

  /** What the device kept, before the server is asked. */
  async load(): Promise<void> {
    const { store } = this.ports;
    const [inbox, kept] = await Promise.all([store.inbox(), store.rooms()]).catch(() => [null, []] as const);
    if (inbox) {
      const rooms = new Map(inbox.rooms.map((info) => [info.room, { ...state.emptyRoom(info.room), info }]));
      for (const { room, ...rest } of kept) {
        const held = rooms.get(room);
        if (held) rooms.set(room, { ...held, ...rest });
        this.keeper.opened.add(room);
      }
      this.rooms = rooms;
      this.listed = true;
      this.updatedAt = inbox.at;
    }
    await this.sender.load();
    this.show();
  }

  onStatus(status: Status): void {
    this.status = status;
    if (status === 'live') {
      this.updatedAt = this.ports.now();
      for (const [room, seq] of this.unsentReads) this.ports.send({ t: 'read', room, seq });
      this.sender.online(this.inFlight);
      this.tellReceived([...this.rooms.keys()]);
    } else {
      this.pages.clear();
      this.received.clear();
      this.asksAgain = false;
      this.sender.offline();
    }
    this.show();
  }

  /** The first word on a socket, and the way out of any doubt. */
  sync(): void {
    const have: Record<string, [number, number]> = {};
    for (const { room, epoch, cursor } of this.rooms.values()) if (cursor !== null) have[room] = [epoch, cursor];
    this.ports.send({ t: 'sync', have });
  }

  onFrame(frame: ServerFrame): void {
    if (this.status === 'live') this.updatedAt = this.ports.now();
    switch (frame.t) {
      case 'welcome':
        this.inFlight = frame.limits.in_flight ?? this.inFlight;
        return;
      case 'inbox':
        this.onInbox(frame.rooms);
        return;
      case 'attached':
        this.put(state.attach(this.held(frame.room), frame.epoch, frame.from, frame.members));
        this.onCursor(frame.room, []);
        return;
      case 'events':
        this.onEvents(frame.room, frame.events);
        return;
      case 'page':
        if (this.pages.get(frame.request) !== frame.room) return;
        this.pages.delete(frame.request);
        this.put(state.applyPage(this.held(frame.room), frame.events, frame.end));
        this.keeper.room(frame.room);
        return;
      case 'caught_up':
        this.asksAgain = false;
        return;
      case 'ack':
        this.sender.acked(frame.client, frame.seq, frame.request);
        this.onCursor(frame.room, []);
        return;
      case 'nack':
        if (!this.sender.refused(frame.request, frame.code, frame.retry_after_ms)) this.pages.delete(frame.request);
        this.show();
        return;
      case 'mark':
        this.onMark(frame);
        return;
      case 'typing':
        this.typing.heard(frame.room, frame.user);
        return;
      case 'gone':
        this.forget(frame.room);
        return;
    }
  }

  /** Asks for what is older than what is held; the first page when nothing is. */
  older(room: string): void {
    const held = this.rooms.get(room);
    const before = held && state.historyBefore(held);
    if (!held || before === null || before === undefined || [...this.pages.values()].includes(room)) return;
    const most = held.events.length > 0 ? MOST_HISTORY : FIRST_PAGE;
    const request = this.request();
    if (this.ports.send({ t: 'history', request, room, before, most })) this.pages.set(request, room);
  }

  /** The person looks at this room: from now on it is kept on the device. */
  open(room: string): void {
    this.keeper.opened.add(room);
    this.keeper.room(room);
    if ((this.rooms.get(room)?.events.length ?? FIRST_PAGE) < FIRST_PAGE) this.older(room);
  }

  read(room: string, seq: number): void {
    const held = this.rooms.get(room);
    if (!held?.info || seq <= held.info.read_seq) return;
    this.put(state.applyMark(held, { user: this.ports.me, read_seq: seq, received_seq: seq }, this.ports.me));
    this.unsentReads.set(room, seq);
    if (this.status === 'live') this.ports.send({ t: 'read', room, seq });
    this.keeper.inbox();
  }

  private held(room: string): state.RoomState {
    return this.rooms.get(room) ?? state.emptyRoom(room);
  }

  private put(room: state.RoomState): void {
    this.rooms = new Map(this.rooms).set(room.room, room);
    this.show();
  }

  private onInbox(infos: readonly RoomInfo[]): void {
    const before = this.rooms;
    const rooms = new Map<string, state.RoomState>();
    for (const info of infos) {
      const merged = state.applyInbox(this.held(info.room), info);
      rooms.set(info.room, merged);
      const read = merged.info?.read_seq ?? 0;
      if (read > info.read_seq && info.epoch === merged.epoch) this.unsentReads.set(info.room, read);
    }
    this.rooms = rooms;
    this.listed = true;
    if (infos.length < MOST_ROOMS) for (const room of before.keys()) if (!rooms.has(room)) this.forget(room);
    this.keeper.inbox();
    this.show();
  }

  private onEvents(room: string, events: readonly ChatEvent[]): void {
    const { me } = this.ports;
    const applied = state.applyEvents(this.held(room), events, me);
    // Even what is held already says what became of one's own messages.
    const clients = new Set(events.flatMap(({ user, client }) => (user === me && client ? [client] : [])));
    if (applied.fresh.length > 0) this.put(applied.state);
    this.onCursor(room, clients);
    for (const { user } of applied.fresh) if (user !== undefined) this.typing.silent(room, user);
    if (applied.gap && !this.asksAgain) {
      this.asksAgain = true;
      this.sync();
      // Answers of the rooms as they were attached before may never come.
      this.sender.resend();
    }
    const isNews = applied.fresh.some((event) => isMessage(event) && event.user !== me);
    if (this.status === 'live' && isNews) this.ports.news(applied.state);
  }

  private onCursor(room: string, clients: Iterable<string>): void {
    const { cursor } = this.held(room);
    if (cursor !== null) this.sender.settled(room, cursor, new Set(clients));
    this.keeper.room(room);
  }

  private onMark(mark: Extract<ServerFrame, { t: 'mark' }>): void {
    const held = this.rooms.get(mark.room);
    if (!held) return;
    if (mark.user === this.ports.me) {
      if (mark.read_seq >= (this.unsentReads.get(mark.room) ?? 0)) this.unsentReads.delete(mark.room);
    }
    this.put(state.applyMark(held, mark, this.ports.me));
    this.keeper.room(mark.room);
  }

  private forget(room: string): void {
    const rooms = new Map(this.rooms);
    rooms.delete(room);
    this.rooms = rooms;
    this.unsentReads.delete(room);
    this.sender.dropRoom(room);
    void this.keeper.forget(room);
    this.show();
  }

  private tellReceived(rooms: readonly string[]): void {
    if (this.status !== 'live') return;
    const marks: Record<string, number> = {};
    for (const room of rooms) {
      const held = this.rooms.get(room);
      const cursor = held?.cursor ?? 0;
      const own = held?.members.find(({ user }) => user === this.ports.me)?.received_seq ?? 0;
      if (cursor <= Math.max(own, this.received.get(room) ?? 0)) continue;
      marks[room] = cursor;
      this.received.set(room, cursor);
    }
    if (Object.keys(marks).length > 0) this.ports.send({ t: 'received', marks });
  }

  private show(): void {
    const { status, updatedAt } = this;
    this.ports.show({
      status,
      rooms: this.listed ? this.rooms : null,
      outbox: this.sender.outbox,
      typing: this.typing.now(),
      updatedAt,
      endangered: this.sender.endangered(),
    });
  }
}
