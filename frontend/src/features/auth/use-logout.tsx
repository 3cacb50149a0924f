import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { logout } from '@/api/session';
import type { Me } from '@/api/types';
import { toast } from '@/components/ui/toast-store';
import { listUnsent, type Unsent } from '@/features/collab/unsent';
import { countWaiting } from '@/lib/messages';
import { problemText } from '@/lib/problem-text';
import { forgetPerson } from './forget-person';
import { announceLogout } from './session-channel';

const loadDialog = () => import('./logout-dialog').then(({ LogoutDialog }) => ({ default: LogoutDialog }));
const LogoutDialog = lazy(loadDialog);

/** Logging out: asks first when text would be lost, then ends the session, then forgets everything on this device. */
export function useLogout(me: Me): { start: () => void; dialog: ReactNode } {
  const { t } = useTranslation('auth');
  const [unsent, setUnsent] = useState<readonly Unsent[]>([]);
  const [messages, setMessages] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  // Behind the page, so that it is there when the network is not.
  useEffect(() => void loadDialog().catch(() => undefined), []);

  async function leaveNow(asked: boolean) {
    setBusy(true);
    setFailure(null);
    try {
      await logout();
      announceLogout(me.user_id);
      await forgetPerson(me.user_id);
    } catch (error) {
      const reason = problemText(toProblem(error));
      if (asked) setFailure(reason);
      else toast(t('logout.failed', { reason }));
    } finally {
      setBusy(false);
    }
  }

  return {
    start: () => {
      setFailure(null);
      const waiting = listUnsent(me.user_id);
      const waitingMessages = countWaiting(me.user_id);
      setUnsent(waiting);
      setMessages(waitingMessages);
      if (waiting.length + waitingMessages === 0) void leaveNow(false);
    },
    dialog: unsent.length + messages > 0 && (
      <Suspense fallback={null}>
        <LogoutDialog
          unsent={unsent}
          messages={messages}
          busy={busy}
          failure={failure}
          onStay={() => {
            setUnsent([]);
            setMessages(0);
          }}
          onLeave={() => void leaveNow(true)}
        />
      </Suspense>
    ),
  };
}
