import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ADMIN_KEY } from '@/api/admin';
import { invitationsQuery, inviteAgain, withdrawInvitation } from '@/api/invitations';
import { toProblem } from '@/api/problem';
import type { AdminSchool, Invited, PendingInvitation } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { momentWords, whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { CodeSheet } from './code-sheet';
import { InviteDialog } from './invite-dialog';
import { purposeWords } from './invite-words';
import { Part, TieRow } from './parts';
import { functionName } from './words';

const SHOWN = 3;
const ALL_TRIES = 5;
const DAY = 86_400_000;

type Open =
  | { what: 'invite' }
  | { what: 'withdraw' | 'again'; invitation: PendingInvitation }
  | { what: 'code'; invited: Invited & { code: string; name: string } };

/** Inviting people into a school, and the invitations that nobody has taken yet. */
export function Invitations({ school }: { school: AdminSchool }) {
  const { t } = useTranslation(['administration', 'common']);
  const { data, error, isPending, isFetching, refetch } = useQuery(invitationsQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const [all, setAll] = useState(false);
  const close = () => setOpen(null);
  const waiting = data?.filter(({ school_id }) => school_id === school.school_id) ?? [];
  const shown = all ? waiting : waiting.slice(0, SHOWN);
  return (
    <Part
      title={t('invite.list')}
      action={
        <Button onClick={() => setOpen({ what: 'invite' })}>
          <MailPlus className="size-5" aria-hidden />
          {t('invite.open')}
        </Button>
      }
    >
      {isPending && (
        <p role="status" className="skeleton h-12 w-full">
          <span className="sr-only">{t('common:loading')}</span>
        </p>
      )}
      {error && !data && (
        <Notice
          tone="danger"
          role="alert"
          action={
            <Button look="outline" busy={isFetching} onClick={() => void refetch()}>
              {t('common:retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Notice>
      )}
      {data && waiting.length === 0 && <p className="text-soft">{t('invite.empty')}</p>}
      <ul>
        {shown.map((invitation) => (
          <Waits
            key={invitation.invitation_id}
            invitation={invitation}
            onAct={(what) => setOpen({ what, invitation })}
          />
        ))}
      </ul>
      {waiting.length > SHOWN && !all && (
        <Button look="outline" className="mt-2" onClick={() => setAll(true)}>
          {t('invite.all', { count: waiting.length })}
        </Button>
      )}
      {open?.what === 'invite' && (
        <InviteDialog school={school} onClose={close} onCode={(invited) => setOpen({ what: 'code', invited })} />
      )}
      {(open?.what === 'withdraw' || open?.what === 'again') && (
        <OnInvitation
          what={open.what}
          invitation={open.invitation}
          onClose={close}
          onCode={(invited) => setOpen({ what: 'code', invited })}
        />
      )}
      {open?.what === 'code' && (
        <CodeSheet
          purpose="invitation"
          name={open.invited.name}
          school={school.name}
          code={open.invited.code}
          expiresAt={open.invited.expires_at}
          onClose={close}
        />
      )}
    </Part>
  );
}

interface WaitsProps {
  invitation: PendingInvitation;
  onAct: (what: 'withdraw' | 'again') => void;
}

function Waits({ invitation, onAct }: WaitsProps) {
  const { t } = useTranslation('administration');
  const { name, email, inviter_name, inviter_function, created_at, expires_at, tries_left } = invitation;
  const wrong = ALL_TRIES - tries_left;
  const soon = Date.parse(expires_at) - Date.now() < DAY;
  const words = {
    when: whenWords(created_at),
    who: inviter_name ?? functionName(inviter_function),
    function: functionName(inviter_function),
  };
  return (
    <TieRow
      detail={
        <>
          <span className="block">{purposeWords(invitation)}</span>
          <span className="block">{email ? t('invite.row.mail', { email }) : t('invite.row.code')}</span>
          <span className="block">{t(inviter_name ? 'invite.row.made' : 'invite.row.made_by_function', words)}</span>
          <span className={soon ? 'block font-semibold text-accent' : 'block'}>
            {t('invite.row.until', { until: momentWords(new Date(expires_at)) })}
          </span>
          {wrong > 0 && <span className="block text-danger">{t('invite.row.wrong', { count: wrong })}</span>}
        </>
      }
      actions={
        <>
          <Button
            look="outline"
            aria-label={t(email ? 'invite.again_label' : 'invite.again_code_label', { name })}
            onClick={() => onAct('again')}
          >
            {t(email ? 'invite.again' : 'invite.again_code')}
          </Button>
          <Button look="danger" aria-label={t('invite.withdraw_label', { name })} onClick={() => onAct('withdraw')}>
            {t('invite.withdraw')}
          </Button>
        </>
      }
    >
      {name}
    </TieRow>
  );
}

interface OnInvitationProps {
  what: 'withdraw' | 'again';
  invitation: PendingInvitation;
  onClose: () => void;
  onCode: (invited: Invited & { code: string; name: string }) => void;
}

/** Asked before it is done: neither can be taken back, and what to do instead is said. */
function OnInvitation({ what, invitation, onClose, onCode }: OnInvitationProps) {
  const { t } = useTranslation(['administration', 'common']);
  const client = useQueryClient();
  const { name, email } = invitation;
  const way = email ? 'mail' : 'code';
  const doing = useMutation({
    mutationFn: async () => {
      if (what === 'again') return await inviteAgain(invitation);
      await withdrawInvitation(invitation.invitation_id);
      return null;
    },
    onSettled: () => void client.invalidateQueries({ queryKey: [ADMIN_KEY, 'invitations'] }),
    onSuccess: (invited) => {
      if (invited?.code) return onCode({ ...invited, code: invited.code, name });
      toast(invited ? t('invite.sent', { email }) : t('invite.withdrawn', { name }));
      onClose();
    },
  });
  const problem = doing.error ? toProblem(doing.error) : null;
  const over = problem?.code === 'not_found';
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t(`invite.${what}_title`)}>
      <div className="flex flex-col gap-4">
        <p className="[overflow-wrap:anywhere]">{t(`invite.${what}_ask_${way}`, { name, email })}</p>
        {what === 'withdraw' && <p className="text-soft">{t('invite.withdraw_hint')}</p>}
        {problem && problem.code !== 'cancelled' && (
          <Notice tone="danger" role="alert">
            {over ? t('invite.over') : problemText(problem)}
          </Notice>
        )}
        <div className="flex flex-col gap-2">
          {!over && (
            <Button
              look={what === 'withdraw' ? 'danger' : 'primary'}
              className="w-full"
              busy={doing.isPending}
              onClick={() => doing.mutate()}
            >
              {t(`invite.${what}_do_${way}`)}
            </Button>
          )}
          <Button look="outline" className="w-full" disabled={doing.isPending} onClick={onClose}>
            {t(over ? 'common:close' : 'form.back')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
