import './pei-i18n';
import { useQuery } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useParams } from 'react-router';
import { toProblem } from '@/api/problem';
import { peiQuery } from '@/api/queries';
import type { Pei } from '@/api/types';
import { useMe } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { usePeers } from '@/features/collab/presence';
import { useRoom, useSaveState, useSessions } from '@/features/collab/use-room';
import { isSharedDevice } from '@/lib/device';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { Gone } from './gone';
import { usePerson } from './person';
import { ReadingPage } from './reading-page';
import { useChangedRights } from './use-changed-rights';
import { sectionTitle } from './words';
import { WorkPage } from './work-page';

const NOTHING: Pei['sections'] = [];

export default function Page() {
  const { peiId = '', section } = useParams();
  const { t } = useTranslation(['pei', 'common']);
  const { data, error, isPending, isFetching, refetch } = useQuery(peiQuery(peiId));
  const shown = data?.sections.find((each) => each.section === section) ?? (section ? undefined : data?.sections[0]);
  const place = `${peiId}/${section ?? ''}`;
  const open = useRef('');
  useEffect(() => {
    if (shown) open.current = place;
  }, [shown, place]);
  if (isPending) return <PageSkeleton />;
  if (data === undefined) {
    return (
      <main className="px-5">
        <Message
          icon={CloudOff}
          level={1}
          title={t('error_title')}
          action={
            <Button busy={isFetching} onClick={() => void refetch()}>
              {t('common:retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Message>
      </main>
    );
  }
  if (!data || !shown) {
    return <Gone key={peiId} peiId={peiId} sections={data?.sections ?? NOTHING} lost={open.current === place} />;
  }
  return <Loaded pei={data} section={shown} />;
}

function Loaded({ pei, section }: { pei: Pei; section: Pei['sections'][number] }) {
  const { t } = useTranslation(['pei', 'common']);
  const me = useMe();
  const { onLogout } = useOutletContext<{ onLogout: () => void }>();
  const person = usePerson(me);
  const room = useRoom(pei.pei_id, person, pei.sections);
  const sessions = useSessions(room);
  const peers = usePeers(sessions, me.user_id);
  useChangedRights(pei, sessions);
  const mayWrite = pei.editable && pei.sections.some(({ access }) => access === 'write');
  const save = useSaveState(room, mayWrite);
  const reading = me.kind === 'guardian';
  const title = t('title', { name: pei.student.name });
  // On a computer of many people the browser's history and its list of windows must not name a child.
  const named = reading ? title : `${sectionTitle(section.section)} · ${title}`;
  usePageTitle(isSharedDevice() ? t('title_shared') : named);
  const view = { pei, me, person, room, sessions, peers, save, onLogout };
  return reading ? <ReadingPage {...view} /> : <WorkPage {...view} section={section} />;
}

function PageSkeleton() {
  const { t } = useTranslation(['pei', 'common']);
  return (
    <main className="mx-auto flex max-w-190 flex-col gap-5 px-4 pt-20">
      <p role="status" className="sr-only">
        {t('loading_text')}
      </p>
      <div className="skeleton h-10 w-2/3" />
      <div className="skeleton h-6 w-1/2" />
      <div className="skeleton h-80 w-full" />
    </main>
  );
}
