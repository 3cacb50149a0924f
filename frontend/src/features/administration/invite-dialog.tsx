import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ADMIN_KEY } from '@/api/admin';
import { invite } from '@/api/invitations';
import { toProblem } from '@/api/problem';
import type { AdminSchool, Invite, Invited } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { problemText } from '@/lib/problem-text';
import { type InviteDraft, InviteForm, startDraft, wanting } from './invite-form';
import { promises } from './invite-words';

interface InviteDialogProps {
  school: AdminSchool;
  onClose: () => void;
  /** An invitation without mail: its code is seen now or never. */
  onCode: (invited: Invited & { code: string; name: string }) => void;
}

/** Who, then what it would give them in plain words, then the button that does it. */
export function InviteDialog({ school, onClose, onCode }: InviteDialogProps) {
  const { t } = useTranslation(['administration', 'common']);
  const client = useQueryClient();
  const [draft, setDraft] = useState<InviteDraft>(() => startDraft(school));
  const [step, setStep] = useState<'form' | 'preview'>('form');
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const errors = wanting(draft);
  const invitation = toInvite(draft, school);
  const doing = useMutation({
    mutationFn: () => invite(invitation),
    onSuccess: (invited) => {
      void client.invalidateQueries({ queryKey: [ADMIN_KEY, 'invitations'] });
      const { code } = invited;
      if (code) return onCode({ ...invited, code, name: invitation.name });
      toast(t('invite.sent', { email: invitation.email }));
      onClose();
    },
  });

  function look(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (errors.size === 0) return setStep('preview');
    // After the errors are on the page.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  }

  const problem = doing.error ? toProblem(doing.error) : null;
  const student = draft.student?.name ?? null;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('invite.title')} sheet>
      {step === 'form' ? (
        <form ref={form} noValidate className="flex flex-col gap-4" onSubmit={look}>
          <InviteForm school={school} draft={draft} onChange={setDraft} errors={tried ? errors : new Set()} />
          <Button type="submit" className="w-full">
            {t('invite.next')}
          </Button>
        </form>
      ) : (
        <div className="flex flex-col gap-4">
          <section aria-label={t('invite.what')} className="flex flex-col gap-3">
            <p className="font-semibold [overflow-wrap:anywhere]">{t('invite.if', { name: invitation.name })}</p>
            <ul className="flex flex-col gap-2">
              {promises(invitation, { school: school.name, student }).map((words) => (
                <li key={words} className="flex items-start gap-2 [overflow-wrap:anywhere]">
                  <Check className="mt-0.5 size-5 shrink-0 text-primary" aria-hidden />
                  <span className="min-w-0 flex-1">{words}</span>
                </li>
              ))}
            </ul>
            <Notice tone={invitation.email ? 'attention' : 'info'}>
              <span className="[overflow-wrap:anywhere]">
                {invitation.email ? t('invite.by_mail', { email: invitation.email }) : t('invite.by_code')}
              </span>
            </Notice>
          </section>
          {problem && problem.code !== 'cancelled' && (
            <Notice tone="danger" role="alert">
              {problem.code === 'validation' ? t('invite.error.email') : problemText(problem)}
            </Notice>
          )}
          <div className="flex flex-col gap-2">
            <Button className="w-full" busy={doing.isPending} onClick={() => doing.mutate()}>
              {t(invitation.email ? 'invite.send' : 'invite.make_code')}
            </Button>
            <Button look="outline" className="w-full" disabled={doing.isPending} onClick={() => setStep('form')}>
              {t('form.back')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function toInvite(draft: InviteDraft, { school_id }: AdminSchool): Invite {
  const name = draft.name.trim();
  const email = draft.way === 'mail' ? draft.email.trim() : '';
  const student = draft.student;
  if (draft.kind === 'guardian') {
    const { kinship, custody, can_write } = draft;
    return {
      kind: 'guardian',
      name,
      ...(email && { email }),
      ...(student && { student_id: student.student_id }),
      guardianship: { kinship: kinship.trim(), custody, can_write },
    };
  }
  return {
    kind: 'staff',
    name,
    email,
    school_id,
    ...(draft.held && { function: draft.held }),
    ...(draft.inTeam && student && draft.team && { student_id: student.student_id, team_function: draft.team }),
  };
}
