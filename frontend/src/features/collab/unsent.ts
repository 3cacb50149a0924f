import { isSharedDevice } from '@/lib/device';

/** A section with text that the server has not acknowledged. Holds no name and no content. */
export interface Unsent {
  database: string;
  document: string;
  pei: string;
  section: string;
  kind: 'rich_text' | 'goals';
}

/** Marks as they stood at one moment, by storage key. A mark that was written again since then is another mark. */
export type Marks = ReadonlyMap<string, string>;

/** This page load. Tabs share one storage, and the acknowledgement of one says nothing about what another has typed. */
const TAB = Math.random().toString(36).slice(2);
/** Marks on a shared computer, and where storage refuses to keep them. */
const memory = new Map<string, string>();
let edits = 0;

const PREFIX = 'kazumi.unsent.';
const prefixOf = (userId: string) => `${PREFIX}${userId}/`;
const keyOf = (userId: string, database: string) => `${prefixOf(userId)}${TAB}/${database}`;

/** What is in storage counts in shared mode too: it may be left from a login that kept copies. */
function readAll(prefix: string): Map<string, string> {
  const found = new Map([...memory].filter(([key]) => key.startsWith(prefix)));
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      const key = localStorage.key(index);
      const value = key?.startsWith(prefix) ? localStorage.getItem(key) : null;
      if (key && value !== null) found.set(key, value);
    }
  } catch {
    // Without storage there are only this tab's own marks.
  }
  return found;
}

function remove(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // It was never stored.
  }
}

function parse(value: string): Unsent[] {
  try {
    return [(JSON.parse(value) as { entry: Unsent }).entry];
  } catch {
    return [];
  }
}

/** Survives a reload, so that leaving asks about text that was typed yesterday without connection. Written on each edit. */
export function markUnsent(userId: string, entry: Unsent): void {
  const key = keyOf(userId, entry.database);
  edits += 1;
  const value = JSON.stringify({ entry, edits });
  if (!isSharedDevice()) {
    try {
      localStorage.setItem(key, value);
      return;
    } catch {
      // Full or forbidden: this tab at least remembers.
    }
  }
  memory.set(key, value);
}

/** The marks of one local copy, of all tabs. Taken before the copy is read, they are covered by what is read. */
export function marksOf(userId: string, database: string): Marks {
  const end = `/${database}`;
  return new Map([...readAll(prefixOf(userId))].filter(([key]) => key.endsWith(end)));
}

/** Whether another tab or another day wrote any of these. */
export function leftBefore(marks: Marks): boolean {
  return [...marks.keys()].some((key) => !key.includes(`/${TAB}/`));
}

/** Removes this tab's mark, and of the others only those it took over with the local copy and that have not moved since. */
export function clearUnsent(userId: string, database: string, inherited: Marks = new Map()): void {
  remove(keyOf(userId, database));
  const now = inherited.size > 0 ? marksOf(userId, database) : inherited;
  for (const [key, value] of inherited) if (now.get(key) === value) remove(key);
}

/** Whether anybody's text waits on this device; for a page that does not know yet who opens it. */
export function anythingLeft(): boolean {
  return readAll(PREFIX).size > 0;
}

/** Each section once, whichever tabs typed in it. */
export function listUnsent(userId: string): Unsent[] {
  const entries = [...readAll(prefixOf(userId)).values()].flatMap(parse);
  return [...new Map(entries.map((entry) => [entry.database, entry])).values()];
}

/** The marks of one local copy, of all tabs. Only after the person was offered the text. */
export function forgetUnsentOf(userId: string, database: string): void {
  for (const key of marksOf(userId, database).keys()) remove(key);
}

export function forgetUnsent(userId: string): void {
  for (const key of readAll(prefixOf(userId)).keys()) remove(key);
}
