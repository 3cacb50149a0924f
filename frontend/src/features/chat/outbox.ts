import type { Reaction } from './protocol';

/** What is done with a message that is there already. */
export type Act =
  | { kind: 'edit' | 'delete'; target: number }
  | { kind: 'react'; target: number; reaction: Reaction | null };

/** Something that the server has not confirmed: a message, or what is done with one. */
export interface OutboxItem {
  /** What this device calls it, for ever. */
  client: string;
  room: string;
  /** The words of a message and of a change. */
  text: string;
  reply_to: number | null;
  /** None: a new message. */
  act?: Act;
  /** When it was written; also its place in the queue, so no two of a device are alike. */
  created: number;
  /** `acked`: in the log, and its event is still on the way. */
  state: 'queued' | 'sent' | 'failed' | 'acked';
  /** Why it failed. */
  code: string | null;
  /** Not before this moment. */
  due: number;
  /** Its place, once it is in the log. */
  seq: number | null;
}

export type Outbox = readonly OutboxItem[];

/** After so long nobody waits for an answer any more. */
export const KEPT_MS = 7 * 86_400_000;
/** The reason of a message that was tried for so long. */
export const TOO_OLD = 'too_old';

export type Draft = Pick<OutboxItem, 'client' | 'room' | 'text' | 'reply_to' | 'act'>;

export function add(outbox: Outbox, draft: Draft, now: number): Outbox {
  const last = outbox.reduce((latest, { created }) => Math.max(latest, created), 0);
  return [...outbox, { ...draft, created: Math.max(now, last + 1), state: 'queued', code: null, due: 0, seq: null }];
}

const change = (outbox: Outbox, client: string, to: Partial<OutboxItem>): Outbox =>
  outbox.map((item) => (item.client === client ? { ...item, ...to } : item));

/**
 * What may be sent now. One of each room at a time: were the first refused for a moment while the second is let in, they would stand in
 * the wrong order for ever.
 */
export function sendable(outbox: Outbox, now: number, inFlight: number, unwritten: ReadonlySet<string>): OutboxItem[] {
  let room = inFlight - outbox.filter(({ state }) => state === 'sent').length;
  const taken = new Set<string>();
  const ready: OutboxItem[] = [];
  for (const item of outbox) {
    if (item.state === 'failed' || item.state === 'acked' || taken.has(item.room)) continue;
    taken.add(item.room);
    if (item.state !== 'queued' || item.due > now || room <= 0 || unwritten.has(item.client)) continue;
    ready.push(item);
    room -= 1;
  }
  return ready;
}

/** When something that waits may be tried again; null when nothing waits for the clock. */
export function nextDue(outbox: Outbox, now: number): number | null {
  const due = outbox.filter((item) => item.state === 'queued' && item.due > now).map((item) => item.due);
  return due.length > 0 ? Math.min(...due) : null;
}

export function sent(outbox: Outbox, client: string): Outbox {
  return change(outbox, client, { state: 'sent' });
}

/** The socket is gone, and with it every answer that was on its way. */
export function disconnected(outbox: Outbox): Outbox {
  return outbox.map((item) => (item.state === 'sent' ? { ...item, state: 'queued', due: 0 } : item));
}

/** It is in the log. It stays on the screen until its event has come. */
export function acked(outbox: Outbox, client: string, seq: number): Outbox {
  return change(outbox, client, { state: 'acked', seq });
}

/** Events of the log have come: by the names of their devices, and up to where of a room. */
export function settled(outbox: Outbox, room: string, cursor: number, clients: ReadonlySet<string>): Outbox {
  const rest = outbox.filter(
    (item) => !clients.has(item.client) && !(item.room === room && item.seq !== null && item.seq <= cursor),
  );
  return rest.length === outbox.length ? outbox : rest;
}

export function refused(outbox: Outbox, client: string, code: string, retryAfterMs: number, now: number): Outbox {
  const item = outbox.find((each) => each.client === client);
  if (!item) return outbox;
  if (retryAfterMs <= 0) return change(outbox, client, { state: 'failed', code });
  if (now - item.created > KEPT_MS) return change(outbox, client, { state: 'failed', code: TOO_OLD });
  return change(outbox, client, { state: 'queued', due: now + retryAfterMs });
}

/** What waited for too long without ever being answered. */
export function expired(outbox: Outbox, now: number): Outbox {
  const old = (item: OutboxItem) => item.state === 'queued' && now - item.created > KEPT_MS;
  return outbox.some(old)
    ? outbox.map((item) => (old(item) ? { ...item, state: 'failed', code: TOO_OLD } : item))
    : outbox;
}

/** The person tries again. Same name, because the first attempt may have arrived; at the end, because others went before. */
export function again(outbox: Outbox, client: string, now: number): Outbox {
  const item = outbox.find((each) => each.client === client);
  if (item?.state !== 'failed') return outbox;
  const rest = outbox.filter((each) => each !== item);
  const last = rest.reduce((latest, { created }) => Math.max(latest, created), 0);
  const created = Math.max(now, last + 1);
  return [...rest, { ...item, state: 'queued', code: null, due: 0, created }];
}

export function erase(outbox: Outbox, client: string): Outbox {
  return outbox.filter((item) => item.client !== client);
}

/** As another tab left it on the device. What is on its way from here, or not written yet, is known better here. */
export function merged(outbox: Outbox, stored: Outbox, ownUnwritten: ReadonlySet<string>): Outbox {
  const kept = new Map(outbox.map((item) => [item.client, item]));
  const names = new Set(stored.map(({ client }) => client));
  const mine = outbox.filter((item) => ownUnwritten.has(item.client) || item.state === 'acked');
  const theirs = stored.map((item) => {
    const here = kept.get(item.client);
    if (here?.state === 'sent') return here;
    return { ...item, due: here?.state === item.state ? here.due : item.due };
  });
  const all = [...theirs.filter(({ client }) => kept.get(client)?.state !== 'acked')];
  all.push(...mine.filter((item) => !names.has(item.client) || item.state === 'acked'));
  return all.sort((a, b) => a.created - b.created || (a.client < b.client ? -1 : 1));
}

export function waiting(outbox: Outbox, room?: string): number {
  return outbox.filter((item) => (item.state === 'queued' || item.state === 'sent') && (!room || item.room === room))
    .length;
}
