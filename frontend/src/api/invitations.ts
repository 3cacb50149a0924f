import { queryOptions } from '@tanstack/react-query';
import { ADMIN_KEY } from './admin';
import { http } from './http';
import { toProblem } from './problem';
import { withStepUp } from './step-up';
import type { Invite, Invited, PendingInvitation } from './types';

/** All that the asker might have made, of every school, the newest first. */
export const invitationsQuery = queryOptions({
  queryKey: [ADMIN_KEY, 'invitations'],
  queryFn: async ({ signal }) => (await http.get<PendingInvitation[]>('/invitations', { signal })).data,
});

/** Asks for the password when the last proof is too old. */
export function invite(invitation: Invite): Promise<Invited> {
  return withStepUp(async () => (await http.post<Invited>('/invitations', invitation)).data);
}

export async function withdrawInvitation(id: string): Promise<void> {
  await http.delete(`/invitations/${encodeURIComponent(id)}`);
}

/** The same invitation once more, with a secret of its own; the one before is worth nothing from then on. */
export async function inviteAgain(open: PendingInvitation): Promise<Invited> {
  const { kind, name, email, school_id, function: held, student_id, team_function, guardianship } = open;
  const again = await invite({
    kind,
    name,
    ...(email && { email }),
    ...(kind === 'staff' && { school_id }),
    ...(held && { function: held }),
    ...(student_id && { student_id }),
    ...(team_function && { team_function }),
    ...(guardianship && { guardianship }),
  });
  try {
    await withdrawInvitation(open.invitation_id);
  } catch (error) {
    // Taken or withdrawn by somebody else meanwhile: a second one would be one too many.
    if (toProblem(error).code === 'not_found') await withdrawInvitation(again.invitation_id);
    throw error;
  }
  return again;
}
