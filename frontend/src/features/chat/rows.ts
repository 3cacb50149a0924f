import type { Outbox, OutboxItem } from './outbox';
import { type ChatEvent, isMessage, type Reaction } from './protocol';
import type { RoomState } from './room-state';

/** What the list draws: something of the log, or something on its way there. */
export type Row =
  | {
      key: string;
      kind: 'event';
      event: ChatEvent;
      /** Who came or went right after, on the same day: told in one line. */
      also: readonly ChatEvent[];
      newDay: boolean;
      sameAuthor: boolean;
      divider: boolean;
    }
  | { key: string; kind: 'waiting'; item: OutboxItem; newDay: boolean };

/** Where new messages began when the room was opened. It does not move while the room is open. */
export interface Divider {
  seq: number;
  count: number;
}

/** Messages of one author closer together than this stand under one name. */
const ONE_BREATH_MS = 300_000;
const KNOWN = new Set(['text', 'announcement', 'member_added', 'member_removed']);

const dayOf = (at: number) => new Date(at).toDateString();

/** The rows of a list whose first event once was `anchor`: that one begins a row whatever comes in front of it. */
export function rowsOf(events: readonly ChatEvent[], waiting: Outbox, divider: Divider | null, anchor = 0): Row[] {
  const rows: Row[] = [];
  const shown = new Set<string>();
  let before: ChatEvent | null = null;
  for (const event of events) {
    if (event.client) shown.add(event.client);
    // Who comes and goes is not told everywhere.
    if (!KNOWN.has(event.kind) || event.user === undefined) continue;
    const newDay = !before || dayOf(before.at) !== dayOf(event.at);
    const row = rows.at(-1);
    const continues = !isMessage(event) && !newDay && event.seq !== anchor;
    if (continues && row?.kind === 'event' && row.event.kind === event.kind) {
      rows[rows.length - 1] = { ...row, also: [...row.also, event] };
      before = event;
      continue;
    }
    const isDivider = divider?.seq === event.seq;
    const breath = before !== null && before.kind === 'text' && event.at - before.at < ONE_BREATH_MS;
    const sameAuthor = !newDay && !isDivider && breath && before?.user === event.user;
    rows.push({ key: String(event.seq), kind: 'event', event, also: [], newDay, sameAuthor, divider: isDivider });
    before = event;
  }
  let last = before?.at ?? 0;
  for (const item of waiting) {
    // What is done with a message is shown there, unless it went wrong.
    if (shown.has(item.client) || (item.act && item.state !== 'failed')) continue;
    rows.push({ key: item.client, kind: 'waiting', item, newDay: dayOf(last) !== dayOf(item.created) });
    last = item.created;
  }
  return rows;
}

/** The first message of others beyond what was read, if it is held. */
export function dividerOf({ events, info }: RoomState, me: string): Divider | null {
  if (!info) return null;
  const isNew = (event: ChatEvent) => isMessage(event) && event.user !== me && event.message_no > info.read_no;
  const fresh = events.filter(isNew);
  return fresh[0] ? { seq: fresh[0].seq, count: fresh.length } : null;
}

/** How many rows stand before a sequence: as many as were put in front since it was the first. */
export function rowsBefore(rows: readonly Row[], seq: number): number {
  const index = rows.findIndex((row) => row.kind === 'waiting' || row.event.seq >= seq);
  return index < 0 ? rows.length : index;
}

/** What is about to be done with a message, before the server has confirmed it. */
export interface Pending {
  text?: string;
  deleted?: boolean;
  reaction?: Reaction | null;
}

/** By the sequence of the message it is about. */
export function pendingOf(waiting: Outbox): ReadonlyMap<number, Pending> {
  const pending = new Map<number, Pending>();
  for (const { act, state, text } of waiting) {
    if (!act || state === 'failed') continue;
    const before = pending.get(act.target) ?? {};
    if (act.kind === 'edit') pending.set(act.target, { ...before, text });
    else if (act.kind === 'react') pending.set(act.target, { ...before, reaction: act.reaction });
    else pending.set(act.target, { ...before, deleted: true });
  }
  return pending;
}
