import { describe, expect, it } from 'vitest';
import { cleanText, countCharacters, readFrame } from './protocol';

describe('a frame of the server', () => {
  it('is read with fields that this release does not know', () => {
    expect(readFrame('{"t":"pong","now":7,"mood":"good"}')).toMatchObject({ t: 'pong', now: 7 });
  });

  it('is passed over when its type is unknown, a field is missing or it is no object', () => {
    const damaged = [
      '{"t":"reaction","room":"r"}',
      '{"t":"pong"}',
      '{"t":"events","room":"r","events":{}}',
      '[]',
      'null',
      '{',
    ];
    for (const text of [...damaged, '{"t":"constructor"}', '{"t":"__proto__"}', '7'])
      expect(readFrame(text), text).toBeNull();
  });
});

describe('a text', () => {
  it('is counted as the server counts it: an emoji is one', () => {
    expect(countCharacters(' 👍ação ')).toBe(5);
  });

  it('loses what the server refuses, and keeps line breaks', () => {
    expect(cleanText('  um\r\ndois\u0000\u0007\ttrês\n')).toBe('um\ndois\ttrês');
  });
});
