/** Why a section does not come back by itself. */
export type StopReason = 'not_found' | 'forbidden' | 'wrong_lineage' | 'too_large' | 'malformed' | 'unauthenticated';

const BY_CODE: Record<number, StopReason> = {
  4400: 'malformed',
  4401: 'unauthenticated',
  4403: 'forbidden',
  4404: 'not_found',
  4409: 'wrong_lineage',
  4413: 'too_large',
};

const WORDS: readonly StopReason[] = [
  'not_found',
  'forbidden',
  'wrong_lineage',
  'too_large',
  'malformed',
  'unauthenticated',
];

/** The text is not for this person any more: what is still on the screen has to go. Who may not write may well read on. */
export function isLostRight(reason: StopReason | null): boolean {
  return reason === 'not_found';
}

/** 4400–4499 means "do not come back like this". 4408 is the client's own way of dropping a silent socket, so it may return. */
export function isPermanent(code: number): boolean {
  return code >= 4400 && code <= 4499 && code !== 4408;
}

export function stopOfCode(code: number): StopReason | null {
  if (!isPermanent(code)) return null;
  return BY_CODE[code] ?? 'malformed';
}

/** Reads the reason of a refusal for one document: a word, a number, or both ("4409 wrong_lineage"). */
export function stopOfReason(reason: string): StopReason | null {
  const word = WORDS.find((candidate) => reason.includes(candidate));
  if (word) return word;
  const number = /\b(\d{4})\b/.exec(reason);
  return number ? stopOfCode(Number(number[1])) : null;
}
