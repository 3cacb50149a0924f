import { useEffect, useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router';
import { useMe } from '@/api/use-session';
import { unreadMessages } from '@/lib/messages';

const TRY_AGAIN_MS = 10_000;

/** The socket of conversations lives as long as somebody is signed in. Its code comes after the page's own. */
export function useConversations(): void {
  const { user_id } = useMe();
  const navigate = useNavigate();
  useEffect(() => {
    let over = false;
    let stop: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      import('@/features/chat/live').then(
        ({ startLive }) => {
          if (!over) stop = startLive(user_id, (path) => void navigate(path));
        },
        () => {
          if (!over) timer = setTimeout(load, TRY_AGAIN_MS);
        },
      );
    };
    load();
    return () => {
      over = true;
      clearTimeout(timer);
      stop?.();
    };
  }, [user_id, navigate]);
}

export function useUnreadMessages(): number {
  return useSyncExternalStore(unreadMessages.subscribe, unreadMessages.get);
}
