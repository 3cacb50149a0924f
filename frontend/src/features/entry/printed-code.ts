/** Characters in a printed code. */
export const CODE_LENGTH = 12;
const LETTERS = /[0-9A-HJKMNP-TV-Z]/;

/** What was typed, as the paper says it: upper case, no spaces, O read as 0, I and L as 1. Other characters are left out. */
export function readCode(typed: string): string {
  const letters = [...typed.toUpperCase()].map((letter) =>
    letter === 'O' ? '0' : letter === 'I' || letter === 'L' ? '1' : letter,
  );
  return letters
    .filter((letter) => LETTERS.test(letter))
    .join('')
    .slice(0, CODE_LENGTH);
}

/** In groups of four, as printed. */
export function groupCode(code: string): string {
  return code.match(/.{1,4}/g)?.join(' ') ?? '';
}
