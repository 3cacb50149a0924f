import { describe, expect, it } from 'vitest';
import { orphanState } from './orphans';
import { GRACE_MS, nextChange, PATIENCE_MS, RETURN_MS, type SaveInput, saveState } from './save-state';
import { canShowText, INITIAL_SECTION, type SectionEvent, type SectionState, sectionReducer } from './section-state';

const run = (events: SectionEvent[], from: SectionState = INITIAL_SECTION) => events.reduce(sectionReducer, from);
const open = run([{ type: 'local_failed' }, { type: 'authenticated', scope: 'read-write' }, { type: 'synced' }]);
const input = (sections: SectionState[], more: Partial<SaveInput> = {}): SaveInput => ({
  sections,
  mayWrite: true,
  downSince: null,
  upSince: 0,
  closedForGood: false,
  keeps: true,
  now: 100_000,
  ...more,
});

describe('saveState', () => {
  it('claims nothing before the text has arrived', () => {
    expect(saveState(input([INITIAL_SECTION]))).toEqual({ kind: 'opening' });
    expect(saveState(input([open, INITIAL_SECTION]))).toEqual({ kind: 'opening' });
  });

  it('does not call the handshake a save', () => {
    expect(saveState(input([run([{ type: 'acknowledged', at: 99_000 }], open)]))).toEqual({ kind: 'idle' });
  });

  it('says saved only after an acknowledgement, with its time', () => {
    const typing = run([{ type: 'edited', at: 99_000 }], open);
    expect(saveState(input([typing]))).toEqual({ kind: 'saving' });
    const saved = run([{ type: 'acknowledged', at: 99_500 }], typing);
    expect(saveState(input([saved, open]))).toEqual({ kind: 'saved', at: 99_500 });
  });

  it('is saving as long as one section of many waits', () => {
    const saved = run(
      [
        { type: 'edited', at: 1 },
        { type: 'acknowledged', at: 2 },
      ],
      open,
    );
    expect(saveState(input([saved, run([{ type: 'edited', at: 99_900 }], open)]))).toEqual({ kind: 'saving' });
  });

  it('admits after a while that the text is not saved', () => {
    const typing = run([{ type: 'edited', at: 100_000 }], open);
    expect(saveState(input([typing], { now: 100_000 + PATIENCE_MS - 1 })).kind).toBe('saving');
    expect(saveState(input([typing], { now: 100_000 + PATIENCE_MS })).kind).toBe('retrying');
    expect(nextChange(input([typing]))).toBe(100_000 + PATIENCE_MS);
  });

  it('counts the waiting time from the first unacknowledged letter, not from the last', () => {
    const typing = run(
      [
        { type: 'edited', at: 50_000 },
        { type: 'edited', at: 99_999 },
      ],
      open,
    );
    expect(saveState(input([typing])).kind).toBe('retrying');
  });

  it('gives text that waited without connection a moment after the return before it calls it late', () => {
    const typing = run([{ type: 'edited', at: 50_000 }], open);
    const back = { upSince: 100_000 };
    expect(saveState(input([typing], back)).kind).toBe('saving');
    expect(nextChange(input([typing], back))).toBe(100_000 + RETURN_MS);
    expect(saveState(input([typing], { ...back, now: 100_000 + RETURN_MS })).kind).toBe('retrying');
    const fresh = run([{ type: 'edited', at: 100_500 }], open);
    expect(nextChange(input([fresh], { ...back, now: 100_600 }))).toBe(100_500 + PATIENCE_MS);
  });

  it('ignores a blink of the connection', () => {
    expect(saveState(input([open], { downSince: 100_000 - GRACE_MS + 1 })).kind).toBe('idle');
    expect(nextChange(input([open], { downSince: 99_900 }))).toBe(99_900 + GRACE_MS);
    expect(nextChange(input([open]))).toBeNull();
  });

  it('without connection says where the text is', () => {
    const typing = run([{ type: 'edited', at: 90_000 }, { type: 'kept' }], open);
    const down = { downSince: 90_000 };
    expect(saveState(input([typing], down))).toEqual({ kind: 'offline_kept', unsent: true });
    expect(saveState(input([open], down))).toEqual({ kind: 'offline_kept', unsent: false });
    expect(saveState(input([typing], { ...down, keeps: false }))).toEqual({ kind: 'offline_at_risk', unsent: true });
    expect(saveState(input([open], { ...down, mayWrite: false }))).toEqual({ kind: 'offline_reading' });
  });

  it('says kept only after the device has the last letter', () => {
    const down = { downSince: 90_000 };
    const typing = run([{ type: 'edited', at: 90_000 }, { type: 'kept' }, { type: 'edited', at: 90_001 }], open);
    expect(saveState(input([typing], down))).toEqual({ kind: 'offline_keeping' });
    expect(saveState(input([typing], { ...down, keeps: false })).kind).toBe('offline_at_risk');
    expect(saveState(input([run([{ type: 'kept' }], typing)], down)).kind).toBe('offline_kept');
  });

  it('knows after a reload that yesterday’s text is still unsent', () => {
    const reloaded = run([{ type: 'local_loaded', hasText: true, unsent: true, at: 99_999 }]);
    expect(saveState(input([reloaded]))).toEqual({ kind: 'saving' });
    expect(saveState(input([reloaded], { downSince: 1 }))).toEqual({ kind: 'offline_kept', unsent: true });
  });

  it('never hides a refusal behind anything else', () => {
    const refused = run([{ type: 'edited', at: 1 }, { type: 'refused' }], open);
    expect(saveState(input([open, refused])).kind).toBe('refused');
    expect(saveState(input([refused], { downSince: 1 })).kind).toBe('refused');
  });

  it('says that a closed section with text in it needs the person', () => {
    const closed = run(
      [
        { type: 'edited', at: 1 },
        { type: 'stopped', reason: 'wrong_lineage' },
      ],
      open,
    );
    expect(saveState(input([closed]))).toEqual({ kind: 'stopped', unsent: true });
    const empty = run([{ type: 'stopped', reason: 'not_found' }]);
    expect(saveState(input([open, empty])).kind).toBe('idle');
    expect(saveState(input([open], { closedForGood: true }))).toEqual({ kind: 'stopped', unsent: false });
  });

  it('tells a reader that she reads', () => {
    expect(saveState(input([open], { mayWrite: false }))).toEqual({ kind: 'reading' });
  });
});

describe('canShowText', () => {
  it('keeps an empty stand-in document out of the editor', () => {
    expect(canShowText(INITIAL_SECTION)).toBe(false);
    expect(canShowText(run([{ type: 'local_failed' }]))).toBe(false);
    expect(canShowText(run([{ type: 'local_loaded', hasText: false, unsent: false, at: 1 }]))).toBe(false);
    expect(canShowText(run([{ type: 'local_loaded', hasText: true, unsent: false, at: 1 }]))).toBe(true);
    expect(canShowText(run([{ type: 'synced' }]))).toBe(true);
  });
});

describe('orphanState', () => {
  it('is never called saved, and does not wait for the socket to say why', () => {
    const typed = run([{ type: 'edited', at: 99_000 }], open);
    expect(saveState(input([open, orphanState(typed)]))).toEqual({ kind: 'stopped', unsent: true });
    expect(saveState(input([orphanState(typed)], { downSince: 1 }))).toEqual({ kind: 'stopped', unsent: true });
  });
});
