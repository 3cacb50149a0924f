import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ChevronRight, KeyRound, Search, SearchX, Siren } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { adminSchoolsQuery, adminStudentsQuery, type KindFilter, peopleQuery } from '@/api/admin';
import type { AdminPerson, AdminSchool, AdminStudentsPage, PeoplePage } from '@/api/types';
import { Avatar } from '@/components/ui/avatar';
import { Button, buttonClass } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Message } from '@/components/ui/message';
import { Select } from '@/components/ui/select';
import { usePageTitle } from '@/lib/use-page-title';
import './emergency-i18n';
import { Invitations } from './invitations';
import { mayInvite } from './invite-form';
import { Broken, Choice, Waiting } from './parts';
import { WaitingCorrections } from './waiting-corrections';
import { personWords } from './words';

const KINDS: readonly KindFilter[] = ['all', 'staff', 'guardian'];

/** The schools somebody administers: their people and their students. The school and the tab stand in the address. */
export default function Page() {
  const { t } = useTranslation(['administration', 'emergency']);
  usePageTitle(t('title'));
  const [params, setParams] = useSearchParams();
  const { data, error, isPending, isFetching, refetch } = useQuery(adminSchoolsQuery);
  const school = data?.find(({ school_id }) => school_id === params.get('escola')) ?? data?.[0];
  const tab = params.get('ver') === 'estudantes' && school?.may.list_students ? 'students' : 'people';

  function go(part: Record<string, string>) {
    setParams((before) => ({ ...Object.fromEntries(before), ...part }), { replace: true });
  }

  return (
    <div className="mx-auto max-w-220">
      <h1 className="text-3xl">{t('title')}</h1>
      {isPending && <Waiting />}
      {error && !data && <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {data && !school && (
        <Message icon={KeyRound} title={t('nothing.title')}>
          {t('nothing.body')}
        </Message>
      )}
      {data && school && (
        <>
          {data.length > 1 ? (
            <div className="mt-4 max-w-120">
              <Field label={t('school')}>
                {(wiring) => (
                  <Select {...wiring} value={school.school_id} onChange={(event) => go({ escola: event.target.value })}>
                    {data.map(({ school_id, name }) => (
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
          <p className="mt-1 text-soft">
            {t('counts', { staff: school.staff, guardians: school.guardians, students: school.students })}
          </p>
          {(school.may.break_glass || school.may.review_emergencies) && (
            <Link
              to={`/administracao/emergencia?escola=${school.school_id}`}
              className={buttonClass('outline', 'mt-4')}
            >
              <Siren className="size-5" aria-hidden />
              {t('emergency:link')}
            </Link>
          )}
          {school.may.review_emergencies && <WaitingCorrections key={`waiting ${school.school_id}`} school={school} />}
          {school.may.list_students && (
            <Choice
              legend={t('tabs')}
              name="tab"
              value={tab}
              options={[
                ['people', t('people')],
                ['students', t('students')],
              ]}
              onChange={(value) => go({ ver: value === 'students' ? 'estudantes' : 'pessoas' })}
            />
          )}
          {tab === 'people' ? (
            <People key={school.school_id} school={school} />
          ) : (
            <Students key={school.school_id} school={school} />
          )}
        </>
      )}
    </div>
  );
}

function SearchBox({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  return (
    <div className="relative mt-4 max-w-110">
      <Search className="pointer-events-none absolute top-3 left-3 size-5 text-soft" aria-hidden />
      <Input
        type="text"
        inputMode="search"
        maxLength={100}
        aria-label={label}
        placeholder={label}
        className="pl-11"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

function People({ school }: { school: AdminSchool }) {
  const { t } = useTranslation('administration');
  const [text, setText] = useState('');
  const [kind, setKind] = useState<KindFilter>('all');
  const sought = useDeferredValue(text.trim());
  const query = useInfiniteQuery(peopleQuery(school.school_id, sought, kind));
  return (
    <>
      {mayInvite(school) && <Invitations school={school} />}
      <SearchBox label={t('search_people')} value={text} onChange={setText} />
      <Choice
        legend={t('filter')}
        name="kind"
        value={kind}
        options={KINDS.map((each) => [each, t(`kind.${each}`)] as const)}
        onChange={setKind}
      />
      <Pages
        query={query}
        rows={(page: PeoplePage) => page.people}
        empty={t('empty_people.title')}
        emptyBody={t('empty_people.body')}
      >
        {(person: AdminPerson) => (
          <Row
            key={person.user_id}
            to={`/administracao/pessoas/${person.user_id}`}
            name={person.name}
            id={person.user_id}
          >
            {personWords(person)}
            {person.closed_at && <strong className="ml-2 text-danger">{t('closed')}</strong>}
            {person.is_self && <strong className="ml-2">({t('you')})</strong>}
          </Row>
        )}
      </Pages>
    </>
  );
}

function Students({ school }: { school: AdminSchool }) {
  const { t } = useTranslation('administration');
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const query = useInfiniteQuery(adminStudentsQuery(school.school_id, sought));
  return (
    <>
      <SearchBox label={t('search_students')} value={text} onChange={setText} />
      <Pages
        query={query}
        rows={(page: AdminStudentsPage) => page.students}
        empty={t('empty_students.title')}
        emptyBody={t('empty_students.body')}
      >
        {(student) => (
          <Row
            key={student.student_id}
            to={`/administracao/estudantes/${student.student_id}`}
            name={student.name}
            id={student.student_id}
          >
            {[
              student.class_name ?? t('no_class'),
              t('team_count', { count: student.team }),
              t('family_count', { count: student.guardians }),
            ].join(' · ')}
          </Row>
        )}
      </Pages>
    </>
  );
}

interface PagesProps<P, R> {
  query: UseInfiniteQueryResult<InfiniteData<P>>;
  rows: (page: P) => readonly R[];
  empty: string;
  emptyBody: string;
  children: (row: R) => ReactNode;
}

function Pages<P, R>({ query, rows, empty, emptyBody, children }: PagesProps<P, R>) {
  const { t } = useTranslation('administration');
  const { data, error, isPending, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = query;
  if (isPending) return <Waiting />;
  if (error && !data) return <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />;
  const all = data.pages.flatMap(rows);
  if (all.length === 0)
    return (
      <Message icon={SearchX} title={empty}>
        {emptyBody}
      </Message>
    );
  return (
    <>
      <ul className="mt-5 overflow-hidden rounded-xl border bg-sheet">{all.map(children)}</ul>
      {hasNextPage && (
        <Button look="outline" className="mt-4" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

function Row({ to, id, name, children }: { to: string; id: string; name: string; children: ReactNode }) {
  return (
    <li className="border-t first:border-t-0">
      <Link to={to} className="flex min-h-16 items-center gap-3 px-4 py-2.5 text-ink no-underline hover:bg-wash">
        <Avatar id={id} name={name} />
        <span className="min-w-0 flex-1 leading-tight [overflow-wrap:anywhere]">
          <span className="block font-semibold">{name}</span>
          <span className="block text-soft text-sm">{children}</span>
        </span>
        <ChevronRight className="size-5 shrink-0 text-soft" aria-hidden />
      </Link>
    </li>
  );
}
