import { queryOptions } from '@tanstack/react-query';
import { http } from './http';
import type { Enrolment, MySession, SecondFactorStatus } from './types';

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: async () => (await http.get<SecondFactorStatus>('/auth/second-factor')).data,
});

export const sessionsQuery = queryOptions({
  queryKey: ['my-sessions'],
  queryFn: async () => (await http.get<{ sessions: MySession[] }>('/me/sessions')).data.sessions,
});

/** A secret for the device; each call draws a new one until one is confirmed. */
export async function enrol(): Promise<Enrolment> {
  return (await http.post<Enrolment>('/auth/second-factor/enrol')).data;
}

/** A first code from the device. Resolves with the recovery codes, which are shown this once. */
export async function confirmDevice(code: string): Promise<string[]> {
  return (await http.post<{ recovery_codes: string[] }>('/auth/second-factor/confirm', { code })).data.recovery_codes;
}

/** Pays what the session owes with a code or a recovery code. */
export async function verifyCode(code: string): Promise<void> {
  await http.post('/auth/second-factor/verify', { code });
}

export async function renewRecoveryCodes(): Promise<string[]> {
  return (await http.post<{ recovery_codes: string[] }>('/auth/second-factor/recovery-codes')).data.recovery_codes;
}

export async function removeSecondFactor(): Promise<void> {
  await http.delete('/auth/second-factor');
}

export async function endSession(id: string): Promise<void> {
  await http.delete(`/me/sessions/${id}`);
}

export async function endOtherSessions(): Promise<void> {
  await http.delete('/me/sessions');
}
