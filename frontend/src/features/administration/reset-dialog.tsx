import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { makeResetCode } from '@/api/admin';
import { toProblem } from '@/api/problem';
import type { AdminPerson, AdminSchool } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { CodeSheet } from './code-sheet';

interface ResetDialogProps {
  person: AdminPerson;
  schools: readonly AdminSchool[];
  onClose: () => void;
}

/** A code on paper for somebody who forgot the password and whom no mail reaches. */
export function ResetDialog({ person, schools, onClose }: ResetDialogProps) {
  const { t } = useTranslation(['administration', 'common']);
  const doing = useMutation({ mutationFn: () => makeResetCode(person.user_id) });
  const { name, functions } = person;
  // On the paper's head; whoever administers several schools knows which one handed it over.
  const place = functions.find(({ school_name }) => school_name)?.school_name;
  const school = place ?? (schools.length === 1 ? schools[0]?.name : undefined) ?? '';
  if (doing.data)
    return (
      <CodeSheet
        purpose="reset"
        name={name}
        school={school}
        code={doing.data.code}
        expiresAt={doing.data.expires_at}
        onClose={onClose}
      />
    );
  const problem = doing.error ? toProblem(doing.error) : null;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('reset.title')}>
      <div className="flex flex-col gap-4">
        <p className="[overflow-wrap:anywhere]">{t('reset.ask', { name })}</p>
        <Notice tone="attention">{t('reset.check')}</Notice>
        <p className="text-soft">{t('reset.sessions')}</p>
        {problem && problem.code !== 'cancelled' && (
          <Notice tone="danger" role="alert">
            {problemText(problem)}
          </Notice>
        )}
        <div className="flex flex-col gap-2">
          <Button className="w-full" busy={doing.isPending} onClick={() => doing.mutate()}>
            {t('reset.make')}
          </Button>
          <Button look="outline" className="w-full" disabled={doing.isPending} onClick={onClose}>
            {t('common:cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
