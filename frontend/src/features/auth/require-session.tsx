import { CloudOff } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { resume } from '@/api/session';
import { useSession } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { listUnsent } from '@/features/collab/unsent';
import { ReauthDialog } from './reauth-dialog';
import { listenForLogout } from './session-channel';

/** Lets only signed-in people through. A session that ends over unsent text keeps the page and asks for a new login on top of it. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const location = useLocation();
  const userId = session.status === 'in' || session.status === 'ended' ? session.me.user_id : null;
  useEffect(() => (userId ? listenForLogout(userId) : undefined), [userId]);

  switch (session.status) {
    case 'starting':
      return <p className="sr-only">{t('loading')}</p>;
    case 'unreachable':
      return (
        <main className="px-5">
          <Message
            icon={CloudOff}
            level={1}
            title={t('unreachable.title')}
            action={<Button onClick={() => void resume()}>{t('retry')}</Button>}
          >
            {t('unreachable.body')}
          </Message>
        </main>
      );
    case 'out':
      // After leaving, the next person must not be led to where the last one was.
      return <Navigate to="/entrar" replace state={session.left ? null : { from: location.pathname }} />;
    case 'ended':
      if (listUnsent(session.me.user_id).length === 0)
        return <Navigate to="/entrar" replace state={{ from: location.pathname, ended: true }} />;
      return (
        <>
          {children}
          <ReauthDialog />
        </>
      );
    case 'in':
      return children;
  }
}
