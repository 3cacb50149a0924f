import { ChevronLeft, ChevronRight, ListTree } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pei } from '@/api/types';
import { cx } from '@/lib/cx';

interface SectionBarProps {
  pei: Pei;
  current: string;
  onOpenList: () => void;
}

const item =
  'flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-lg text-xs font-semibold text-soft';

/** The phone's way through the sections: back, the list, forth. */
export function SectionBar({ pei, current, onOpenList }: SectionBarProps) {
  const { t } = useTranslation('pei');
  const index = pei.sections.findIndex(({ section }) => section === current);
  const step = (by: -1 | 1, icon: typeof ChevronLeft, label: string) => {
    const target = pei.sections[index + by];
    const Icon = icon;
    return target ? (
      <Link to={`/peis/${pei.pei_id}/${target.section}`} className={item}>
        <Icon className="size-6" aria-hidden />
        {label}
      </Link>
    ) : (
      <span className={cx(item, 'opacity-0')} aria-hidden />
    );
  };
  return (
    <nav
      aria-label={t('sections')}
      className="fixed inset-x-0 bottom-0 z-30 flex gap-1 border-t bg-paper px-2 pt-1 pb-[max(4px,env(safe-area-inset-bottom))]"
    >
      {step(-1, ChevronLeft, t('previous'))}
      <button type="button" onClick={onOpenList} className={cx(item, 'text-primary!')}>
        <ListTree className="size-6" aria-hidden />
        <span>
          {t('sections_short')} · {t('position', { current: index + 1, total: pei.sections.length })}
        </span>
      </button>
      {step(1, ChevronRight, t('next'))}
    </nav>
  );
}
