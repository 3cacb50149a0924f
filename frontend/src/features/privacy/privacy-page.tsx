import './privacy-i18n';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, CloudOff, Eye } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { toProblem } from '@/api/problem';
import { useMe } from '@/api/use-session';
import { NotThere } from '@/components/not-there';
import { Button, buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { isSharedDevice } from '@/lib/device';
import { firstName } from '@/lib/people';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { Consents } from './consents';
import { Corrections } from './corrections';
import { Dossier } from './dossier';
import { consentsQuery, correctionsQuery } from './queries';

/** What the family allows, and what it asks to be corrected; who sees the child sees what is allowed. */
export default function Page() {
  const { studentId = '' } = useParams();
  const { t } = useTranslation(['privacy', 'common']);
  const me = useMe();
  const consents = useQuery(consentsQuery(studentId));
  const corrections = useQuery(correctionsQuery(studentId));
  const full = consents.data?.student_name;
  const name = full && me.kind === 'guardian' ? firstName(full) : full;
  // On a computer of many people the browser's history must not name a child.
  usePageTitle(name && !isSharedDevice() ? t('title', { name }) : t('title_shared'));
  const error = consents.error ?? corrections.error;
  if (error && toProblem(error).code === 'not_found') return <NotThere />;
  const { data } = consents;
  return (
    <div className="mx-auto max-w-190">
      <Link
        to="/"
        className="-ml-2 mb-2 inline-flex min-h-11 items-center gap-2 rounded-md px-2 font-semibold text-soft hover:bg-wash"
      >
        <ArrowLeft className="size-5" aria-hidden />
        {t('back')}
      </Link>
      <h1 className="text-3xl [overflow-wrap:anywhere]">{name ? t('title', { name }) : t('title_shared')}</h1>
      {error && !(data && corrections.data) && (
        <Message
          icon={CloudOff}
          title={t('error_title')}
          action={
            <Button
              busy={consents.isFetching || corrections.isFetching}
              onClick={() => {
                void consents.refetch();
                void corrections.refetch();
              }}
            >
              {t('common:retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Message>
      )}
      {!error && (consents.isPending || corrections.isPending) && (
        <div className="mt-8 flex flex-col gap-3">
          <p role="status" className="sr-only">
            {t('common:loading')}
          </p>
          {[0, 1, 2].map((each) => (
            <div key={each} className="skeleton h-24 w-full" />
          ))}
        </div>
      )}
      {data && corrections.data && (
        <>
          {data.history && (
            <Link
              to={`/estudantes/${data.student_id}/acessos`}
              state={{ from: `/estudantes/${data.student_id}/privacidade` }}
              className={buttonClass('outline', 'mt-4')}
            >
              <Eye className="size-5" aria-hidden />
              {t('accesses')}
            </Link>
          )}
          <Consents list={data} />
          <Corrections list={corrections.data} />
          {data.history && <Dossier studentId={data.student_id} name={name ?? ''} />}
        </>
      )}
    </div>
  );
}
