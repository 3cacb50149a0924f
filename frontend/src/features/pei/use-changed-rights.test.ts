import { describe, expect, it } from 'vitest';
import type { PeiSection } from '@/api/types';
import { INITIAL_SECTION } from '@/features/collab/section-state';
import { contradicts } from './use-changed-rights';

const writes = { access: 'write' } as PeiSection;
const reads = { access: 'read' } as PeiSection;
const state = (more: Partial<typeof INITIAL_SECTION>) => ({ ...INITIAL_SECTION, ...more });

describe('contradicts', () => {
  it('is quiet while nothing is known and while both say the same', () => {
    expect(contradicts(writes, true, INITIAL_SECTION)).toBe(false);
    expect(contradicts(writes, true, state({ scope: 'read-write' }))).toBe(false);
    expect(contradicts(reads, true, state({ scope: 'readonly' }))).toBe(false);
    expect(contradicts(writes, false, state({ scope: 'readonly' }))).toBe(false);
  });

  it('notices a plan that was handed in, one that was given back, and another right', () => {
    expect(contradicts(writes, true, state({ scope: 'readonly' }))).toBe(true);
    expect(contradicts(writes, false, state({ scope: 'read-write' }))).toBe(true);
    expect(contradicts(reads, true, state({ scope: 'read-write' }))).toBe(true);
  });

  it('notices a right that ended, and no other end', () => {
    expect(contradicts(writes, true, state({ scope: 'read-write', stop: 'not_found' }))).toBe(true);
    expect(contradicts(writes, true, state({ scope: 'read-write', stop: 'too_large' }))).toBe(false);
  });
});
