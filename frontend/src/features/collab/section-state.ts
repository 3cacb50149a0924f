import type { StopReason } from './stop-reason';

/** What is known about one open section. Times are milliseconds of the local clock, used for words only. */
export interface SectionState {
  /** The local copy has been read, or there is none to read. */
  localReady: boolean;
  /** The local copy held text of this lineage. */
  hasLocal: boolean;
  /** The server's text has arrived at least once. */
  synced: boolean;
  /** The server accepts edits on this connection; null until it said so. */
  scope: 'read-write' | 'readonly' | null;
  /** Since when there is text without acknowledgement; null when there is none. */
  pendingSince: number | null;
  /** The last edit has reached this device's storage. */
  kept: boolean;
  /** When the last of this tab's edits was acknowledged. */
  savedAt: number | null;
  /** The server refused an edit for good. */
  refused: boolean;
  stop: StopReason | null;
}

export const INITIAL_SECTION: SectionState = {
  localReady: false,
  hasLocal: false,
  synced: false,
  scope: null,
  pendingSince: null,
  kept: true,
  savedAt: null,
  refused: false,
  stop: null,
};

export type SectionEvent =
  | { type: 'local_loaded'; hasText: boolean; unsent: boolean; at: number }
  | { type: 'local_failed' }
  | { type: 'synced' }
  | { type: 'authenticated'; scope: 'read-write' | 'readonly' }
  | { type: 'edited'; at: number }
  | { type: 'kept' }
  | { type: 'acknowledged'; at: number }
  | { type: 'refused' }
  | { type: 'stopped'; reason: StopReason }
  | { type: 'resumed' };

export function sectionReducer(state: SectionState, event: SectionEvent): SectionState {
  switch (event.type) {
    case 'local_loaded':
      return {
        ...state,
        localReady: true,
        hasLocal: event.hasText,
        pendingSince: event.unsent ? (state.pendingSince ?? event.at) : state.pendingSince,
      };
    case 'local_failed':
      return { ...state, localReady: true };
    case 'synced':
      return { ...state, synced: true };
    case 'authenticated':
      return { ...state, scope: event.scope, stop: null };
    case 'edited':
      return state.pendingSince === null || state.kept
        ? { ...state, kept: false, pendingSince: state.pendingSince ?? event.at }
        : state;
    case 'kept':
      return state.kept ? state : { ...state, kept: true };
    case 'acknowledged':
      // The handshake's own acknowledgement says nothing about this tab's typing.
      if (state.pendingSince === null) return state;
      return { ...state, pendingSince: null, savedAt: event.at };
    case 'refused':
      // Without a change of this person there is nothing to refuse.
      return state.pendingSince === null ? state : { ...state, refused: true };
    case 'stopped':
      return { ...state, stop: event.reason };
    case 'resumed':
      return { ...state, stop: null };
  }
}

/** Typing is safe: there is text to type into, and it is the right lineage. An empty stand-in document must never be edited. */
export function canShowText(state: SectionState): boolean {
  return state.synced || (state.localReady && state.hasLocal);
}
