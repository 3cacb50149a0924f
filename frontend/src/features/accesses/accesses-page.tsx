import './accesses-i18n';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft, CloudOff, Eye } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { toProblem } from '@/api/problem';
import { useMe } from '@/api/use-session';
import { NotThere } from '@/components/not-there';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { Notice } from '@/components/ui/notice';
import { isSharedDevice } from '@/lib/device';
import { firstName } from '@/lib/people';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { Copies } from './copies';
import { Emergencies } from './emergencies';
import { accessesQuery } from './query';
import { VisitLine } from './visit-line';
import { daysOf } from './visits';

/** Who read what is written about a child: for the family first, and for those who answer for the school. */
export default function Page() {
  const { studentId = '' } = useParams();
  const { t } = useTranslation(['accesses', 'common']);
  const { state } = useLocation() as { state: { from?: string } | null };
  const me = useMe();
  const query = useInfiniteQuery(accessesQuery(studentId));
  const { data, error, isPending, isFetching, isFetchingNextPage, hasNextPage, isFetchNextPageError } = query;
  const first = data?.pages[0];
  const days = useMemo(() => daysOf(data?.pages.flatMap(({ entries }) => entries) ?? []), [data]);
  const name = first ? (me.kind === 'guardian' ? firstName(first.student_name) : first.student_name) : '';
  // On a computer of many people the browser's history must not name a child.
  usePageTitle(first && !isSharedDevice() ? t('title', { name }) : t('title_shared'));
  if (error && toProblem(error).code === 'not_found') return <NotThere />;

  const count = days.reduce((sum, { visits }) => sum + visits.length, 0);
  return (
    <div className="mx-auto max-w-190">
      <Link
        to={state?.from ?? '/'}
        className="-ml-2 mb-2 inline-flex min-h-11 items-center gap-2 rounded-md px-2 font-semibold text-soft hover:bg-wash"
      >
        <ArrowLeft className="size-5" aria-hidden />
        {t('back')}
      </Link>
      <h1 className="text-3xl [overflow-wrap:anywhere]">{first ? t('title', { name }) : t('title_shared')}</h1>
      {isPending && <Sketch />}
      {error && !first && (
        <Message
          icon={CloudOff}
          title={t('error_title')}
          action={
            <Button busy={isFetching} onClick={() => void query.refetch()}>
              {t('common:retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Message>
      )}
      {first && <Emergencies emergencies={first.emergencies} name={name} />}
      {first && <Copies copies={first.copies} me={me.user_id} />}
      {first && count === 0 && (
        <Message icon={Eye} title={t('empty.title')}>
          {t('empty.body', { name })}
        </Message>
      )}
      {count > 0 && (
        <>
          <p className="mt-3 max-w-[60ch] text-soft">
            {t('intro', { name })} {t('intro_once')}
          </p>
          {days.map((day) => (
            <section key={day.title} aria-label={day.title} className="mt-8">
              <h2 className="mb-3 text-xl">{day.title}</h2>
              <ul className="flex flex-col gap-3">
                {day.visits.map((visit) => (
                  <VisitLine key={visit.key} visit={visit} own={visit.userId === me.user_id} />
                ))}
              </ul>
            </section>
          ))}
          <p role="status" className="sr-only">
            {t('shown', { count })}
          </p>
          {isFetchNextPageError && (
            <div className="mt-6">
              <Notice tone="danger" role="alert">
                {t('more_error')} {problemText(toProblem(error))}
              </Notice>
            </div>
          )}
          <div className="mt-6">
            {hasNextPage ? (
              <Button look="outline" busy={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('more')}
              </Button>
            ) : (
              <p className="text-soft">{t('all_shown')}</p>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Sketch() {
  const { t } = useTranslation();
  return (
    <div className="mt-8 flex flex-col gap-3">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      {[0, 1, 2].map((each) => (
        <div key={each} className="skeleton h-24 w-full" />
      ))}
    </div>
  );
}
