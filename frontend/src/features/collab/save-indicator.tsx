import { BookOpen, Check, CloudOff, LoaderCircle, type LucideIcon, RefreshCw, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { clock } from '@/lib/dates';
import type { SaveState } from './save-state';

const LOOKS: Record<SaveState['kind'], { icon: LucideIcon; tone: string; turns?: boolean }> = {
  opening: { icon: LoaderCircle, tone: 'text-soft', turns: true },
  reading: { icon: BookOpen, tone: 'text-soft' },
  idle: { icon: Check, tone: 'text-soft' },
  saving: { icon: LoaderCircle, tone: 'text-soft', turns: true },
  saved: { icon: Check, tone: 'text-primary' },
  retrying: { icon: RefreshCw, tone: 'text-accent' },
  offline_keeping: { icon: LoaderCircle, tone: 'text-accent', turns: true },
  offline_kept: { icon: CloudOff, tone: 'text-accent' },
  offline_at_risk: { icon: CloudOff, tone: 'text-danger' },
  offline_reading: { icon: CloudOff, tone: 'text-accent' },
  refused: { icon: TriangleAlert, tone: 'text-danger' },
  stopped: { icon: TriangleAlert, tone: 'text-danger' },
};

export function useSaveWords(state: SaveState): string {
  const { t } = useTranslation('collab');
  switch (state.kind) {
    case 'saved':
      return t('save.saved', { time: clock(new Date(state.at)) });
    case 'offline_kept':
      return t(state.unsent ? 'save.offline_kept' : 'save.offline_kept_idle');
    case 'stopped':
      return t(state.unsent ? 'save.stopped_unsent' : 'save.stopped');
    default:
      return t(`save.${state.kind}`);
  }
}

/** The one place that speaks about saving. Read out politely, and not for each keystroke: "Salvando…" is left to the eye. */
export function SaveIndicator({ state }: { state: SaveState }) {
  const { t } = useTranslation('collab');
  const words = useSaveWords(state);
  const { icon: Icon, tone, turns } = LOOKS[state.kind];
  const spoken = state.kind === 'saving' || state.kind === 'opening' ? '' : words;
  return (
    <div
      className={cx('flex min-w-0 items-center gap-2 font-semibold text-sm leading-tight', tone)}
      data-save={state.kind}
    >
      <Icon className={cx('size-4.5 shrink-0', turns && 'turn')} aria-hidden />
      <span aria-hidden>{words}</span>
      <span role="status" aria-label={t('save.label')} className="sr-only">
        {spoken}
      </span>
    </div>
  );
}
