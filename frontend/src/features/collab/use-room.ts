import { useEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react';
import type { PeiSection } from '@/api/types';
import { orphanState } from './orphans';
import type { Room } from './room';
import { acquireRoom, releaseRoom } from './rooms';
import { nextChange, type SaveInput, type SaveState, saveState } from './save-state';
import type { Person, SectionSession } from './section-session';
import type { SectionState } from './section-state';

/** Joins the room of a PEI while the page is shown. */
export function useRoom(peiId: string, person: Person, sections: readonly PeiSection[] | undefined): Room | null {
  const [room, setRoom] = useState<Room | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the room belongs to the person's id, not to a new object with the same id
  useEffect(() => {
    const joined = acquireRoom(peiId, person);
    // Before anybody looks: what a page shows of a room is settled from its first picture on.
    if (sections) joined.show(sections);
    setRoom(joined);
    return () => {
      setRoom(null);
      releaseRoom(joined);
    };
  }, [peiId, person.id]);
  useEffect(() => {
    if (room && sections) room.show(sections);
  }, [room, sections]);
  return room;
}

const NOTHING = () => () => undefined;
const NONE: readonly SectionSession[] = [];

export function useSessions(room: Room | null): readonly SectionSession[] {
  return useSyncExternalStore(room?.sessions.subscribe ?? NOTHING, () => room?.sessions.get() ?? NONE);
}

export function useOrphans(room: Room | null): readonly SectionSession[] {
  return useSyncExternalStore(room?.orphans.list.subscribe ?? NOTHING, () => room?.orphans.list.get() ?? NONE);
}

export function useSectionState(session: SectionSession): SectionState {
  return useSyncExternalStore(session.state.subscribe, session.state.get);
}

/** The save state of the whole page, recomputed on each event and when time alone changes it. */
export function useSaveState(room: Room | null, mayWrite: boolean): SaveState {
  const sessions = useSessions(room);
  const orphans = useOrphans(room);
  const [tick, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!room) return;
    const stops = [
      room.link.subscribe(again),
      ...[...sessions, ...orphans].map((session) => session.state.subscribe(again)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, sessions, orphans]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` stands for the outside stores read here
  const input = useMemo<SaveInput | null>(() => {
    if (!room) return null;
    const link = room.link.get();
    return {
      sections: [
        ...sessions.map((session) => session.state.get()),
        ...orphans.map((session) => orphanState(session.state.get())),
      ],
      mayWrite,
      downSince: link.downSince,
      upSince: link.upSince,
      closedForGood: link.stop !== null,
      keeps: link.keeps,
      now: Date.now(),
    };
  }, [room, sessions, orphans, mayWrite, tick]);
  useEffect(() => {
    const moment = input && nextChange(input);
    if (!moment) return;
    const timer = setTimeout(again, Math.max(20, moment - Date.now()));
    return () => clearTimeout(timer);
  }, [input]);
  return input && input.sections.length > 0 ? saveState(input) : { kind: 'opening' };
}
