import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { adminStudentQuery } from '@/api/admin';
import { toProblem } from '@/api/problem';
import type { ConsentKind, ConsentList } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toast-store';
import { problemText } from '@/lib/problem-text';
import { consentsQuery, decide } from './queries';

/** What a guardian signed, written down by the school. */
export function PaperDialog({ list, onClose }: { list: ConsentList; onClose: () => void }) {
  const { t } = useTranslation(['privacy', 'common']);
  const client = useQueryClient();
  const { data: student, isPending } = useQuery(adminStudentQuery(list.student_id));
  const now = Date.now();
  const guardians = (student?.guardianships ?? []).filter(
    (each) =>
      each.custody !== 'none' &&
      !each.judicial_restriction &&
      Date.parse(each.valid_from) <= now &&
      (!each.valid_to || Date.parse(each.valid_to) > now),
  );
  const [guardian, setGuardian] = useState('');
  const [kind, setKind] = useState<ConsentKind>('photo');
  const [given, setGiven] = useState('sim');
  const [evidence, setEvidence] = useState('');
  const version = list.consents.find((item) => item.kind === kind)?.text_version ?? 1;
  const save = useMutation({
    mutationFn: () =>
      decide(list.student_id, {
        kind,
        given: given === 'sim',
        text_version: version,
        paper: { guardian_id: guardian, evidence: evidence.trim() },
      }),
    onSuccess: (fresh) => {
      client.setQueryData(consentsQuery(list.student_id).queryKey, fresh);
      toast(t('consents.paper.done'));
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (guardian && evidence.trim()) save.mutate();
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('consents.paper.title')} sheet>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {!isPending && guardians.length === 0 && <p>{t('consents.paper.none')}</p>}
        <Field label={t('consents.paper.guardian')}>
          {(wiring) => (
            <Select {...wiring} required value={guardian} onChange={(event) => setGuardian(event.target.value)}>
              <option value="">{t('consents.paper.choose')}</option>
              {guardians.map(({ user_id, user_name, kinship }) => (
                <option key={user_id} value={user_id}>
                  {user_name} ({kinship})
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t('consents.paper.kind')}>
          {(wiring) => (
            <Select {...wiring} value={kind} onChange={(event) => setKind(event.target.value as ConsentKind)}>
              {list.consents.map((item) => (
                <option key={item.kind} value={item.kind}>
                  {t(`consents.kind.${item.kind}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t('consents.paper.decision')}>
          {(wiring) => (
            <Select {...wiring} value={given} onChange={(event) => setGiven(event.target.value)}>
              <option value="sim">{t('consents.yes')}</option>
              <option value="nao">{t('consents.no')}</option>
            </Select>
          )}
        </Field>
        <Field label={t('consents.paper.evidence')} hint={t('consents.paper.evidence_hint')}>
          {(wiring) => (
            <Input
              {...wiring}
              required
              maxLength={200}
              value={evidence}
              onChange={(event) => setEvidence(event.target.value)}
            />
          )}
        </Field>
        {save.error && (
          <Notice tone="danger" role="alert">
            {problemText(toProblem(save.error))}
          </Notice>
        )}
        <Button type="submit" className="w-full" busy={save.isPending}>
          {t('consents.paper.save')}
        </Button>
      </form>
    </Dialog>
  );
}
