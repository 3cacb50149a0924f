import i18next from 'i18next';
import type { Invite, PendingInvitation, StaffFunction } from '@/api/types';
import { functionName } from './words';

/** Functions that reach every student of the school and join no team. The server decides; this only chooses the words. */
export const IN_NO_TEAM: readonly StaffFunction[] = ['principal', 'coordinator', 'network_manager'];

export interface Named {
  school: string;
  student: string | null;
}

/** What the invited person will see and do, in whole sentences. */
export function promises(invitation: Invite, { school, student }: Named): string[] {
  const t = i18next.getFixedT(null, 'administration');
  const { kind, function: held, team_function: team, guardianship } = invitation;
  const words: string[] = [];
  if (kind === 'guardian' && guardianship) {
    words.push(t('invite.will.guardian', { student }));
    words.push(t(guardianship.can_write ? 'invite.will.guardian_writes' : 'invite.will.guardian_reads'));
    words.push(t('invite.will.guardian_accesses', { student }));
    return words;
  }
  if (held) words.push(t('invite.will.function', { function: functionName(held), school }));
  if (held && IN_NO_TEAM.includes(held)) {
    words.push(t('invite.will.all_students', { school }));
    words.push(t(held === 'principal' ? 'invite.will.principal' : 'invite.will.coordinator'));
  }
  if (team) {
    words.push(t('invite.will.team', { student, function: functionName(team) }));
    words.push(t(team === 'support_professional' ? 'invite.will.support' : 'invite.will.team_writes'));
  }
  if (held && !IN_NO_TEAM.includes(held) && !team) words.push(t('invite.will.nobody_yet'));
  return words;
}

/** What an open invitation is for, in one line. */
export function purposeWords({ function: held, team_function: team, student_name, guardianship }: PendingInvitation) {
  const t = i18next.getFixedT(null, 'administration');
  if (guardianship) return t('invite.row.guardian', { kinship: guardianship.kinship, student: student_name });
  const parts = held ? [functionName(held)] : [];
  if (team) parts.push(t('invite.row.team', { student: student_name, function: functionName(team) }));
  return parts.join(' · ');
}
