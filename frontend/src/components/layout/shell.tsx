import { CircleUserRound, UsersRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Me } from '@/api/types';
import { cx } from '@/lib/cx';
import { useMedia } from '@/lib/use-media';
import { AccountMenu } from './account-menu';
import { AdministrationLink } from './administration-link';
import { Brand } from './brand';
import { SkipLink } from './skip-link';

interface ShellProps {
  me: Me;
  onLogout: () => void;
  children: ReactNode;
}

const railItem = 'flex min-h-11 items-center gap-3 rounded-lg px-3 font-semibold hover:bg-wash';

/** The frame of the general pages: a left rail on a desktop, a bottom bar on a phone. The PEI page has a frame of its own. */
export function Shell({ me, onLogout, children }: ShellProps) {
  const { t } = useTranslation();
  const wide = useMedia('(min-width: 1000px)');
  return (
    <div className={cx('min-h-dvh', wide && 'grid grid-cols-[264px_minmax(0,1fr)]')}>
      <SkipLink />
      {wide ? (
        <aside className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto border-r px-3 py-5">
          <div className="px-3">
            <Brand />
          </div>
          <nav aria-label={t('nav.label')} className="flex-1">
            <NavLink to="/" end className={({ isActive }) => cx(railItem, isActive && 'bg-primary-wash text-primary')}>
              <UsersRound className="size-5" aria-hidden />
              {t('nav.students_long')}
            </NavLink>
            {me.kind === 'staff' && (
              <AdministrationLink className={railItem} activeClass="bg-primary-wash text-primary" />
            )}
          </nav>
          <AccountMenu me={me} onLogout={onLogout} />
        </aside>
      ) : (
        <header className="flex items-center px-4 pt-4 md:px-8">
          <Brand />
        </header>
      )}
      <main id="conteudo" tabIndex={-1} className={cx('px-4 outline-none md:px-8', wide ? 'py-10' : 'pt-5 pb-28')}>
        {children}
      </main>
      {!wide && <BottomBar me={me} onLogout={onLogout} />}
    </div>
  );
}

const barItem =
  'flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-lg text-xs font-semibold text-soft';

function BottomBar({ me, onLogout }: { me: Me; onLogout: () => void }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t('nav.label')}
      className="fixed inset-x-0 bottom-0 z-30 flex gap-1 border-t bg-paper px-2 pt-1 pb-[max(4px,env(safe-area-inset-bottom))]"
    >
      <NavLink to="/" end className={({ isActive }) => cx(barItem, isActive && 'text-primary!')}>
        <UsersRound className="size-6" aria-hidden />
        {t('nav.students')}
      </NavLink>
      {me.kind === 'staff' && <AdministrationLink className={barItem} activeClass="text-primary!" short />}
      <AccountMenu
        me={me}
        onLogout={onLogout}
        trigger={(open) => (
          <button type="button" className={barItem} onClick={open}>
            <CircleUserRound className="size-6" aria-hidden />
            {t('nav.account')}
          </button>
        )}
      />
    </nav>
  );
}
