import { Suspense } from 'react';
import { Outlet, useMatch } from 'react-router';
import { useMe } from '@/api/use-session';
import { Shell } from '@/components/layout/shell';
import { useLogout } from '@/features/auth/use-logout';
import { useUnreadMessages } from './use-conversations';

/** The general pages in their frame. */
export default function Framed() {
  const me = useMe();
  const { start, dialog } = useLogout(me);
  const unread = useUnreadMessages();
  const inbox = useMatch('/conversas');
  const room = useMatch('/conversas/:roomId');
  return (
    <Shell me={me} onLogout={start} unread={unread} fill={room ? 'bare' : inbox ? 'page' : undefined}>
      <Suspense fallback={null}>
        <Outlet />
      </Suspense>
      {dialog}
    </Shell>
  );
}
