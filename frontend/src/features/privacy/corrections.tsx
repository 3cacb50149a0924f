import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import type { CorrectionItem, CorrectionList } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast-store';
import { cx } from '@/lib/cx';
import { fullDayWords, whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { answerCorrection, askCorrection, correctionsQuery } from './queries';

const MOST = 1000;

/** What was asked to be corrected, what became of it, and asking. */
export function Corrections({ list }: { list: CorrectionList }) {
  const { t } = useTranslation('privacy');
  const { asks_as, answers, requests } = list;
  if (!asks_as && !answers) return null;
  const intro = asks_as === 'guardian' ? 'intro' : asks_as === 'team' ? 'intro_team' : 'intro_school';
  return (
    <section aria-labelledby="corrections" className="mt-10">
      <h2 id="corrections" className="text-2xl">
        {t('corrections.title')}
      </h2>
      <p className="mt-2 max-w-[60ch] text-soft">{t(`corrections.${intro}`)}</p>
      {asks_as && <AskForm studentId={list.student_id} />}
      {requests.length === 0 && <p className="mt-4 text-soft">{t('corrections.empty')}</p>}
      <ul className="mt-4 flex flex-col gap-4">
        {requests.map((request) => (
          <Request key={request.correction_id} request={request} list={list} />
        ))}
      </ul>
    </section>
  );
}

function AskForm({ studentId }: { studentId: string }) {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const [wrong, setWrong] = useState('');
  const [right, setRight] = useState('');
  const [tried, setTried] = useState(false);
  const ask = useMutation({
    mutationFn: () => askCorrection(studentId, { wrong: wrong.trim(), should_say: right.trim() }),
    onSuccess: (fresh) => {
      client.setQueryData(correctionsQuery(studentId).queryKey, fresh);
      setWrong('');
      setRight('');
      setTried(false);
      toast(t('corrections.asked'));
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (wrong.trim() && right.trim()) ask.mutate();
  }

  const problem = ask.error ? toProblem(ask.error) : null;
  return (
    <form className="mt-4 flex flex-col gap-4 rounded-xl border bg-sheet p-4 md:p-5" onSubmit={submit} noValidate>
      <Field label={t('corrections.wrong')} error={tried && !wrong.trim() ? t('corrections.missing') : undefined}>
        {(wiring) => (
          <Textarea
            {...wiring}
            rows={3}
            maxLength={MOST}
            value={wrong}
            onChange={(event) => setWrong(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('corrections.should_say')} error={tried && !right.trim() ? t('corrections.missing') : undefined}>
        {(wiring) => (
          <Textarea
            {...wiring}
            rows={3}
            maxLength={MOST}
            value={right}
            onChange={(event) => setRight(event.target.value)}
          />
        )}
      </Field>
      {problem && (
        <Notice tone="danger" role="alert">
          {problem.code === 'changed_meanwhile' ? t('corrections.full') : problemText(problem)}
        </Notice>
      )}
      <div>
        <Button type="submit" busy={ask.isPending}>
          {t('corrections.ask')}
        </Button>
      </div>
    </form>
  );
}

function Request({ request, list }: { request: CorrectionItem; list: CorrectionList }) {
  const { t } = useTranslation('privacy');
  const { state, mine, wrong, should_say, answer } = request;
  const due = new Date(request.due_at);
  const late = due.getTime() < Date.now();
  const asked = whenWords(request.asked_at);
  const deadline = `${late ? 'late' : 'due'}${list.answers && !mine ? '_school' : ''}` as 'due';
  return (
    <li className="rounded-xl border bg-sheet p-4 md:p-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="text-soft [overflow-wrap:anywhere]">
          {mine
            ? t('corrections.by_me', { when: asked })
            : t('corrections.by', { name: request.asked_by_name, when: asked })}
        </p>
        <strong
          className={cx(
            'rounded-md px-2.5 py-1',
            state === 'open' ? 'bg-accent-wash' : state === 'accepted' ? 'bg-primary-wash text-primary' : 'bg-wash',
          )}
        >
          {t(`corrections.state.${state}`)}
        </strong>
      </div>
      <dl className="mt-3 grid gap-3 leading-snug [overflow-wrap:anywhere] md:grid-cols-2">
        {(
          [
            ['wrong_was', wrong],
            ['should_be', should_say],
          ] as const
        ).map(([label, words]) => (
          <div key={label}>
            <dt className="font-semibold text-sm">{t(`corrections.${label}`)}</dt>
            <dd className="whitespace-pre-line">{words}</dd>
          </div>
        ))}
      </dl>
      {state === 'open' && (
        <p className={cx('mt-3', late && 'font-semibold text-danger')}>
          {t(`corrections.${deadline}`, { date: fullDayWords(due) })}
        </p>
      )}
      {answer && (
        <div className="mt-3 border-t pt-3 [overflow-wrap:anywhere]">
          <p className="text-soft text-sm">
            {t('corrections.answer_was', {
              name: request.answered_by_name ?? '',
              when: request.answered_at ? whenWords(request.answered_at) : '',
            })}
          </p>
          <p className="whitespace-pre-line leading-snug">{answer}</p>
        </div>
      )}
      {state === 'open' && list.answers && mine && <p className="mt-2 text-soft">{t('corrections.own')}</p>}
      {state === 'open' && list.answers && !mine && (
        <AnswerForm studentId={list.student_id} correctionId={request.correction_id} />
      )}
    </li>
  );
}

function AnswerForm({ studentId, correctionId }: { studentId: string; correctionId: string }) {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const send = useMutation({
    mutationFn: (accepted: boolean) => answerCorrection(studentId, correctionId, { accepted, answer: words.trim() }),
    onSuccess: (fresh) => {
      client.setQueryData(correctionsQuery(studentId).queryKey, fresh);
      toast(t('corrections.answered'));
    },
    onError: () => void client.invalidateQueries({ queryKey: correctionsQuery(studentId).queryKey }),
  });
  const answer = (accepted: boolean) => {
    setTried(true);
    if (words.trim()) send.mutate(accepted);
  };
  return (
    <div className="mt-4 flex flex-col gap-3 border-t pt-4">
      <Field
        label={t('corrections.answer')}
        hint={t('corrections.answer_hint')}
        error={tried && !words.trim() ? t('corrections.missing') : undefined}
      >
        {(wiring) => (
          <Textarea
            {...wiring}
            rows={3}
            maxLength={MOST}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Field>
      {send.error && (
        <Notice tone="danger" role="alert">
          {problemText(toProblem(send.error))}
        </Notice>
      )}
      <div className="flex flex-wrap gap-3">
        <Button busy={send.isPending && send.variables} disabled={send.isPending} onClick={() => answer(true)}>
          {t('corrections.accept')}
        </Button>
        <Button
          look="outline"
          busy={send.isPending && !send.variables}
          disabled={send.isPending}
          onClick={() => answer(false)}
        >
          {t('corrections.refuse')}
        </Button>
      </div>
    </div>
  );
}
