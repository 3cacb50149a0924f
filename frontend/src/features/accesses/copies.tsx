import { FileDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SeenCopy } from '@/api/types';
import { PersonLine } from '@/components/ui/person-line';
import { whenWords } from '@/lib/dates';
import { ownAnd, tieWords } from './visit-line';

/** Who took everything away in one file: that weighs more than having looked. */
export function Copies({ copies, me }: { copies: readonly SeenCopy[]; me: string }) {
  const { t } = useTranslation('accesses');
  if (copies.length === 0) return null;
  return (
    <section aria-labelledby="copies-title" className="mt-6">
      <h2 id="copies-title" className="flex items-center gap-2 text-xl">
        <FileDown className="size-6 shrink-0 text-primary" aria-hidden />
        {t('copies.title')}
      </h2>
      <p className="mt-1 max-w-[60ch] text-soft">{t('copies.intro')}</p>
      <ul className="mt-3 flex flex-col gap-3">
        {copies.map(({ user_id, name, ties, taken_at }) => (
          <li
            key={`${taken_at} ${user_id}`}
            className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 rounded-xl border bg-sheet px-4 py-3"
          >
            <PersonLine id={user_id} name={name} detail={ownAnd(user_id === me, ties.flatMap(tieWords), t)} />
            <time dateTime={taken_at} className="pt-1 text-soft">
              {whenWords(taken_at)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
