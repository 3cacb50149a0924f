import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Camera, Check, CircleHelp, Handshake, Mic } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import type { ConsentItem, ConsentList } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { cx } from '@/lib/cx';
import { whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { PaperDialog } from './paper-dialog';
import { consentsQuery, decide } from './queries';

const ICONS = { photo: Camera, voice: Mic, third_parties: Handshake } as const;
const STATES = { given: Check, withdrawn: Ban, unasked: CircleHelp, disputed: Ban } as const;

/** Each thing with what it means, whether it is allowed, and the one press that changes it. */
export function Consents({ list }: { list: ConsentList }) {
  const { t } = useTranslation('privacy');
  const [paper, setPaper] = useState(false);
  const { history, decides, records } = list;
  return (
    <section aria-labelledby="consents" className="mt-8">
      <h2 id="consents" className="text-2xl">
        {t('consents.title')}
      </h2>
      <p className="mt-2 max-w-[60ch] text-soft">{t(decides ? 'consents.intro' : 'consents.intro_team')}</p>
      <ul className="mt-4 flex flex-col gap-4">
        {list.consents.map((item) => (
          <Item key={item.kind} item={item} list={list} />
        ))}
      </ul>
      {history && !decides && !records && <p className="mt-3 text-soft">{t('consents.no_custody')}</p>}
      {records && (
        <Button look="outline" className="mt-4" onClick={() => setPaper(true)}>
          {t('consents.paper.open')}
        </Button>
      )}
      {history && (
        <details className="mt-3">
          <summary className="flex min-h-11 cursor-pointer items-center font-semibold underline underline-offset-4">
            {t('consents.history')}
          </summary>
          {history.length === 0 && <p className="text-soft">{t('consents.history_empty')}</p>}
          <ul className="rounded-xl border bg-sheet px-4 empty:hidden">
            {history.map((said) => (
              <li
                key={`${said.decided_at} ${said.kind}`}
                className="border-t py-3 leading-snug first:border-t-0 [overflow-wrap:anywhere]"
              >
                <p className="font-semibold">
                  {t(`consents.kind.${said.kind}`)}:{' '}
                  {t(said.given ? 'consents.line_yes' : 'consents.line_no', { name: said.guardian_name })}
                </p>
                <p className="text-soft text-sm">{whenWords(said.decided_at)}</p>
                {said.paper && (
                  <p className="text-soft text-sm">
                    {t('consents.line_paper', {
                      name: said.paper.recorded_by_name,
                      evidence: said.paper.evidence,
                    })}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {paper && <PaperDialog list={list} onClose={() => setPaper(false)} />}
    </section>
  );
}

function Item({ item, list }: { item: ConsentItem; list: ConsentList }) {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const { kind, state, text, text_version, mine } = item;
  const change = useMutation({
    mutationFn: (given: boolean) => decide(list.student_id, { kind, given, text_version }),
    onSuccess: (fresh, given) => {
      client.setQueryData(consentsQuery(list.student_id).queryKey, fresh);
      toast(t(given ? 'consents.done_yes' : 'consents.done_no'));
    },
    onError: () => void client.invalidateQueries({ queryKey: consentsQuery(list.student_id).queryKey }),
  });
  const Icon = ICONS[kind];
  const Sign = STATES[state];
  const name = t(`consents.kind.${kind}`);
  return (
    <li className="rounded-xl border bg-sheet p-4 md:p-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 className="flex items-center gap-2 text-lg">
          <Icon className="size-6 shrink-0 text-primary" aria-hidden />
          {name}
        </h3>
        <p
          className={cx(
            'flex items-center gap-2 rounded-md px-2.5 py-1 font-semibold',
            state === 'given' ? 'bg-primary-wash text-primary' : 'bg-wash text-ink',
          )}
        >
          <Sign className="size-5 shrink-0" aria-hidden />
          {t(`consents.state.${state}`)}
        </p>
      </div>
      <p className="mt-3 max-w-[64ch] leading-normal">{text}</p>
      {state === 'disputed' && <p className="mt-2 font-semibold">{t('consents.disputed_hint')}</p>}
      {list.decides && (
        <>
          {mine !== null && <p className="mt-3 text-soft">{t(mine ? 'consents.mine_yes' : 'consents.mine_no')}</p>}
          <div className="mt-3 flex flex-wrap gap-3">
            {mine !== true && (
              <Button
                busy={change.isPending && change.variables}
                disabled={change.isPending}
                aria-label={`${t('consents.yes')}: ${name}`}
                onClick={() => change.mutate(true)}
              >
                {t('consents.yes')}
              </Button>
            )}
            {mine !== false && (
              <Button
                look="outline"
                busy={change.isPending && !change.variables}
                disabled={change.isPending}
                aria-label={`${t(mine ? 'consents.withdraw' : 'consents.no')}: ${name}`}
                onClick={() => change.mutate(false)}
              >
                {t(mine ? 'consents.withdraw' : 'consents.no')}
              </Button>
            )}
          </div>
        </>
      )}
      {change.error && (
        <div className="mt-3">
          <Notice tone="danger" role="alert">
            {problemText(toProblem(change.error))}
          </Notice>
        </div>
      )}
    </li>
  );
}
