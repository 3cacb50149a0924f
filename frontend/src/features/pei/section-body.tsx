import { useTranslation } from 'react-i18next';
import type { Pei, PeiSection } from '@/api/types';
import type { Peer } from '@/features/collab/presence';
import { usePresent } from '@/features/collab/presence';
import { RichEditor } from '@/features/collab/rich/editor';
import type { Room } from '@/features/collab/room';
import type { Person, SectionSession } from '@/features/collab/section-session';
import { canShowText } from '@/features/collab/section-state';
import { isLostRight } from '@/features/collab/stop-reason';
import { useSectionState } from '@/features/collab/use-room';
import { GoalList } from './goals/goal-list';
import { StopNotice } from './stop-notice';
import { sectionTitle } from './words';

interface SectionBodyProps {
  pei: Pei;
  section: PeiSection;
  room: Room;
  session: SectionSession;
  person: Person;
  peers: readonly Peer[];
  present?: boolean;
  className?: string;
}

/** The section itself, live. Editable only when the plan, the matrix and this very connection all say so. */
export function SectionBody({
  pei,
  section,
  room,
  session,
  person,
  peers,
  present = true,
  className,
}: SectionBodyProps) {
  const state = useSectionState(session);
  usePresent(session, present);
  const editable =
    section.access === 'write' && pei.editable && state.scope !== 'readonly' && !state.stop && !state.refused;
  return (
    <>
      <StopNotice room={room} session={session} />
      {isLostRight(state.stop) ? null : !canShowText(state) ? (
        !state.stop && <TextSkeleton />
      ) : section.kind === 'goals' ? (
        <GoalList session={session} person={person} team={pei.team} peers={peers} editable={editable} />
      ) : (
        <RichEditor
          session={session}
          person={person}
          editable={editable}
          title={sectionTitle(section.section)}
          {...(className ? { className } : {})}
        />
      )}
    </>
  );
}

function TextSkeleton() {
  const { t } = useTranslation('pei');
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="sr-only">
        {t('loading_text')}
      </p>
      <div className="skeleton h-5 w-11/12" />
      <div className="skeleton h-5 w-10/12" />
      <div className="skeleton h-5 w-7/12" />
    </div>
  );
}
