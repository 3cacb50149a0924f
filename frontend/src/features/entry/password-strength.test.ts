import { expect, it } from 'vitest';
import { strengthOf } from './password-strength';

it('says what is missing, weak and good', () => {
  const context = ['Patrícia Coutinho', 'patricia.coutinho@example.org'];
  for (const [password, strength] of [
    ['', 'empty'],
    ['gato', 'short'],
    ['aaaaaaaaaaaa', 'weak'],
    ['1234567890', 'weak'],
    ['9182736450918', 'weak'],
    ['senha12345', 'weak'],
    ['patricia1990', 'weak'],
    ['kombi verde', 'ok'],
    ['quatro gatos na janela', 'strong'],
  ] as const)
    expect(strengthOf(password, context), password).toBe(strength);
});
