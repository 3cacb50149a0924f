import { useQuery } from '@tanstack/react-query';
import { CloudOff, Search, UsersRound, X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { studentsQuery } from '@/api/queries';
import type { StudentSummary } from '@/api/types';
import { useMe } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Message } from '@/components/ui/message';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { matches } from './search';
import { StudentCard } from './student-card';
import { UnsentNotice } from './unsent-notice';

/** Below this a search box is only in the way. */
const SEARCH_FROM = 7;

export default function Page() {
  const { t } = useTranslation(['students', 'common']);
  const me = useMe();
  const title = t(me.kind === 'guardian' ? 'title_guardian' : 'title');
  usePageTitle(title);
  const { data, error, isPending, isFetching, refetch } = useQuery(studentsQuery);

  return (
    <div className="mx-auto max-w-280">
      <h1 className="text-3xl">{title}</h1>
      {data && <UnsentNotice userId={me.user_id} students={data} />}
      {isPending && <Loading />}
      {error && !data && (
        <Message
          icon={CloudOff}
          title={t('error_title')}
          action={
            <Button busy={isFetching} onClick={() => void refetch()}>
              {t('common:retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Message>
      )}
      {data?.length === 0 && (
        <Message icon={UsersRound} title={t('empty.title')}>
          {t('empty.body')}
        </Message>
      )}
      {data && data.length > 0 && <List students={data} />}
    </div>
  );
}

function List({ students }: { students: readonly StudentSummary[] }) {
  const { t } = useTranslation('students');
  const [query, setQuery] = useState('');
  const sought = useDeferredValue(query);
  const shown = students.filter((student) => matches(student, sought));
  return (
    <>
      <p role="status" className="mt-1 text-soft">
        {shown.length === 0 ? t('no_match', { query: sought }) : t('count', { count: shown.length })}
      </p>
      {students.length >= SEARCH_FROM && (
        <div className="relative mt-5 max-w-110">
          <Search className="pointer-events-none absolute top-3 left-3 size-5 text-soft" aria-hidden />
          <Input
            type="text"
            inputMode="search"
            aria-label={t('search')}
            placeholder={t('search_short')}
            className="px-11"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          {query && (
            <IconButton label={t('clear_search')} className="absolute top-0.5 right-0.5" onClick={() => setQuery('')}>
              <X className="size-5" aria-hidden />
            </IconButton>
          )}
        </div>
      )}
      <ul className="mt-6 grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {shown.map((student) => (
          <li key={student.student_id}>
            <StudentCard student={student} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div className="mt-12 grid gap-4 md:grid-cols-2 xl:grid-cols-3">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      {[0, 1, 2].map((each) => (
        <div key={each} className="flex h-60 flex-col gap-4 rounded-xl border bg-sheet p-5">
          <div className="skeleton h-6 w-1/2" />
          <div className="skeleton h-4 w-4/5" />
          <div className="skeleton h-6 w-1/3" />
          <div className="skeleton mt-auto h-4 w-3/5" />
        </div>
      ))}
    </div>
  );
}
