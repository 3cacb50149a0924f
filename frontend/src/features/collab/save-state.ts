import type { SectionState } from './section-state';

/** The one thing the page says about saving. Nothing here is ever derived from what was sent, only from what was acknowledged. */
export type SaveState =
  | { kind: 'opening' }
  | { kind: 'reading' }
  | { kind: 'idle' }
  | { kind: 'saving' }
  | { kind: 'saved'; at: number }
  | { kind: 'retrying' }
  | { kind: 'offline_keeping' }
  | { kind: 'offline_kept'; unsent: boolean }
  | { kind: 'offline_at_risk'; unsent: boolean }
  | { kind: 'offline_reading' }
  | { kind: 'refused' }
  | { kind: 'stopped'; unsent: boolean };

export interface SaveInput {
  sections: readonly SectionState[];
  /** At least one section of this page may be written by this person. */
  mayWrite: boolean;
  /** Since when the socket is down; null while it is up. */
  downSince: number | null;
  /** Since when the socket is up, the last time it came up. */
  upSince: number;
  /** The socket closed for good and stays closed. */
  closedForGood: boolean;
  /** Edits are kept on this device. */
  keeps: boolean;
  now: number;
}

/** An acknowledgement that takes longer than this is not "saving" any more. */
export const PATIENCE_MS = 8_000;
/** A socket that is back within this time was never worth a word. */
export const GRACE_MS = 1_000;
/** What waited without connection gets this long after its return before it counts as late. */
export const RETURN_MS = 2_000;

export function saveState(input: SaveInput): SaveState {
  const { sections, downSince, now } = input;
  if (sections.some((section) => section.refused)) return { kind: 'refused' };
  const pending = sections.flatMap(({ pendingSince }) => (pendingSince === null ? [] : [pendingSince]));
  const unsent = pending.length > 0;
  if (unsent && sections.some((section) => section.stop && section.pendingSince !== null)) {
    return { kind: 'stopped', unsent };
  }
  // Nothing on the page offers the text of a socket that is closed for good; on this device it survives the reload.
  if (input.closedForGood) return { kind: 'stopped', unsent: false };

  if (downSince !== null && now - downSince >= GRACE_MS) {
    if (!input.mayWrite) return { kind: 'offline_reading' };
    if (!input.keeps) return { kind: 'offline_at_risk', unsent };
    return sections.every(({ kept }) => kept) ? { kind: 'offline_kept', unsent } : { kind: 'offline_keeping' };
  }
  if (unsent) return now >= lateAt(pending, input.upSince) ? { kind: 'retrying' } : { kind: 'saving' };
  if (sections.some((section) => !section.synced && !section.stop)) return { kind: 'opening' };
  if (!input.mayWrite) return { kind: 'reading' };
  const savedAt = Math.max(...sections.map((section) => section.savedAt ?? 0), 0);
  return savedAt > 0 ? { kind: 'saved', at: savedAt } : { kind: 'idle' };
}

function lateAt(pending: readonly number[], upSince: number): number {
  return Math.max(Math.min(...pending) + PATIENCE_MS, upSince + RETURN_MS);
}

/** When the answer changes by the passing of time alone; null when it does not. */
export function nextChange(input: SaveInput): number | null {
  const moments: number[] = [];
  if (input.downSince !== null) moments.push(input.downSince + GRACE_MS);
  for (const { pendingSince } of input.sections)
    if (pendingSince !== null) moments.push(lateAt([pendingSince], input.upSince));
  const future = moments.filter((moment) => moment > input.now);
  return future.length > 0 ? Math.min(...future) : null;
}
