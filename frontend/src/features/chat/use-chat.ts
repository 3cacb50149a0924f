import { useCallback, useSyncExternalStore } from 'react';
import type { View } from './conversations';
import { type Live, live } from './live';

/** The running conversations, or null for the moment before they run. */
export function useLive(): Live | null {
  return useSyncExternalStore(live.subscribe, live.get);
}

/** A part of what they show. The part must be the same object while it has not changed. */
export function useView<T>(running: Live, part: (view: View) => T): T {
  const get = useCallback(() => part(running.view.get()), [running, part]);
  return useSyncExternalStore(running.view.subscribe, get);
}

export const statusOf = (view: View) => view.status;
export const roomsOf = (view: View) => view.rooms;
export const outboxOf = (view: View) => view.outbox;
export const typingOf = (view: View) => view.typing;
export const updatedAtOf = (view: View) => view.updatedAt;
export const endangeredOf = (view: View) => view.endangered;
