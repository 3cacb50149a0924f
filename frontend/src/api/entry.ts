import { http } from './http';
import { toProblem } from './problem';
import { bare } from './session';
import type { InvitationPreview, ResetDone } from './types';

/** What an invitation is taken, or a new password set with: the token of a mail's link or the code from paper. */
export type InvitationSecret = { token: string } | { code: string };

/** Tokens are drawn by the server and always this long; everything else is a code. */
const TOKEN_LENGTH = 43;

export function invitationSecret(text: string): InvitationSecret {
  return text.length === TOKEN_LENGTH ? { token: text } : { code: text };
}

async function ask<T>(request: Promise<{ data: T }>): Promise<T> {
  try {
    return (await request).data;
  } catch (error) {
    throw toProblem(error);
  }
}

export const previewInvitation = (secret: InvitationSecret) =>
  ask(bare.post<InvitationPreview>('/invitations/preview', secret));

/** With the account one is signed in with. */
export const joinWithInvitation = (secret: InvitationSecret) => ask(http.post<void>('/invitations/join', secret));

export const requestReset = (email: string) => ask(bare.post<void>('/auth/reset-requests', { email }));

/** The answer names the address to sign in with. */
export const resetPassword = (secret: InvitationSecret, password: string) =>
  ask(bare.post<ResetDone>('/auth/resets', { ...secret, password }));
