import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type Act, adminSchoolsQuery, personQuery } from '@/api/admin';
import type { AdminFunction, AdminPersonDetail, AdminSchool } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { fullDayWords } from '@/lib/dates';
import { usePageTitle } from '@/lib/use-page-title';
import { ActDialog } from './act-dialog';
import { EndDialog } from './end-dialog';
import { GiveFunctionDialog } from './give-function-dialog';
import { BackLink, Broken, Missing, Part, Past, TieRow, Waiting } from './parts';
import { ResetDialog } from './reset-dialog';
import { functionName, lives, periodWords, personWords } from './words';

/** One person: functions, ties, account. */
export default function Page() {
  const { t } = useTranslation('administration');
  const { userId = '' } = useParams();
  const { data, error, isPending, isFetching, refetch } = useQuery(personQuery(userId));
  const { data: schools } = useQuery(adminSchoolsQuery);
  usePageTitle(data?.person.name ?? t('title'));
  if (isPending) return <Waiting />;
  if (data === null) return <Missing />;
  if (error && !data) return <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />;
  return <Person detail={data} schools={schools ?? []} />;
}

type AccountAct = 'close' | 'open' | 'end_sessions';
type Open = { what: 'give_function' | 'reset' | AccountAct } | { what: 'end_function'; held: AdminFunction };

function Person({ detail, schools }: { detail: AdminPersonDetail; schools: readonly AdminSchool[] }) {
  const { t } = useTranslation('administration');
  const { person, may_close, may_reset, elsewhere } = detail;
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const path = `/admin/people/${person.user_id}`;
  const appoints = (held: AdminFunction) =>
    schools.some(({ school_id, may }) => school_id === held.school_id && may.appoint.includes(held.function));
  const mayGive = person.kind === 'staff' && !person.is_self && schools.some(({ may }) => may.appoint.length > 0);
  const functions = person.functions.filter((each) => lives(each));
  const past = person.functions.filter((each) => !lives(each));
  const links = person.links.filter((each) => lives(each));
  const children = person.guardianships.filter((each) => lives(each));
  const seesStudents = schools.some(({ may }) => may.list_students);
  return (
    <div className="mx-auto max-w-220">
      <BackLink />
      <h1 className="mt-2 text-3xl [overflow-wrap:anywhere]">{person.name}</h1>
      <p className="text-soft">{personWords(person)}</p>
      {person.is_self && (
        <div className="mt-4">
          <Notice>{t('self')}</Notice>
        </div>
      )}

      {person.kind === 'staff' && (
        <Part
          title={t('functions.title')}
          action={
            mayGive && (
              <Button look="outline" onClick={() => setOpen({ what: 'give_function' })}>
                <Plus className="size-5" aria-hidden />
                {t('functions.give')}
              </Button>
            )
          }
        >
          {functions.length === 0 && <p className="text-soft">{t('functions.empty')}</p>}
          <ul>
            {functions.map((held) => (
              <TieRow
                key={held.function_id}
                detail={`${held.school_name ?? t('whole_network')} · ${periodWords(held)}`}
                actions={
                  !person.is_self &&
                  appoints(held) && (
                    <Button
                      look="danger"
                      aria-label={t('functions.end_label', { function: functionName(held.function) })}
                      onClick={() => setOpen({ what: 'end_function', held })}
                    >
                      {t('functions.end')}
                    </Button>
                  )
                }
              >
                {functionName(held.function)}
              </TieRow>
            ))}
          </ul>
          <Past count={past.length}>
            {past.map((held) => (
              <TieRow key={held.function_id} detail={`${held.school_name ?? ''} · ${periodWords(held)}`}>
                {functionName(held.function)}
              </TieRow>
            ))}
          </Past>
        </Part>
      )}

      {person.kind === 'staff' && seesStudents && (
        <Part title={t('links.title')}>
          {links.length === 0 && <p className="text-soft">{t('links.empty')}</p>}
          <ul>
            {links.map((link) => (
              <TieRow key={link.link_id} detail={`${functionName(link.function)} · ${periodWords(link)}`}>
                <StudentLink id={link.student_id} name={link.student_name} />
              </TieRow>
            ))}
          </ul>
        </Part>
      )}

      {(person.kind === 'guardian' || children.length > 0) && seesStudents && (
        <Part title={t('family.title')}>
          {children.length === 0 && <p className="text-soft">{t('family.empty')}</p>}
          <ul>
            {children.map((tie) => (
              <TieRow
                key={tie.guardianship_id}
                detail={[
                  tie.kinship,
                  t(`custody.${tie.custody}`),
                  ...(tie.judicial_restriction ? [t('student.restricted')] : []),
                ].join(' · ')}
              >
                <StudentLink id={tie.student_id} name={tie.student_name} />
              </TieRow>
            ))}
          </ul>
        </Part>
      )}

      <Part title={t('account.title')}>
        <p>
          {person.closed_at
            ? t('account.closed', { date: fullDayWords(new Date(person.closed_at)) })
            : t('account.open')}
        </p>
        {may_close ? (
          <div className="mt-3 flex flex-wrap gap-2">
            {person.closed_at ? (
              <Button look="outline" onClick={() => setOpen({ what: 'open' })}>
                {t('account.reopen')}
              </Button>
            ) : (
              <>
                <Button look="outline" onClick={() => setOpen({ what: 'end_sessions' })}>
                  {t('account.end_sessions')}
                </Button>
                {may_reset && (
                  <Button look="outline" onClick={() => setOpen({ what: 'reset' })}>
                    {t('reset.open')}
                  </Button>
                )}
                <Button look="danger" onClick={() => setOpen({ what: 'close' })}>
                  {t('account.close')}
                </Button>
              </>
            )}
          </div>
        ) : (
          !person.is_self && (
            <p className="mt-2 text-soft">{t(elsewhere ? 'account.elsewhere' : 'account.not_yours')}</p>
          )
        )}
      </Part>

      {open?.what === 'give_function' && <GiveFunctionDialog person={person} schools={schools} onClose={close} />}
      {open?.what === 'end_function' && (
        <EndDialog
          title={t('functions.end_label', { function: functionName(open.held.function) })}
          onClose={close}
          act={(at) => ({
            method: 'post',
            path: `${path}/functions/${open.held.function_id}/end`,
            body: { version: open.held.version, at },
          })}
          done={({ user_name }) => t('done.end_function', { name: user_name })}
          undo={({ ended_links }) =>
            // Memberships that ended with it do not come back with it.
            ended_links > 0 || !open.held.school_id
              ? null
              : {
                  method: 'post',
                  path: `${path}/functions`,
                  body: {
                    function: open.held.function,
                    school_id: open.held.school_id,
                    ...(open.held.valid_to && { valid_to: open.held.valid_to }),
                  },
                }
          }
        />
      )}
      {open?.what === 'reset' && <ResetDialog person={person} schools={schools} onClose={close} />}
      {(open?.what === 'close' || open?.what === 'open' || open?.what === 'end_sessions') && (
        <OnAccount what={open.what} path={path} onClose={close} />
      )}
    </div>
  );
}

function OnAccount({ what, path, onClose }: { what: AccountAct; path: string; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const act = (name: string): Act => ({ method: 'post', path: `${path}/${name}`, body: {} });
  const title = { close: t('account.close'), open: t('account.reopen'), end_sessions: t('account.end_sessions') };
  return (
    <ActDialog
      title={title[what]}
      onClose={onClose}
      act={act(what.replace('_', '-'))}
      done={({ user_name }) => t(`done.${what}`, { name: user_name })}
      undo={() => (what === 'close' ? act('open') : null)}
    />
  );
}

function StudentLink({ id, name }: { id: string; name: string }) {
  return (
    <Link to={`/administracao/estudantes/${id}`} className="text-ink underline underline-offset-4">
      {name}
    </Link>
  );
}
