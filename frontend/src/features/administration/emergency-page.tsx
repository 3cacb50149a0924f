import './emergency-i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Siren } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ADMIN_KEY, adminSchoolsQuery } from '@/api/admin';
import { toProblem } from '@/api/problem';
import type { AdminSchool, Emergency } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Message } from '@/components/ui/message';
import { Notice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toast-store';
import { clock, whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { EmergencyForm } from './emergency-form';
import { emergenciesQuery, endEmergency } from './emergency-queries';
import { BackLink, Broken, Part, Waiting } from './parts';
import { functionName } from './words';

/** Opening a child's record in an emergency, for whoever may not see it otherwise, and who did, for those who answer for the school. */
export default function Page() {
  const { t } = useTranslation(['emergency', 'administration']);
  usePageTitle(t('title'));
  const [params, setParams] = useSearchParams();
  const { data, error, isPending, isFetching, refetch } = useQuery(adminSchoolsQuery);
  const schools = data?.filter(({ may }) => may.break_glass || may.review_emergencies);
  const school = schools?.find(({ school_id }) => school_id === params.get('escola')) ?? schools?.[0];
  return (
    <div className="mx-auto max-w-190">
      <BackLink />
      <h1 className="mt-2 flex items-center gap-3 text-3xl">
        <Siren className="size-8 shrink-0 text-danger" aria-hidden />
        {t('title')}
      </h1>
      {isPending && <Waiting />}
      {error && !data && <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {schools && !school && (
        <Message icon={KeyRound} title={t('administration:nothing.title')}>
          {t('administration:nothing.body')}
        </Message>
      )}
      {schools && school && (
        <>
          {schools.length > 1 ? (
            <div className="mt-4 max-w-120">
              <Field label={t('school')}>
                {(wiring) => (
                  <Select
                    {...wiring}
                    value={school.school_id}
                    onChange={(event) => setParams({ escola: event.target.value }, { replace: true })}
                  >
                    {schools.map(({ school_id, name }) => (
                      <option key={school_id} value={school_id}>
                        {name}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            </div>
          ) : (
            <p className="mt-1 font-semibold">{school.name}</p>
          )}
          {school.may.break_glass && !school.may.list_students && (
            <EmergencyForm key={school.school_id} school={school} />
          )}
          {school.may.review_emergencies && <Review school={school} />}
        </>
      )}
    </div>
  );
}

function Review({ school }: { school: AdminSchool }) {
  const { t } = useTranslation('emergency');
  const { data, error, isPending, isFetching, refetch } = useQuery(emergenciesQuery(school.school_id));
  return (
    <Part title={t('list.title')}>
      {isPending && <Waiting />}
      {error && !data && <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-soft">{t('list.empty')}</p>}
      {data && data.length > 0 && (
        <>
          <p className="max-w-[60ch] text-soft">{t('list.body')}</p>
          <ul className="mt-3">
            {data.map((emergency) => (
              <Line key={emergency.break_glass_id} emergency={emergency} />
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}

function Line({ emergency }: { emergency: Emergency }) {
  const { t } = useTranslation('emergency');
  const client = useQueryClient();
  const { student_name, user_name, acted_as, reason, opened_at, valid_to, is_open } = emergency;
  const end = useMutation({
    mutationFn: () => endEmergency(emergency.student_id, emergency.break_glass_id),
    onSuccess: () => toast(t('opened.ended')),
    onSettled: () => client.invalidateQueries({ queryKey: [ADMIN_KEY] }),
  });
  const problem = end.error ? toProblem(end.error) : null;
  return (
    <li className="border-t py-4 first:border-t-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 className="font-semibold text-lg [overflow-wrap:anywhere]">{student_name}</h3>
        {is_open && (
          <strong className="rounded-md bg-danger-wash px-2 py-0.5 text-danger text-sm">{t('list.open')}</strong>
        )}
      </div>
      <p className="text-soft [overflow-wrap:anywhere]">
        {t('list.who', { name: user_name, function: functionName(acted_as) })}
        <br />
        {t('list.was', { when: whenWords(opened_at), time: clock(new Date(valid_to)) })}
      </p>
      <blockquote className="mt-2 whitespace-pre-line border-edge border-l-4 pl-3 leading-snug [overflow-wrap:anywhere]">
        {reason ?? t('list.erased')}
      </blockquote>
      {is_open && (
        <Button
          look="danger"
          className="mt-3"
          busy={end.isPending}
          aria-label={t('list.end_label', { name: user_name, student: student_name })}
          onClick={() => end.mutate()}
        >
          {t('list.end')}
        </Button>
      )}
      {problem && problem.code !== 'cancelled' && (
        <div className="mt-3">
          <Notice tone="danger" role="alert">
            {problemText(problem)}
          </Notice>
        </div>
      )}
    </li>
  );
}
