import { plain } from '@/lib/plain';
import { placeName, type RoomInfo } from './protocol';
import type { RoomState } from './room-state';

/** The conversation where something was said last first; those without a word by name, the family's before the team's. */
export function inOrder(rooms: ReadonlyMap<string, RoomState> | null): RoomInfo[] {
  const infos = [...(rooms?.values() ?? [])].flatMap(({ info }) => (info ? [info] : []));
  return infos.sort(
    (a, b) =>
      (b.last_message?.at ?? 0) - (a.last_message?.at ?? 0) ||
      placeName(a).localeCompare(placeName(b), 'pt-BR') ||
      a.kind.localeCompare(b.kind),
  );
}

/** Whether each word somebody typed begins a word of the name, with or without accents. */
export function nameMatches(name: string, query: string): boolean {
  const words = plain(name).split(/\s+/);
  return plain(query)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
