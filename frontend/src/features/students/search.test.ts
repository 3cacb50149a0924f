import { expect, it } from 'vitest';
import { matches } from './search';

const student = {
  student_id: '1',
  name: 'Ícaro Dantas',
  class_name: '7º B',
  school_name: 'EMEF Profa. Celina Arruda',
  relations: [],
  sees_accesses: false,
  pei: null,
};

it('finds without accents, by any word of name, class or school', () => {
  expect(matches(student, 'icaro')).toBe(true);
  expect(matches(student, 'DANTAS 7º')).toBe(true);
  expect(matches(student, 'celina')).toBe(true);
  expect(matches(student, '')).toBe(true);
  expect(matches(student, 'lara')).toBe(false);
});
