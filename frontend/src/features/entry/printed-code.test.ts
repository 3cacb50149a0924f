import { expect, it } from 'vitest';
import { groupCode, readCode } from './printed-code';

it('reads a code however it is typed', () => {
  for (const typed of ['0K21 9QRT X4BD', 'ok2l9qrtx4bd', ' OK2I-9qrt.X4BD!', '0K21 9QRT X4BD EXTRA'])
    expect(readCode(typed)).toBe('0K219QRTX4BD');
});

it('shows what there is in groups of four', () => {
  expect(groupCode('0K219QRTX4BD')).toBe('0K21 9QRT X4BD');
  expect(groupCode('0K219')).toBe('0K21 9');
  expect(groupCode('')).toBe('');
});
