/** Shortest password the server takes, in characters. */
export const MIN_PASSWORD = 10;
/** From here on a password is praised. */
const LONG = 16;
/** What the rest must have when the part that everybody would try is taken away. */
const MIN_REST = 6;
const COMMON =
  /senha|password|kazumi|escola|qwerty|asdf|abcdef|mudar|brasil|deus|amor|(?:12|23|34|45|56|67|78|89|90){2,}|\d{4}$/g;

export type Strength = 'empty' | 'short' | 'weak' | 'ok' | 'strong';

/** A quick word while typing. The server decides; it knows more words. `context`: name, e-mail, school. */
export function strengthOf(password: string, context: readonly string[]): Strength {
  const letters = [...password];
  if (letters.length === 0) return 'empty';
  if (letters.length < MIN_PASSWORD) return 'short';
  let rest = password.toLowerCase();
  for (const word of context.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)))
    if (word.length >= 4) rest = rest.replaceAll(word, '');
  rest = rest.replace(COMMON, '');
  const variety = new Set(rest).size;
  if (rest.length < MIN_REST || variety < 5 || /^\d+$/.test(password)) return 'weak';
  return letters.length >= LONG && variety >= 8 ? 'strong' : 'ok';
}
