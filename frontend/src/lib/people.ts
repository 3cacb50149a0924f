/** The steady colours of people. The server computes the same from the same list: change both or neither. */
export const PALETTE = [
  '#b4441f',
  '#0f6e8c',
  '#7a3e9d',
  '#8a5a00',
  '#2f6b2f',
  '#a3195b',
  '#3a56b0',
  '#6b4a2b',
  '#00695f',
  '#8f2d2d',
] as const;

/** FNV-1a, 32 bits, over the bytes of the lower-case id; every palette colour carries white text at 4.5:1 or better. */
export function personColor(userId: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(userId.toLowerCase())) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return PALETTE[hash % PALETTE.length] ?? PALETTE[0];
}

const PARTICLES = new Set(['da', 'de', 'di', 'do', 'das', 'dos', 'e']);

/** First and last initial, skipping the particles of Portuguese names. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => word && !PARTICLES.has(word.toLowerCase()));
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}
