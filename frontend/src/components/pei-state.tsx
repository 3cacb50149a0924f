import {
  Archive,
  BadgeCheck,
  CornerUpLeft,
  Eye,
  FilePenLine,
  Hourglass,
  type LucideIcon,
  NotebookPen,
  RefreshCw,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PeiState } from '@/api/types';
import { cx } from '@/lib/cx';

const STATES: Record<PeiState, { icon: LucideIcon; tone: string }> = {
  rascunho: { icon: NotebookPen, tone: 'bg-wash text-ink' },
  em_elaboracao: { icon: FilePenLine, tone: 'bg-primary-wash text-primary' },
  em_revisao: { icon: Eye, tone: 'bg-wash text-ink' },
  devolvido: { icon: CornerUpLeft, tone: 'bg-accent-wash text-accent' },
  aguardando_ciencia: { icon: Hourglass, tone: 'bg-accent-wash text-accent' },
  vigente: { icon: BadgeCheck, tone: 'bg-primary-wash text-primary' },
  em_reavaliacao: { icon: RefreshCw, tone: 'bg-primary-wash text-primary' },
  encerrado: { icon: Archive, tone: 'bg-wash text-ink' },
};

/** Where the plan stands, as icon and word. */
export function PeiStateChip({ state }: { state: PeiState }) {
  const { t } = useTranslation('students');
  const { icon: Icon, tone } = STATES[state];
  return (
    <span
      className={cx(
        'chip inline-flex items-center gap-1.5 rounded-full border border-transparent px-2.5 py-0.5 font-semibold text-sm',
        tone,
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {t(`state.${state}`)}
    </span>
  );
}
