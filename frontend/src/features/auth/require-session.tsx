import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';
import { stayAlive } from '@/api/session';
import { useSession } from '@/api/use-session';
import { Loading } from '@/components/layout/loading';
import { listUnsent } from '@/features/collab/unsent';
import { isSharedDevice } from '@/lib/device';
import { countWaiting } from '@/lib/messages';
import { listenForLogout } from './session-channel';
import { Unreachable } from './unreachable';

// Signing in again needs the server, so that its form may come from there too.
const ReauthDialog = lazy(() => import('./reauth-dialog'));

/** Lets only signed-in people through. A session that ends over unsent text keeps the page and asks for a new login on top of it. */
export function RequireSession({ children }: { children: ReactNode }) {
  const session = useSession();
  const location = useLocation();
  const userId = session.status === 'in' || session.status === 'ended' ? session.me.user_id : null;
  useEffect(() => (userId ? listenForLogout(userId) : undefined), [userId]);

  useEffect(() => {
    if (!userId || !isSharedDevice()) return;
    window.addEventListener('pointerdown', stayAlive);
    window.addEventListener('keydown', stayAlive);
    return () => {
      window.removeEventListener('pointerdown', stayAlive);
      window.removeEventListener('keydown', stayAlive);
    };
  }, [userId]);

  switch (session.status) {
    case 'starting':
      return <Loading />;
    case 'unreachable':
      return <Unreachable />;
    case 'out':
      // After leaving, the next person must not be led to where the last one was.
      return <Navigate to="/entrar" replace state={session.left ? null : { from: location.pathname }} />;
    case 'ended':
      if (listUnsent(session.me.user_id).length + countWaiting(session.me.user_id) === 0)
        return <Navigate to="/entrar" replace state={{ from: location.pathname, ended: true }} />;
      return (
        <>
          {children}
          <Suspense fallback={null}>
            <ReauthDialog />
          </Suspense>
        </>
      );
    case 'in':
      return children;
  }
}
