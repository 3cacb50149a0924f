import axios from 'axios';
import { ApiProblem, toProblem } from './problem';
import type { Acceptance, Me, Owed, RenewedToken, SessionBody } from './types';

/**
 * The session of this tab. The access token lives here and nowhere else: not in storage, not in React state.
 * `ended` means that the session stopped while the application was in use; `out` is a person who never came in or left by herself.
 */
export type Session =
  | { status: 'starting' }
  | { status: 'unreachable' }
  | { status: 'in'; me: Me }
  | { status: 'ended'; me: Me }
  | {
      status: 'out';
      /** By her own decision, in this tab or another. */
      left: boolean;
      /** The password was right already (before the page was loaded again), and this is still missing. */
      owed?: Owed;
    };

/** A token this close to its end is renewed before it is used. */
const NEAR_EXPIRY_MS = 60_000;
/** On a shared computer the session ends half an hour after the last renewal; a person at work renews it this often. */
const ALIVE_EVERY_MS = 300_000;

/** Without a token: for whoever is not signed in, or brings the token along. */
export const bare = axios.create({ baseURL: '/api/v1', timeout: 15_000, headers: { 'X-Kazumi': '1' } });
const listeners = new Set<() => void>();
let session: Session = { status: 'starting' };
let token: { value: string; since: number; until: number } | null = null;
let refreshing: Promise<string> | null = null;

export function getSession(): Session {
  return session;
}

export function subscribeSession(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}

function set(next: Session): void {
  session = next;
  for (const notify of listeners) notify();
}

/** Null: the answer belongs to somebody else than the page, which starts anew and resumes that session by its cookie. */
function accept(body: SessionBody): string | null {
  if ((session.status === 'in' || session.status === 'ended') && session.me.user_id !== body.user.user_id) {
    // First out, so that the caches empty themselves and no room goes on with a stranger's credentials.
    leave();
    window.location.replace('/');
    return null;
  }
  token = { value: body.access_token, since: Date.now(), until: Date.now() + body.expires_in * 1000 };
  if (!body.second_factor) set({ status: 'in', me: body.user });
  // Until a code is shown the token opens nothing else, and the page stays what it was.
  else if (session.status === 'starting' || session.status === 'unreachable')
    set({ status: 'out', left: false, owed: body.second_factor });
  return body.access_token;
}

/** Only the server's word ends a session; a network fault never does. */
function drop(): void {
  token = null;
  if (session.status === 'in' || session.status === 'ended') set({ status: 'ended', me: session.me });
  else set({ status: 'out', left: false });
}

async function requestRefresh(): Promise<string> {
  let accepted: string | null;
  try {
    accepted = accept((await bare.post<SessionBody>('/auth/refresh')).data);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status === 401 || problem.status === 403) {
      drop();
      throw new ApiProblem('session_ended', problem.status);
    }
    throw problem;
  }
  if (accepted === null) throw new ApiProblem('session_ended', 401);
  return accepted;
}

/** One renewal at a time in this tab, and one at a time among the tabs, because the refresh token rotates. */
export function refresh(): Promise<string> {
  refreshing ??= (
    navigator.locks ? navigator.locks.request('kazumi.refresh', requestRefresh) : requestRefresh()
  ).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

export function currentToken(): string | null {
  return token?.value ?? null;
}

/** A token good for at least a minute. Rejects with `session_ended` or with the network's problem. */
export async function freshToken(): Promise<string> {
  if (token && token.until - Date.now() > NEAR_EXPIRY_MS) return token.value;
  if (session.status !== 'in') throw new ApiProblem('session_ended', 401);
  return refresh();
}

/** Tries to resume the session of the refresh cookie when the page opens. */
export async function resume(): Promise<void> {
  if (session.status !== 'starting') set({ status: 'starting' });
  try {
    await refresh();
  } catch (error) {
    if (toProblem(error).code !== 'session_ended') set({ status: 'unreachable' });
  }
}

/** The person does something: on a shared computer that is what keeps the session. */
export function stayAlive(): void {
  if (session.status !== 'in' || !token || Date.now() - token.since < ALIVE_EVERY_MS) return;
  refresh().catch(() => undefined);
}

/**
 * On a shared computer the refresh cookie goes with the browser. Resolves with what is still missing after the password; then the session
 * starts with `refresh` once that is shown.
 */
export async function login(email: string, password: string, sharedComputer: boolean): Promise<Owed | null> {
  try {
    const credentials = { email, password, shared_computer: sharedComputer };
    const body = (await bare.post<SessionBody>('/auth/login', credentials)).data;
    // When the page goes away for another person, nobody goes on from here.
    if (accept(body) === null) return new Promise(() => undefined);
    return body.second_factor;
  } catch (error) {
    throw toProblem(error);
  }
}

/** Takes an invitation as somebody new; the answer is that of signing in. */
export async function acceptInvitation(acceptance: Acceptance): Promise<void> {
  try {
    const body = (await bare.post<SessionBody>('/invitations/accept', acceptance)).data;
    if (accept(body) === null) return new Promise(() => undefined);
    // Whoever needs a second factor sets it up on the page for signing in, without typing the new password again.
    if (body.second_factor) set({ status: 'out', left: false, owed: body.second_factor });
  } catch (error) {
    throw toProblem(error);
  }
}

/** A new password ends every token of before, this tab's too; the answer brings the one that goes on. */
export async function changePassword(old: string, password: string): Promise<void> {
  try {
    const headers = { Authorization: `Bearer ${await freshToken()}` };
    const { data } = await bare.post<RenewedToken>('/me/password', { old_password: old, password }, { headers });
    token = { value: data.access_token, since: Date.now(), until: Date.now() + data.expires_in * 1000 };
  } catch (error) {
    throw toProblem(error);
  }
}

/** Ends the session on the server. When the server cannot be reached the cookie may survive, so the problem is thrown. */
export async function logout(): Promise<void> {
  try {
    await bare.post(
      '/auth/logout',
      undefined,
      token ? { headers: { Authorization: `Bearer ${token.value}` } } : undefined,
    );
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status !== 401) throw problem;
  }
  leave();
}

/** Forgets the session in this tab only: another tab has already told the server. */
export function leave(): void {
  token = null;
  set({ status: 'out', left: true });
}
