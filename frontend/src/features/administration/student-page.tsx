import { useQuery } from '@tanstack/react-query';
import { Gavel, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { adminSchoolsQuery, adminStudentQuery } from '@/api/admin';
import type { AdminGuardianship, AdminLink, AdminStudentDetail } from '@/api/types';
import { useMe } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { usePageTitle } from '@/lib/use-page-title';
import { EndDialog } from './end-dialog';
import { GiveLinkDialog } from './give-link-dialog';
import { GuardianDialog } from './guardian-dialog';
import { BackLink, Broken, Missing, Part, Past, TieRow, Waiting } from './parts';
import { functionName, lives, periodWords } from './words';

/** Who is tied to one student, and changing it. */
export default function Page() {
  const { t } = useTranslation('administration');
  const { studentId = '' } = useParams();
  const { data, error, isPending, isFetching, refetch } = useQuery(adminStudentQuery(studentId));
  usePageTitle(data?.name ?? t('title'));
  if (isPending) return <Waiting />;
  if (data === null) return <Missing />;
  if (error && !data) return <Broken error={error} busy={isFetching} onRetry={() => void refetch()} />;
  return <Student student={data} />;
}

type Open =
  | { what: 'give_link' | 'give_guardian' }
  | { what: 'end_link'; link: AdminLink }
  | { what: 'guardian' | 'end_guardian'; guardianship: AdminGuardianship };

function Student({ student }: { student: AdminStudentDetail }) {
  const { t } = useTranslation('administration');
  const { user_id: me } = useMe();
  const { data: schools } = useQuery(adminSchoolsQuery);
  const may = schools?.find(({ school_id }) => school_id === student.school_id)?.may;
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const [team, pastTeam] = split(student.team);
  const [family, pastFamily] = split(student.guardianships);
  const path = `/admin/students/${student.student_id}`;
  return (
    <div className="mx-auto max-w-220">
      <BackLink to={`/administracao?escola=${student.school_id}&ver=estudantes`} />
      <h1 className="mt-2 text-3xl [overflow-wrap:anywhere]">{student.name}</h1>
      <p className="text-soft">{[student.class_name ?? t('no_class'), student.school_name].join(' · ')}</p>

      <Part
        title={t('student.team')}
        action={
          may?.link_team && (
            <Button look="outline" onClick={() => setOpen({ what: 'give_link' })}>
              <UserPlus className="size-5" aria-hidden />
              {t('student.team_add')}
            </Button>
          )
        }
      >
        {team.length === 0 && <p className="text-soft">{t('student.team_empty')}</p>}
        <ul>
          {team.map((link) => (
            <TieRow
              key={link.link_id}
              detail={`${functionName(link.function)} · ${periodWords(link)}`}
              actions={
                may?.link_team &&
                link.user_id !== me && (
                  <Button
                    look="danger"
                    aria-label={t('student.team_end_label', { name: link.user_name })}
                    onClick={() => setOpen({ what: 'end_link', link })}
                  >
                    {t('student.team_end')}
                  </Button>
                )
              }
            >
              <PersonLink tie={link} />
            </TieRow>
          ))}
        </ul>
        <Past count={pastTeam.length}>
          {pastTeam.map((link) => (
            <TieRow key={link.link_id} detail={`${functionName(link.function)} · ${periodWords(link)}`}>
              <PersonLink tie={link} />
            </TieRow>
          ))}
        </Past>
      </Part>

      <Part
        title={t('student.guardians')}
        action={
          may?.link_guardians && (
            <Button look="outline" onClick={() => setOpen({ what: 'give_guardian' })}>
              <UserPlus className="size-5" aria-hidden />
              {t('student.guardian_add')}
            </Button>
          )
        }
      >
        {family.length === 0 && <p className="text-soft">{t('student.guardians_empty')}</p>}
        <ul>
          {family.map((guardianship) => (
            <TieRow
              key={guardianship.guardianship_id}
              detail={<GuardianWords guardianship={guardianship} />}
              actions={
                may?.link_guardians &&
                guardianship.user_id !== me && (
                  <>
                    <Button
                      look="outline"
                      aria-label={t('student.guardian_edit_label', { name: guardianship.user_name })}
                      onClick={() => setOpen({ what: 'guardian', guardianship })}
                    >
                      {t('student.guardian_edit')}
                    </Button>
                    <Button
                      look="danger"
                      aria-label={t('student.guardian_end_label', { name: guardianship.user_name })}
                      onClick={() => setOpen({ what: 'end_guardian', guardianship })}
                    >
                      {t('student.guardian_end')}
                    </Button>
                  </>
                )
              }
            >
              <PersonLink tie={guardianship} />
            </TieRow>
          ))}
        </ul>
        <Past count={pastFamily.length}>
          {pastFamily.map((guardianship) => (
            <TieRow
              key={guardianship.guardianship_id}
              detail={`${guardianship.kinship} · ${periodWords(guardianship)}`}
            >
              <PersonLink tie={guardianship} />
            </TieRow>
          ))}
        </Past>
      </Part>

      {open?.what === 'give_link' && <GiveLinkDialog student={student} onClose={close} />}
      {open?.what === 'give_guardian' && <GuardianDialog student={student} onClose={close} />}
      {open?.what === 'guardian' && (
        <GuardianDialog student={student} guardianship={open.guardianship} onClose={close} />
      )}
      {open?.what === 'end_link' && (
        <EndDialog
          title={t('student.team_end_label', { name: open.link.user_name })}
          onClose={close}
          act={(at) => ({
            method: 'post',
            path: `${path}/team/${open.link.link_id}/end`,
            body: { version: open.link.version, at },
          })}
          done={({ user_name }, later) => t(later ? 'done.end_link_later' : 'done.end_link', { name: user_name })}
          undo={() => ({
            method: 'post',
            path: `${path}/team`,
            body: {
              user_id: open.link.user_id,
              function: open.link.function,
              ...(open.link.valid_to && { valid_to: open.link.valid_to }),
            },
          })}
        />
      )}
      {open?.what === 'end_guardian' && (
        <EndDialog
          title={t('student.guardian_end_label', { name: open.guardianship.user_name })}
          onClose={close}
          act={(at) => ({
            method: 'patch',
            path: `${path}/guardians/${open.guardianship.guardianship_id}`,
            body: { version: open.guardianship.version, ...(at ? { end_at: at } : { end: true }) },
          })}
          done={({ user_name }) => t('done.end_guardian', { name: user_name })}
          undo={() => {
            const { user_id, kinship, custody, can_view, can_write, judicial_restriction } = open.guardianship;
            const body = { user_id, kinship, custody, can_view, can_write, judicial_restriction };
            return { method: 'post', path: `${path}/guardians`, body };
          }}
        />
      )}
    </div>
  );
}

function split<T extends { valid_from: string; valid_to: string | null }>(ties: readonly T[]): [T[], T[]] {
  return [ties.filter((tie) => lives(tie)), ties.filter((tie) => !lives(tie))];
}

function PersonLink({ tie }: { tie: AdminLink | AdminGuardianship }) {
  const { t } = useTranslation('administration');
  return (
    <>
      <Link to={`/administracao/pessoas/${tie.user_id}`} className="text-ink underline underline-offset-4">
        {tie.user_name}
      </Link>
      {tie.closed && <span className="ml-2 text-danger text-sm">{t('closed')}</span>}
    </>
  );
}

function GuardianWords({ guardianship }: { guardianship: AdminGuardianship }) {
  const { t } = useTranslation('administration');
  const { kinship, custody, can_view, can_write, judicial_restriction } = guardianship;
  const parts = [
    kinship,
    t(`custody.${custody}`),
    t(can_view && !judicial_restriction ? 'student.sees' : 'student.sees_not'),
  ];
  if (can_view && can_write && !judicial_restriction) parts.push(t('student.writes'));
  return (
    <>
      {parts.join(' · ')}
      {judicial_restriction && (
        <span className="mt-1 flex items-start gap-2 text-danger">
          <Gavel className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            <strong>{t('student.restricted')}.</strong> {t('student.restricted_hint')}
          </span>
        </span>
      )}
    </>
  );
}
