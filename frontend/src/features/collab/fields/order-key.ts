/**
 * Fractional order keys: strings over 62 digits, compared by code unit. Between two keys there is always another one, so
 * moving a goal changes one value of one goal and never collides with somebody else's move.
 */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;

function digit(key: string, at: number, missing: number): number {
  const char = key[at];
  if (char === undefined) return missing;
  const value = DIGITS.indexOf(char);
  return value < 0 ? missing : value;
}

/**
 * A key strictly between `low` and `high`; an empty `low` is the beginning and a null `high` the end. Two random digits at the
 * end keep people who insert at the same place at the same time apart. Null when there is no room (`low >= high`): the
 * caller then gives new keys to all.
 */
export function keyBetween(low: string, high: string | null, random: () => number = Math.random): string | null {
  if (high !== null && low >= high) return null;
  let key = '';
  let bounded = high !== null;
  for (let at = 0; at < 256; at += 1) {
    const from = digit(low, at, 0);
    const to = bounded && high !== null ? digit(high, at, 0) : BASE;
    if (to - from > 1) {
      const middle = from + Math.floor((to - from) / 2);
      return key + DIGITS[middle] + jitter(random) + jitter(random);
    }
    key += DIGITS[from];
    // Below `high` by this digit: from here on only `low` is a bound.
    if (to > from) bounded = false;
  }
  return null;
}

function jitter(random: () => number): string {
  // Never the lowest digit: a key that ends in it leaves no room below.
  return DIGITS[1 + Math.floor(random() * (BASE - 1))] ?? 'V';
}

/** Evenly spread keys for a list that has to be ordered anew. */
export function freshKeys(count: number): string[] {
  const step = (BASE * BASE) / (count + 1);
  return Array.from({ length: count }, (_, index) => {
    const value = Math.floor(step * (index + 1));
    return `${DIGITS[Math.floor(value / BASE) % BASE]}${DIGITS[value % BASE]}V`;
  });
}

/** Order of a list: by key, and by id where keys are equal, so that every screen agrees. */
export function compareOrder(a: { order: string; id: string }, b: { order: string; id: string }): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
