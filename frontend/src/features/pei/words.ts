import i18next from 'i18next';
import type { PeiSection, SectionKey } from '@/api/types';
import { whenWords } from '@/lib/dates';

export function sectionTitle(section: SectionKey): string {
  return i18next.t(`collab:section.${section}`);
}

/** A function as the server names it in presence; an unknown one says nothing rather than a code. */
export function functionWords(code: string): string {
  return i18next.exists(`common:function.${code}`)
    ? i18next.t(`common:function.${code}` as 'common:function.guardian')
    : '';
}

export function lastChange(section: PeiSection): string {
  if (!section.updated_at) return i18next.t('pei:never_changed');
  const when = whenWords(section.updated_at);
  return section.updated_by
    ? i18next.t('pei:last_change_by', { when, name: section.updated_by })
    : i18next.t('pei:last_change', { when });
}

const list = new Intl.ListFormat('pt-BR', { type: 'conjunction' });

export function namesWords(names: readonly string[]): string {
  return i18next.t(names.length > 1 ? 'pei:inside_many' : 'pei:inside', { names: list.format(names) });
}
