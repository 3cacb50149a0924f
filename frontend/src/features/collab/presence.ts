import { useEffect, useState } from 'react';
import { personColor } from '@/lib/people';
import type { SectionSession } from './section-session';

/** Somebody else who has a section in front of her, as the server names her. */
export interface Peer {
  id: string;
  name: string;
  color: string;
  function: string;
  /** The goal field she is in, when the section holds goals. */
  field: { goal: string; field: string } | null;
}

function peersOf(session: SectionSession, ownId: string): Peer[] {
  const byId = new Map<string, Peer>();
  for (const [client, state] of session.awareness.getStates()) {
    const user = state.user as { id?: unknown; name?: unknown; color?: unknown; function?: unknown } | undefined;
    if (client === session.doc.clientID || !state.section || typeof user?.id !== 'string') continue;
    if (user.id === ownId || typeof user.name !== 'string') continue;
    const cursor = state.cursor as { goal?: unknown; field?: unknown } | null | undefined;
    byId.set(user.id, {
      id: user.id,
      name: user.name,
      color: safeColor(user.color, user.id),
      function: typeof user.function === 'string' ? user.function : '',
      field:
        typeof cursor?.goal === 'string' && typeof cursor.field === 'string'
          ? { goal: cursor.goal, field: cursor.field }
          : null,
    });
  }
  return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name, 'pt-BR'));
}

/** A colour from the wire goes into a style only when it is one. */
export function safeColor(color: unknown, userId: string): string {
  return typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : personColor(userId);
}

/** The others in each of these sections, by section key. Changes are taken together, once a frame. */
export function usePeers(sessions: readonly SectionSession[], ownId: string): Record<string, Peer[]> {
  const [peers, setPeers] = useState<Record<string, Peer[]>>({});
  useEffect(() => {
    let frame = 0;
    const read = () => {
      frame = 0;
      const next = Object.fromEntries(sessions.map((session) => [session.section.section, peersOf(session, ownId)]));
      setPeers((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const later = () => {
      frame ||= requestAnimationFrame(read);
    };
    for (const session of sessions) session.awareness.on('change', later);
    read();
    return () => {
      cancelAnimationFrame(frame);
      for (const session of sessions) session.awareness.off('change', later);
    };
  }, [sessions, ownId]);
  return peers;
}

/** Shows this person as present in the section while the component is on the screen. */
export function usePresent(session: SectionSession, present = true): void {
  useEffect(() => {
    session.setPresent(present);
    return () => session.setPresent(false);
  }, [session, present]);
}
