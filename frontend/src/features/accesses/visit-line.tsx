import i18next, { type TFunction } from 'i18next';
import { ChevronDown, Siren } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PersonLine } from '@/components/ui/person-line';
import { clock } from '@/lib/dates';
import type { Visit } from './visits';

const list = new Intl.ListFormat('pt-BR', { type: 'conjunction' });

/** So many parts are named at once; a longer list is only in the way of who came. */
const FEW = 3;

/** A function as the server names it; one that this version does not know says nothing rather than a code. */
export function tieWords(tie: string): string[] {
  return i18next.exists(`common:function.${tie}`)
    ? [i18next.t(`common:function.${tie}` as 'common:function.guardian')]
    : [];
}

/** "você · direção e família". */
export function ownAnd(own: boolean, ties: readonly string[], t: TFunction<'accesses'>): string {
  return [own ? t('you') : '', ties.length > 0 ? list.format(ties) : t('no_tie')].filter(Boolean).join(' · ');
}

export function VisitLine({ visit, own }: { visit: Visit; own: boolean }) {
  const { t } = useTranslation(['accesses', 'collab']);
  const ties = visit.ties.flatMap(tieWords);
  const section = (key: Visit['sections'][number]) => (key ? t(`collab:section.${key}`) : t('team_part'));
  return (
    <li className="rounded-xl border bg-sheet px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <PersonLine id={visit.userId} name={visit.name} detail={ownAnd(own, ties, t)} />
        <time dateTime={visit.at.toISOString()} className="pt-1 text-soft tabular-nums">
          {t('at', { time: clock(visit.at) })}
        </time>
      </div>
      {visit.inEmergency && (
        <p className="mt-2 flex items-center gap-2 font-semibold text-danger">
          <Siren className="size-5 shrink-0" aria-hidden />
          {t('in_emergency')}
        </p>
      )}
      {visit.sections.length <= FEW ? (
        <p className="mt-2 leading-snug [overflow-wrap:anywhere]">
          <span className="text-soft">{t('opened')}</span> {visit.sections.map(section).join('; ')}
        </p>
      ) : (
        <details className="group mt-1">
          <summary className="-mx-2 inline-flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-md px-2 hover:bg-wash [&::-webkit-details-marker]:hidden">
            {t('opened_many', { count: visit.sections.length })}
            <ChevronDown className="size-5 shrink-0 text-soft transition-transform group-open:rotate-180" aria-hidden />
          </summary>
          <ul className="mt-1 list-disc pl-5 leading-snug [overflow-wrap:anywhere]">
            {visit.sections.map((key) => (
              <li key={key ?? ''}>{section(key)}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
