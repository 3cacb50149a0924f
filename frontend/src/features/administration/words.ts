import './admin-i18n';
import i18next from 'i18next';
import type { AdminPerson, Effect, EffectChange, StaffFunction } from '@/api/types';
import { fullDayWords } from '@/lib/dates';
import { firstName } from '@/lib/people';

export const list = new Intl.ListFormat('pt-BR', { type: 'conjunction' });

interface Dated {
  valid_from: string;
  valid_to: string | null;
}

/** A tie that holds or will hold. */
export function lives({ valid_to }: Dated, now = Date.now()): boolean {
  return valid_to === null || Date.parse(valid_to) > now;
}

/** The last instant that still belongs to it: an end at midnight is the day before. */
const lastDay = (end: string) => fullDayWords(new Date(Date.parse(end) - 1));

export function periodWords({ valid_from, valid_to }: Dated): string {
  const t = i18next.getFixedT(null, 'administration');
  const from = fullDayWords(new Date(valid_from));
  if (valid_to !== null && Date.parse(valid_to) <= Date.parse(valid_from)) return t('withdrawn');
  if (valid_to !== null && Date.parse(valid_to) <= Date.now()) return t('was', { from, to: lastDay(valid_to) });
  const begins = t(Date.parse(valid_from) > Date.now() ? 'from' : 'since', { date: from });
  return valid_to === null ? begins : `${begins}, ${t('until', { date: lastDay(valid_to) })}`;
}

export function functionName(name: StaffFunction): string {
  return i18next.t(`common:function.${name}`);
}

/** What a person is in the school today, in one line. */
export function personWords(person: AdminPerson): string {
  const t = i18next.getFixedT(null, 'administration');
  const functions = [...person.functions, ...person.links].filter((each) => lives(each)).map((each) => each.function);
  const children = person.guardianships.filter((each) => lives(each)).map((each) => each.student_name);
  const parts = [...new Set(functions)].map(functionName);
  if (children.length > 0)
    parts.push(t('guardian_of', { count: children.length, names: list.format([...new Set(children)]) }));
  return parts.length > 0 ? parts.join(' · ') : t('no_ties');
}

export function studentsWords({ students, student_count: count }: EffectChange): string {
  const t = i18next.getFixedT(null, 'administration');
  const names = students.map(({ name }) => name);
  if (names.length === 0) return t('act.count', { count });
  if (count <= 4) return list.format(names);
  return t('act.and_more', { names: names.slice(0, 3).join(', '), count: count - 3 });
}

export function whenOf({ from, until }: EffectChange): string {
  const t = i18next.getFixedT(null, 'administration');
  const when = from === null ? t('act.now') : t('act.from', { date: fullDayWords(new Date(from)) });
  return until === null ? when : t('act.until', { when, date: lastDay(until) });
}

/** What the button says: the act's first consequence, so that nobody confirms something else than they read. */
export function confirmWords({ changes, user_name }: Effect): string {
  const t = i18next.getFixedT(null, 'administration');
  const [first] = changes;
  if (!first || changes.length > 1 || first.saw === first.sees) return t('act.confirm');
  const names = first.students.map(({ name }) => firstName(name));
  const students = first.student_count <= 2 && names.length > 0 ? list.format(names) : studentsWords(first);
  return t(first.saw ? 'act.confirm_loses' : 'act.confirm_gains', { name: firstName(user_name), students });
}
