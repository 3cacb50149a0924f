import { Store } from './store';

/** How many messages of this person wait on this device. Leaving asks because of it, before the conversations' own code is there. */
const keyOf = (userId: string) => `kazumi.waiting.${userId}`;
const memory = new Map<string, number>();

export function noteWaiting(userId: string, count: number, lasting: boolean): void {
  memory.set(userId, count);
  try {
    if (lasting && count > 0) localStorage.setItem(keyOf(userId), String(count));
    else localStorage.removeItem(keyOf(userId));
  } catch {
    // Without storage this page at least remembers.
  }
}

export function countWaiting(userId: string): number {
  const here = memory.get(userId);
  if (here !== undefined) return here;
  try {
    return Number(localStorage.getItem(keyOf(userId)) ?? 0) || 0;
  } catch {
    return 0;
  }
}

export function forgetWaiting(userId: string): void {
  noteWaiting(userId, 0, false);
}

/** Unread messages of all conversations, for the navigation. */
export const unreadMessages = new Store(0);
