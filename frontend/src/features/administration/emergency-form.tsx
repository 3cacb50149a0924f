import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Clock3, Eye, Mail, PenLine } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ADMIN_KEY } from '@/api/admin';
import { type ApiProblem, toProblem } from '@/api/problem';
import { studentsQuery } from '@/api/queries';
import type { AdminSchool, EmergencyStudent } from '@/api/types';
import { Button, buttonClass } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast-store';
import { clock } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { endEmergency, findStudents, openEmergency } from './emergency-queries';
import { Part } from './parts';

/** As in `domain/break_glass.rs`. */
const FEWEST = 20;
const MOST = 500;
const HOUR = 3_600_000;

/** Finds the child, asks what is happening, opens. What it means stands above the button and not behind it. */
export function EmergencyForm({ school }: { school: AdminSchool }) {
  const { t } = useTranslation('emergency');
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<EmergencyStudent | null>(null);
  const [reason, setReason] = useState('');
  const [complaint, setComplaint] = useState<'too_short' | 'too_long' | null>(null);
  const find = useMutation({
    mutationFn: () => findStudents(school.school_id, name.trim()),
    onSuccess: (found) => setChosen(found.length === 1 ? (found[0] ?? null) : null),
  });
  const settle = () => {
    void client.invalidateQueries({ queryKey: [ADMIN_KEY] });
    void client.invalidateQueries({ queryKey: studentsQuery.queryKey });
  };
  const open = useMutation({
    mutationFn: (student: EmergencyStudent) => openEmergency(student.student_id, reason.trim()),
    onSuccess: settle,
  });
  const end = useMutation({
    mutationFn: (student: EmergencyStudent) => endEmergency(student.student_id, open.data?.created_id ?? ''),
    onSuccess: () => {
      settle();
      open.reset();
      find.reset();
      setName('');
      setReason('');
      setChosen(null);
      toast(t('opened.ended'));
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const length = [...reason.trim()].length;
    const wrong = length < FEWEST ? 'too_short' : length > MOST ? 'too_long' : null;
    setComplaint(wrong);
    if (!wrong && chosen) open.mutate(chosen);
  }

  if (open.data && chosen) {
    return (
      <Part title={t('opened.title', { name: chosen.name })}>
        <p>{t('opened.until', { time: clock(new Date(open.submittedAt + HOUR)) })}</p>
        <Refusal error={end.error} />
        <div className="mt-4 flex flex-wrap gap-3">
          <Link to="/" className={buttonClass()}>
            {t('opened.go')}
          </Link>
          <Button look="danger" busy={end.isPending} onClick={() => end.mutate(chosen)}>
            {t('opened.end')}
          </Button>
        </div>
      </Part>
    );
  }
  return (
    <>
      <p className="mt-3 font-semibold">{t('intro')}</p>
      <section className="mt-4 rounded-xl border border-accent bg-accent-wash p-4 md:p-5">
        <h2 className="text-xl">{t('rules.title')}</h2>
        <ul className="mt-2 flex flex-col gap-2">
          {(
            [
              [Eye, 'read'],
              [Clock3, 'time'],
              [Mail, 'told'],
              [PenLine, 'reason'],
            ] as const
          ).map(([Icon, rule]) => (
            <li key={rule} className="flex items-start gap-2">
              <Icon className="mt-0.5 size-5 shrink-0 text-accent" aria-hidden />
              {t(`rules.${rule}`)}
            </li>
          ))}
        </ul>
      </section>
      <section className="mt-6 rounded-xl border bg-sheet p-4 md:p-5">
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) find.mutate();
          }}
        >
          <Field label={t('find.name')} hint={t('find.hint')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={100}
                autoComplete="off"
                required
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <div>
            <Button type="submit" look="outline" busy={find.isPending}>
              {t('find.go')}
            </Button>
          </div>
        </form>
        <Refusal error={find.error} />
        {find.data?.length === 0 && (
          <p role="status" className="mt-3">
            {t('find.none')}
          </p>
        )}
        {find.data && find.data.length > 0 && (
          <form className="mt-5 flex flex-col gap-4" onSubmit={submit} noValidate>
            <fieldset className="flex flex-col gap-2">
              <legend className="mb-1 font-semibold text-sm">{t('find.legend')}</legend>
              {find.data.map((student) => (
                <label
                  key={student.student_id}
                  className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-edge px-3 py-2 has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus"
                >
                  <input
                    type="radio"
                    name="student"
                    className="size-4.5 shrink-0 accent-primary outline-none"
                    checked={chosen?.student_id === student.student_id}
                    onChange={() => setChosen(student)}
                  />
                  <span className="[overflow-wrap:anywhere]">
                    <strong>{student.name}</strong> · {student.class_name ?? t('find.no_class')}
                  </span>
                </label>
              ))}
            </fieldset>
            {chosen && (
              <>
                <Field
                  label={t('reason.label')}
                  hint={t('reason.hint')}
                  error={complaint ? t(`reason.${complaint}`) : undefined}
                >
                  {(wiring) => (
                    <Textarea
                      {...wiring}
                      value={reason}
                      onChange={(event) => {
                        setReason(event.target.value);
                        setComplaint(null);
                      }}
                    />
                  )}
                </Field>
                <Refusal error={open.error} />
                <Button type="submit" busy={open.isPending}>
                  {t('open', { name: chosen.name })}
                </Button>
              </>
            )}
          </form>
        )}
      </section>
    </>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation('emergency');
  if (!error) return null;
  const problem = toProblem(error);
  if (problem.code === 'cancelled') return null;
  return (
    <div className="mt-3">
      <Notice tone="danger" role="alert">
        {refusalWords(problem, t)}
      </Notice>
    </div>
  );
}

function refusalWords(problem: ApiProblem, t: (key: 'forbidden' | 'already') => string): string {
  if (problem.code === 'forbidden') return t('forbidden');
  return problem.code === 'changed_meanwhile' ? t('already') : problemText(problem);
}
