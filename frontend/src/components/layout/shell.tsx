import { CircleUserRound, MessagesSquare, UsersRound } from 'lucide-react';
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
  /** Messages nobody here has read. */
  unread: number;
  /** `page`: a page that fills the screen itself and scrolls inside. `bare`: it also needs the place of the bars of a phone. */
  fill?: 'page' | 'bare' | undefined;
  children: ReactNode;
}

const railItem = 'flex min-h-11 items-center gap-3 rounded-lg px-3 font-semibold hover:bg-wash';

/** The frame of the general pages: a left rail on a desktop, a bottom bar on a phone. The PEI page has a frame of its own. */
export function Shell({ me, onLogout, unread, fill, children }: ShellProps) {
  const { t } = useTranslation();
  const wide = useMedia('(min-width: 1000px)');
  const bars = !wide && fill !== 'bare';
  const full = fill === 'bare' || (wide && fill === 'page');
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
            <NavLink
              to="/conversas"
              className={({ isActive }) => cx(railItem, isActive && 'bg-primary-wash text-primary')}
            >
              <MessagesSquare className="size-5" aria-hidden />
              {t('nav.conversations')}
              <Unread count={unread} className="ml-auto" />
            </NavLink>
            {me.kind === 'staff' && (
              <AdministrationLink className={railItem} activeClass="bg-primary-wash text-primary" />
            )}
          </nav>
          <AccountMenu me={me} onLogout={onLogout} />
        </aside>
      ) : bars ? (
        <header className="flex items-center px-4 pt-4 md:px-8">
          <Brand />
        </header>
      ) : null}
      <main
        id="conteudo"
        tabIndex={-1}
        className={cx(
          'outline-none',
          full ? 'h-dvh overflow-hidden' : cx('px-4 md:px-8', wide ? 'py-10' : 'pt-5 pb-28'),
        )}
      >
        {children}
      </main>
      {bars && <BottomBar me={me} onLogout={onLogout} unread={unread} />}
    </div>
  );
}

const barItem =
  'flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-lg text-xs font-semibold text-soft';

function BottomBar({ me, onLogout, unread }: { me: Me; onLogout: () => void; unread: number }) {
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
      <NavLink to="/conversas" className={({ isActive }) => cx(barItem, 'relative', isActive && 'text-primary!')}>
        <MessagesSquare className="size-6" aria-hidden />
        {t('nav.conversations')}
        <Unread count={unread} className="absolute top-0.5 left-1/2 ml-1.5" />
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

/** How many were not read: a number for the eyes, words for the ears. */
function Unread({ count, className }: { count: number; className?: string }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <span
      className={cx(
        'inline-grid h-6 min-w-6 place-items-center rounded-full bg-primary px-1.5 text-on-primary text-xs tabular-nums leading-none',
        className,
      )}
    >
      <span aria-hidden>{count > 99 ? '99+' : count}</span>
      <span className="sr-only">: {t('nav.unread', { count })}</span>
    </span>
  );
}
