import { type ChatEvent, isMessage, type Member, type RoomInfo } from './protocol';
import { fold } from './revisions';

/** One room as this device knows it. Never changed in place: a new object says that something is new. */
export interface RoomState {
  readonly room: string;
  /** What the inbox says; null between `attached` and the first inbox. */
  readonly info: RoomInfo | null;
  readonly epoch: number;
  /** Everything up to here was handed over; null before the room was attached for the first time. */
  readonly cursor: number | null;
  /** In order and without a gap; the last is at the cursor, unless there is none. */
  readonly events: readonly ChatEvent[];
  /** Nothing before the first event is this person's to see. */
  readonly complete: boolean;
  readonly members: readonly Member[];
  /** Raised when everything held was forgotten: positions in the list mean nothing any more. */
  readonly generation: number;
}

export function emptyRoom(room: string): RoomState {
  return { room, info: null, epoch: 0, cursor: null, events: [], complete: false, members: [], generation: 0 };
}

/** What follows begins behind `from`. Held is kept only when it ends exactly there. */
export function attach(state: RoomState, epoch: number, from: number, members: readonly Member[]): RoomState {
  if (state.cursor === from && state.epoch === epoch) return { ...state, members };
  const generation = state.generation + 1;
  return { ...state, epoch, cursor: from, events: [], complete: false, members, generation };
}

export interface Applied {
  state: RoomState;
  /** What was new, in order. */
  fresh: readonly ChatEvent[];
  /** Something is missing in between: ask again with `sync`. */
  gap: boolean;
}

export function applyEvents(state: RoomState, events: readonly ChatEvent[], me: string): Applied {
  if (state.cursor === null) return { state, fresh: [], gap: events.length > 0 };
  let cursor = state.cursor;
  const fresh: ChatEvent[] = [];
  let gap = false;
  for (const event of events) {
    if (event.seq <= cursor) continue;
    if (event.seq > cursor + 1) {
      gap = true;
      break;
    }
    cursor = event.seq;
    fresh.push(event);
  }
  if (fresh.length === 0) return { state, fresh, gap };
  const info = fresh.reduce<RoomInfo | null>((before, event) => before && advance(before, event, me), state.info);
  const members = fresh.reduce(moveMembers, state.members);
  const held = fold([...state.events, ...fresh], fresh[0]?.seq ?? cursor);
  return { state: { ...state, info, cursor, members, events: held }, fresh, gap };
}

/** The room's counters after an event. They never go back: the inbox may be older than what came by itself. */
function advance(info: RoomInfo, event: ChatEvent, me: string): RoomInfo {
  const next = {
    ...info,
    last_seq: Math.max(info.last_seq, event.seq),
    message_count: Math.max(info.message_count, event.message_no),
  };
  const last = info.last_message;
  if (last && event.target === last.seq) {
    const { text: _, title: __, ...silent } = last;
    if (event.kind === 'deleted') next.last_message = silent;
    if (event.kind === 'edited' && event.text !== undefined && last.text !== undefined)
      next.last_message = { ...last, text: event.text };
  }
  if (!isMessage(event)) return next;
  const { seq, user = '', name, title, text, at } = event;
  if (seq > (last?.seq ?? 0)) {
    const said = {
      ...(name === undefined ? {} : { name }),
      ...(title === undefined ? {} : { title }),
      ...(text === undefined ? {} : { text }),
    };
    next.last_message = { seq, user, at, ...said };
  }
  // Whoever writes has read what stands before.
  return user === me ? readUpTo(next, seq, event.message_no) : next;
}

function readUpTo(info: RoomInfo, seq: number, no: number): RoomInfo {
  return { ...info, read_seq: Math.max(info.read_seq, seq), read_no: Math.max(info.read_no, no) };
}

function moveMembers(members: readonly Member[], event: ChatEvent): readonly Member[] {
  const { user, seq } = event;
  // The room of a class does not say who comes and goes.
  if (user === undefined) return members;
  const others = members.filter((member) => member.user !== user);
  const held = members.find((member) => member.user === user);
  switch (event.kind) {
    case 'member_added':
      return [...others, { user, name: event.name ?? '', function: '', read_seq: seq, received_seq: seq }];
    case 'member_removed':
      return others;
    case 'text':
    case 'announcement':
      return held
        ? members.map((each) => (each === held ? { ...held, read_seq: seq, received_seq: seq } : each))
        : members;
    default:
      return members;
  }
}

/** A page of older events, if it ends right before the first one held. */
export function applyPage(state: RoomState, events: readonly ChatEvent[], end: boolean): RoomState {
  if (state.cursor === null) return state;
  const first = state.events[0]?.seq ?? state.cursor + 1;
  const older = events.filter((event) => event.seq < first);
  const last = older.at(-1);
  if (last ? last.seq !== first - 1 : !end) return state;
  const all = [...older, ...state.events];
  // What is said about the older ones may be held already.
  return { ...state, events: fold(all, all[0]?.seq ?? first), complete: end };
}

/** Before which sequence the next page of older events ends. */
export function historyBefore(state: RoomState): number | null {
  if (state.cursor === null || state.complete) return null;
  return state.events[0]?.seq ?? state.cursor + 1;
}

export function applyInbox(state: RoomState, info: RoomInfo): RoomState {
  const held = state.info;
  if (!held || held.epoch !== info.epoch) return { ...state, info };
  const newer = (held.last_message?.seq ?? 0) > (info.last_message?.seq ?? 0) ? held.last_message : info.last_message;
  const merged: RoomInfo = {
    ...info,
    last_seq: Math.max(held.last_seq, info.last_seq),
    message_count: Math.max(held.message_count, info.message_count),
    read_seq: Math.max(held.read_seq, info.read_seq),
    read_no: Math.max(held.read_no, info.read_no),
  };
  if (newer) merged.last_message = newer;
  return { ...state, info: merged };
}

interface Mark {
  user: string;
  read_seq: number;
  received_seq: number;
  read_no?: number;
}

/** How far somebody has read and received; my own mark of another device lowers what is unread here. */
export function applyMark(state: RoomState, mark: Mark, me: string): RoomState {
  const members = state.members.map((member) =>
    member.user === mark.user
      ? {
          ...member,
          read_seq: Math.max(member.read_seq, mark.read_seq),
          received_seq: Math.max(member.received_seq, mark.received_seq),
        }
      : member,
  );
  const no = Math.max(mark.read_no ?? 0, eventAt(state, mark.read_seq)?.message_no ?? 0);
  const info = state.info && mark.user === me ? readUpTo(state.info, mark.read_seq, no) : state.info;
  return { ...state, members, info };
}

/** The event with this sequence, if it is held. */
export function eventAt(state: RoomState, seq: number): ChatEvent | undefined {
  const first = state.events[0];
  return first && state.events[seq - first.seq];
}

export function unread(info: RoomInfo | null): number {
  return info ? Math.max(0, info.message_count - info.read_no) : 0;
}
