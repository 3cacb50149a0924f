import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { peiQuery, studentsQuery } from '@/api/queries';
import type { Pei, PeiSection } from '@/api/types';
import type { SectionSession } from '@/features/collab/section-session';
import type { SectionState } from '@/features/collab/section-state';
import { isLostRight } from '@/features/collab/stop-reason';

/** A change of rights reaches all sections of a plan one after the other: one question is enough. */
const TOGETHER_MS = 150;

/** Whether the connection of a section says something else about this person's right than the list does. */
export function contradicts(listed: PeiSection, editable: boolean, { stop, scope }: SectionState): boolean {
  if (stop) return isLostRight(stop);
  const writes = listed.access === 'write' && editable;
  return scope !== null && (scope === 'read-write') !== writes;
}

/**
 * The socket hears of an ended link or of a plan that was handed in at once; what the page says comes from REST, which is
 * asked once a minute. So the socket's word is a reason to ask now.
 */
export function useChangedRights(pei: Pei, sessions: readonly SectionSession[]): void {
  const client = useQueryClient();
  const subscribe = useCallback(
    (notify: () => void) => {
      const stops = sessions.map((session) => session.state.subscribe(notify));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [sessions],
  );
  const changed = useSyncExternalStore(subscribe, () =>
    sessions
      .filter(({ section, state }) => contradicts(section, pei.editable, state.get()))
      .map(({ document, state }) => `${document} ${state.get().stop ?? state.get().scope}`)
      .join('\n'),
  );
  useEffect(() => {
    if (!changed) return;
    const timer = setTimeout(() => {
      void client.invalidateQueries({ queryKey: peiQuery(pei.pei_id).queryKey });
      void client.invalidateQueries({ queryKey: studentsQuery.queryKey });
    }, TOGETHER_MS);
    return () => clearTimeout(timer);
  }, [changed, client, pei.pei_id]);
}
