import { Siren } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SeenEmergency } from '@/api/types';
import { clock, whenWords } from '@/lib/dates';
import { tieWords } from './visit-line';

/** Who opened the record in an emergency and why, above everything else: the family shall not have to look for it. */
export function Emergencies({ emergencies, name }: { emergencies: readonly SeenEmergency[]; name: string }) {
  const { t } = useTranslation('accesses');
  if (emergencies.length === 0) return null;
  return (
    <section
      aria-labelledby="emergency-title"
      className="mt-6 rounded-xl border border-danger bg-danger-wash px-4 py-4 md:px-5"
    >
      <h2 id="emergency-title" className="flex items-center gap-2 text-xl">
        <Siren className="size-6 shrink-0 text-danger" aria-hidden />
        {t('emergency.title')}
      </h2>
      <p className="mt-2 max-w-[60ch] leading-snug">{t('emergency.intro', { name })}</p>
      <ul className="mt-3 flex flex-col gap-3">
        {emergencies.map(({ user_id, name: who, acted_as, reason, opened_at, valid_to }) => (
          <li key={`${opened_at} ${user_id}`} className="rounded-lg border bg-sheet px-4 py-3 [overflow-wrap:anywhere]">
            <p className="font-semibold">{t('emergency.who', { name: who, function: tieWords(acted_as).join() })}</p>
            <p className="text-soft text-sm">
              {t('emergency.was', { when: whenWords(opened_at), time: clock(new Date(valid_to)) })}
            </p>
            <blockquote className="mt-2 whitespace-pre-line border-edge border-l-4 pl-3 leading-snug">
              {reason ?? t('emergency.erased')}
            </blockquote>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm">{t('emergency.doubt')}</p>
    </section>
  );
}
