import { leave } from '@/api/session';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('kazumi.session') : null;

/** Tells the other tabs that this person left, so that they close their local copies and go to the login. */
export function announceLogout(userId: string): void {
  channel?.postMessage({ type: 'logout', userId });
}

export function listenForLogout(userId: string): () => void {
  const onMessage = (event: MessageEvent<{ type?: unknown; userId?: unknown }>) => {
    if (event.data?.type !== 'logout' || event.data.userId !== userId) return;
    void import('@/features/collab/rooms').then(({ closeAllRooms }) => closeAllRooms()).then(leave);
  };
  channel?.addEventListener('message', onMessage);
  return () => channel?.removeEventListener('message', onMessage);
}
