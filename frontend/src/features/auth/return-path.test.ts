import { expect, it } from 'vitest';
import { safeReturn } from './return-path';

it('follows paths of this application and nothing else', () => {
  expect(safeReturn('/peis/1/metas')).toBe('/peis/1/metas');
  for (const bad of ['//evil.example', 'https://evil.example', '/\\evil', '/entrar', undefined, 7, ''])
    expect(safeReturn(bad)).toBe('/');
});
