import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeStorage } from '@/testing/fake-storage';
import type { Unsent } from './unsent';

const ANA = 'ana';
const entry: Unsent = { database: 'kz:ana:pei/p/metas:l', document: 'd', pei: 'p', section: 'metas', kind: 'goals' };

/** Another tab, or the same one after a reload: the same storage, another life of the module. */
async function openTab() {
  vi.resetModules();
  return import('./unsent');
}

beforeEach(() => vi.stubGlobal('localStorage', fakeStorage()));

describe('marks of unsent text', () => {
  it('outlive the acknowledgement of another tab', async () => {
    const [first, second] = [await openTab(), await openTab()];
    first.markUnsent(ANA, entry);
    second.markUnsent(ANA, entry);
    second.clearUnsent(ANA, entry.database);
    expect(second.listUnsent(ANA)).toEqual([entry]);
    first.clearUnsent(ANA, entry.database);
    expect(second.listUnsent(ANA)).toEqual([]);
  });

  it('are counted once for a section that two tabs typed in', async () => {
    const [first, second] = [await openTab(), await openTab()];
    first.markUnsent(ANA, entry);
    second.markUnsent(ANA, entry);
    expect(first.listUnsent(ANA)).toEqual([entry]);
  });

  it('of a closed tab go with the acknowledgement of the tab that took its text over', async () => {
    (await openTab()).markUnsent(ANA, entry);
    const next = await openTab();
    const taken = next.marksOf(ANA, entry.database);
    expect(next.leftBefore(taken)).toBe(true);
    next.clearUnsent(ANA, entry.database, taken);
    expect(next.listUnsent(ANA)).toEqual([]);
  });

  it('are not taken over when they moved after the local copy was read', async () => {
    const [typing, reading] = [await openTab(), await openTab()];
    typing.markUnsent(ANA, entry);
    const taken = reading.marksOf(ANA, entry.database);
    typing.markUnsent(ANA, entry);
    reading.clearUnsent(ANA, entry.database, taken);
    expect(reading.listUnsent(ANA)).toEqual([entry]);
  });

  it('stay in sight when the computer is declared shared afterwards', async () => {
    (await openTab()).markUnsent(ANA, entry);
    localStorage.setItem('kazumi.shared', '1');
    const shared = await openTab();
    expect(shared.listUnsent(ANA)).toEqual([entry]);
    expect(shared.listUnsent('somebody-else')).toEqual([]);
  });

  it('of a shared computer are not written to it', async () => {
    localStorage.setItem('kazumi.shared', '1');
    const tab = await openTab();
    tab.markUnsent(ANA, entry);
    expect(tab.listUnsent(ANA)).toEqual([entry]);
    expect(tab.leftBefore(tab.marksOf(ANA, entry.database))).toBe(false);
    expect(localStorage.length).toBe(1);
  });

  it('are all gone when the person is forgotten', async () => {
    (await openTab()).markUnsent(ANA, entry);
    const tab = await openTab();
    tab.markUnsent(ANA, entry);
    tab.forgetUnsent(ANA);
    expect(tab.listUnsent(ANA)).toEqual([]);
    expect(localStorage.length).toBe(0);
  });

  it('tell that something waits here before anybody has signed in', async () => {
    const tab = await openTab();
    expect(tab.anythingLeft()).toBe(false);
    tab.markUnsent(ANA, entry);
    expect((await openTab()).anythingLeft()).toBe(true);
  });

  it('of all tabs go when their author lets the text of one section go', async () => {
    const [first, second] = [await openTab(), await openTab()];
    const other = { ...entry, database: 'kz:ana:pei/p/ec_familia:l' };
    first.markUnsent(ANA, entry);
    second.markUnsent(ANA, entry);
    second.markUnsent(ANA, other);
    (await openTab()).forgetUnsentOf(ANA, entry.database);
    expect(first.listUnsent(ANA)).toEqual([other]);
  });
});
