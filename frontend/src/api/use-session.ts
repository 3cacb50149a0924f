import { useSyncExternalStore } from 'react';
import { getSession, type Session, subscribeSession } from './session';
import type { Me } from './types';

export function useSession(): Session {
  return useSyncExternalStore(subscribeSession, getSession);
}

/** The signed-in person. Only for components below the session guard. */
export function useMe(): Me {
  const session = useSession();
  if (session.status !== 'in' && session.status !== 'ended') throw new Error('useMe needs a session');
  return session.me;
}
