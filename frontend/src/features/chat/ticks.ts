import type { RoomState } from './room-state';

export type Tick = 'waiting' | 'sent' | 'received' | 'read';

export interface Delivery {
  tick: Tick;
  /** How many others could read it. */
  others: number;
  readBy: number;
  /** Who has not read it, by name. */
  missing: readonly string[];
}

/** How far my message came. Whoever joined after it could not see it, and does not count. */
export function delivery(state: RoomState, seq: number, me: string): Delivery {
  const joined = new Set<string>();
  for (let index = state.events.length - 1; index >= 0; index -= 1) {
    const event = state.events[index];
    if (!event || event.seq <= seq) break;
    if (event.kind === 'member_added' && event.user) joined.add(event.user);
  }
  const others = state.members.filter(({ user }) => user !== me && !joined.has(user));
  const missing = others.filter(({ read_seq }) => read_seq < seq).map(({ name }) => name);
  const readBy = others.length - missing.length;
  const all = { others: others.length, readBy, missing };
  if (others.length === 0) return { tick: 'sent', ...all };
  if (missing.length === 0) return { tick: 'read', ...all };
  return { tick: others.every(({ received_seq }) => received_seq >= seq) ? 'received' : 'sent', ...all };
}
