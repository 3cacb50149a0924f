import { describe, expect, it } from 'vitest';
import { firstName, initials, PALETTE, personColor } from './people';

describe('personColor', () => {
  it('is the same for the same person on every screen', () => {
    const id = '6f9619ff-8b86-4d01-b42d-00c04fc964ff';
    expect(personColor(id)).toBe(personColor(id.toUpperCase()));
    expect(PALETTE).toContain(personColor(id));
  });

  it('follows FNV-1a over the bytes', () => {
    // Known values of the hash: "" is 0x811c9dc5, "a" is 0xe40c292c.
    expect(personColor('')).toBe(PALETTE[0x811c9dc5 % PALETTE.length]);
    expect(personColor('a')).toBe(PALETTE[0xe40c292c % PALETTE.length]);
  });
});

describe('names', () => {
  it('lose the particles in initials', () => {
    expect(initials('Maria Antonieta do Espírito Santo')).toBe('MS');
    expect(initials('Téo')).toBe('T');
    expect(initials('  ')).toBe('?');
    expect(firstName('Luciana Prado')).toBe('Luciana');
  });
});
