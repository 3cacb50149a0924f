import { describe, expect, it } from 'vitest';
import { dateWords, dayWords, waitWords, whenWords } from './dates';

const now = new Date(2026, 10, 18, 9, 0);

describe('whenWords', () => {
  it('uses the words people use near now', () => {
    expect(whenWords(new Date(2026, 10, 18, 8, 5), now)).toBe('hoje, 08:05');
    expect(whenWords(new Date(2026, 10, 17, 23, 59), now)).toBe('ontem, 23:59');
    expect(whenWords(new Date(2026, 10, 13, 10, 32), now)).toBe('sexta-feira, 10:32');
    expect(whenWords(new Date(2026, 2, 3, 10, 32), now)).toBe('3 de março');
    expect(whenWords(new Date(2025, 2, 3, 10, 32), now)).toBe('3 de março de 2025');
  });

  it('calls a moment slightly ahead of this clock today', () => {
    expect(whenWords(new Date(2026, 10, 18, 9, 2), now)).toBe('hoje, 09:02');
  });

  it('says nothing about what is no moment', () => {
    expect(whenWords('never', now)).toBe('');
  });
});

describe('dayWords', () => {
  it('names a day as a heading', () => {
    expect(dayWords(new Date(2026, 10, 18, 0, 0), now)).toBe('Hoje');
    expect(dayWords(new Date(2026, 10, 18, 9, 2), now)).toBe('Hoje');
    expect(dayWords(new Date(2026, 10, 17, 23, 59), now)).toBe('Ontem');
    expect(dayWords(new Date(2026, 10, 13, 10, 32), now)).toBe('Sexta-feira, 13 de novembro');
    expect(dayWords(new Date(2025, 2, 3, 10, 32), now)).toBe('3 de março de 2025');
  });
});

describe('dateWords', () => {
  it('never shifts a date by a time zone', () => {
    expect(dateWords('2027-01-01')).toBe('1 de janeiro de 2027');
    expect(dateWords('')).toBe('');
    expect(dateWords('01/01/2027')).toBe('');
  });
});

describe('waitWords', () => {
  it('rounds up so that nobody comes back too early', () => {
    expect(waitWords(0.2)).toBe('1 segundo');
    expect(waitWords(59)).toBe('59 segundos');
    expect(waitWords(61)).toBe('2 minutos');
    expect(waitWords(60)).toBe('1 minuto');
    expect(waitWords(3601)).toBe('2 horas');
  });
});
