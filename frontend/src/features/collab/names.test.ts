import { describe, expect, it } from 'vitest';
import { databaseName, parseDocumentName } from './document-name';
import { isLostRight, isPermanent, stopOfCode, stopOfReason } from './stop-reason';

describe('document names', () => {
  it('are read as REST writes them', () => {
    expect(parseDocumentName('pei/5a1e/metas.9f.s1')).toEqual({ base: 'pei/5a1e/metas', lineage: '9f' });
  });

  it('give each person and each lineage a local copy of its own, whatever the schema', () => {
    const one = databaseName('ana', 'pei/p/metas.l1.s1');
    expect(one).toBe('kz:ana:pei/p/metas:l1');
    expect(databaseName('ana', 'pei/p/metas.l1.s2')).toBe(one);
    expect(databaseName('ana', 'pei/p/metas.l2.s1')).not.toBe(one);
    expect(databaseName('bia', 'pei/p/metas.l1.s1')).not.toBe(one);
  });
});

describe('reasons to stop', () => {
  it('are permanent between 4400 and 4499, except the client’s own timeout', () => {
    expect([4400, 4401, 4403, 4404, 4409, 4413, 4499].every(isPermanent)).toBe(true);
    expect([1000, 1006, 1011, 1012, 1013, 4408, 4508, 4509, 4529].some(isPermanent)).toBe(false);
  });

  it('tell a text that is not for this person any more from one that only has to be opened again', () => {
    expect(isLostRight('not_found')).toBe(true);
    expect(
      ([null, 'forbidden', 'wrong_lineage', 'too_large', 'malformed', 'unauthenticated'] as const).some(isLostRight),
    ).toBe(false);
  });

  it('are read from codes, words and sentences', () => {
    expect(stopOfCode(4409)).toBe('wrong_lineage');
    expect(stopOfReason('not_found')).toBe('not_found');
    expect(stopOfReason('4413')).toBe('too_large');
    expect(stopOfReason('4409 wrong_lineage')).toBe('wrong_lineage');
    expect(stopOfReason('1011')).toBeNull();
    expect(stopOfReason('')).toBeNull();
  });
});
