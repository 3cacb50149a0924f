import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { PersonLine } from '@/components/ui/person-line';
import { clock } from '@/lib/dates';
import type { Visit } from './visits';

const list = new Intl.ListFormat('pt-BR', { type: 'conjunction' });

/** A function as the server names it; one that this version does not know says nothing rather than a code. */
function tieWords(tie: string): string[] {
  return i18next.exists(`common:function.${tie}`)
    ? [i18next.t(`common:function.${tie}` as 'common:function.guardian')]
    : [];
}

export function VisitLine({ visit, own }: { visit: Visit; own: boolean }) {
  const { t } = useTranslation(['accesses', 'collab']);
  const ties = visit.ties.flatMap(tieWords);
  const section = (key: Visit['sections'][number]) => (key ? t(`collab:section.${key}`) : t('team_part'));
  return (
    <li className="rounded-xl border bg-sheet px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <PersonLine
          id={visit.userId}
          name={own ? `${visit.name} (${t('you')})` : visit.name}
          detail={ties.length > 0 ? list.format(ties) : t('no_tie')}
        />
        <time dateTime={visit.at.toISOString()} className="pt-1 text-soft tabular-nums">
          {t('at', { time: clock(visit.at) })}
        </time>
      </div>
      <p className="mt-2 leading-snug [overflow-wrap:anywhere]">
        <span className="text-soft">{t('opened')}</span> {visit.sections.map(section).join('; ')}
      </p>
    </li>
  );
}
