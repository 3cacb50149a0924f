import { Eye, EyeOff, PenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Effect, EffectChange } from '@/api/types';
import { Notice } from '@/components/ui/notice';
import { list, studentsWords, whenOf } from './words';

/** What an act would do, in words, from what the server found out by trying it. */
export function EffectView({ effect }: { effect: Effect }) {
  const { t } = useTranslation('administration');
  const { changes, user_name: name, ended_links: links, ended_sessions: sessions, warnings } = effect;
  const loses = changes.some(({ saw, sees }) => saw && !sees);
  return (
    <section aria-label={t('act.what')} aria-live="polite" className="flex flex-col gap-3">
      {changes.map((change) => (
        <ChangeView key={JSON.stringify([change.from, change.sections, change.students])} change={change} name={name} />
      ))}
      {changes.length === 0 && <p>{t('act.nothing', { name })}</p>}
      {links > 0 && <p>{t('act.links', { count: links })}</p>}
      {sessions > 0 && <p>{t('act.sessions', { count: sessions })}</p>}
      {loses && <p className="text-soft text-sm">{t('act.unsaved')}</p>}
      {warnings.map((warning) => (
        <Notice key={warning} tone="attention">
          {t(`act.${warning}`)}
        </Notice>
      ))}
    </section>
  );
}

function ChangeView({ change, name }: { change: EffectChange; name: string }) {
  const { t } = useTranslation(['administration', 'collab']);
  const { saw, sees, sections } = change;
  const words = { name, students: studentsWords(change), when: whenOf(change) };
  const named = (wanted: (section: (typeof sections)[number]) => boolean) =>
    list.format(sections.filter(wanted).map(({ section }) => t(`collab:section.${section}`)));
  if (saw && !sees)
    return (
      <p className="flex items-start gap-2 font-semibold">
        <EyeOff className="mt-0.5 size-5 shrink-0 text-danger" aria-hidden />
        {t('act.loses', words)}
      </p>
    );
  const lines = (
    [
      ['act.writes', named(({ after }) => after === 'write')],
      ['act.reads', named(({ before, after }) => after === 'read' && before === null)],
      ['act.stops_writing', named(({ before, after }) => before === 'write' && after === 'read')],
      ['act.stops_reading', named(({ after }) => after === null)],
    ] as const
  ).filter(([, text]) => text);
  const Icon = saw ? PenLine : Eye;
  return (
    <div className="flex items-start gap-2">
      <Icon className="mt-0.5 size-5 shrink-0 text-soft" aria-hidden />
      <div>
        <p className="font-semibold">{t(saw ? 'act.changes' : 'act.gains', words)}</p>
        <ul className="mt-1 flex flex-col gap-1 text-sm">
          {lines.map(([key, text]) => (
            <li key={key}>{t(key, { sections: text })}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
