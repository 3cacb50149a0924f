import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SaveIndicator } from '@/features/collab/save-indicator';
import type { SaveState } from '@/features/collab/save-state';
import { cx } from '@/lib/cx';

interface TopBarProps {
  name: string;
  /** The heading with the name has left the screen. */
  named: boolean;
  save: SaveState;
  /** The rail beside it already leads back. */
  rail: boolean;
  action?: ReactNode;
}

/** Always in sight: whose plan this is, and whether what was written is safe. */
export function TopBar({ name, named, save, rail, action }: TopBarProps) {
  const { t } = useTranslation('pei');
  return (
    <header
      className={cx(
        'sticky top-0 z-20 flex min-h-14 items-center gap-2 border-b bg-paper',
        rail ? 'px-8' : 'px-2 pr-4',
      )}
    >
      {!rail && (
        <Link
          to="/"
          aria-label={t('back')}
          title={t('back')}
          className="grid size-11 shrink-0 place-items-center rounded-md text-soft hover:bg-wash"
        >
          <ArrowLeft className="size-5" aria-hidden />
        </Link>
      )}
      <p aria-hidden className={cx('min-w-0 flex-1 truncate font-semibold transition-opacity', !named && 'opacity-0')}>
        {name}
      </p>
      <SaveIndicator state={save} />
      {action}
    </header>
  );
}
