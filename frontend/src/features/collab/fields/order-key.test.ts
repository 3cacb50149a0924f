import { describe, expect, it } from 'vitest';
import { compareOrder, freshKeys, keyBetween } from './order-key';

/** A reproducible source of "random" numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('keyBetween', () => {
  it('finds a place at the start, at the end and between', () => {
    const first = keyBetween('', null) as string;
    const before = keyBetween('', first) as string;
    const after = keyBetween(first, null) as string;
    const middle = keyBetween(first, after) as string;
    expect([after, first, middle, before].sort()).toEqual([before, first, middle, after]);
  });

  it('says so when there is no room', () => {
    expect(keyBetween('V', 'V')).toBeNull();
    expect(keyBetween('b', 'a')).toBeNull();
  });

  it('keeps finding room in ten thousand random insertions', () => {
    const random = seeded(7);
    const keys: string[] = [keyBetween('', null, random) as string];
    for (let turn = 0; turn < 10_000; turn += 1) {
      const at = Math.floor(random() * (keys.length + 1));
      const key = keyBetween(keys[at - 1] ?? '', keys[at] ?? null, random);
      expect(key).not.toBeNull();
      keys.splice(at, 0, key as string);
    }
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps finding room when somebody always inserts at the same place', () => {
    const random = seeded(11);
    let high = keyBetween('', null, random) as string;
    for (let turn = 0; turn < 150; turn += 1) {
      const key = keyBetween('', high, random);
      expect(key !== null && key < high).toBe(true);
      high = key as string;
    }
  });

  it('gives two people who insert at the same place different keys', () => {
    expect(keyBetween('A', 'B', seeded(1))).not.toBe(keyBetween('A', 'B', seeded(2)));
  });
});

describe('freshKeys', () => {
  it('gives ordered, different keys with room around each', () => {
    const keys = freshKeys(300);
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(300);
    expect(keyBetween('', keys[0] as string)).not.toBeNull();
    expect(keyBetween(keys[4] as string, keys[5] as string)).not.toBeNull();
  });
});

describe('compareOrder', () => {
  it('agrees on every screen when two keys are equal', () => {
    const list = [
      { order: 'V', id: 'b' },
      { order: 'V', id: 'a' },
      { order: 'A', id: 'c' },
    ];
    expect(list.sort(compareOrder).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });
});
