import { Lock, UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Pei, PeiSection } from '@/api/types';
import { Notice } from '@/components/ui/notice';
import type { Peer } from '@/features/collab/presence';
import type { Room } from '@/features/collab/room';
import type { Person, SectionSession } from '@/features/collab/section-session';
import { SectionBody } from './section-body';
import { lastChange, sectionTitle } from './words';

interface SectionViewProps {
  pei: Pei;
  section: PeiSection;
  room: Room | null;
  session: SectionSession | undefined;
  person: Person;
  peers: readonly Peer[];
}

/** One section on the page of somebody who works in the plan. */
export function SectionView({ pei, section, room, session, person, peers }: SectionViewProps) {
  const { t } = useTranslation('pei');
  const { t: ts } = useTranslation('students');
  const title = sectionTitle(section.section);
  const Scope = section.class === 'T' ? Lock : UsersRound;
  return (
    <section aria-labelledby="section-title">
      <h2 id="section-title" className="text-2xl">
        {title}
      </h2>
      <p className="mt-1 max-w-[68ch] text-soft">{t(`hint.${section.section}`)}</p>
      <p className="mt-2 mb-5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
        <span className="inline-flex items-center gap-1.5">
          <Scope className="size-4" aria-hidden />
          {t(section.class === 'T' ? 'team_only' : 'family_too')}
        </span>
        <span>{lastChange(section)}</span>
      </p>
      {!pei.editable ? (
        <div className="mb-5">
          <Notice>{t('editing_locked', { state: ts(`state.${pei.state}`) })}</Notice>
        </div>
      ) : (
        section.access === 'read' && (
          <div className="mb-5">
            <Notice>{t('may_read', { who: t(`writers.${section.section}`) })}</Notice>
          </div>
        )
      )}
      {room && session && (
        <SectionBody
          key={session.document}
          pei={pei}
          section={section}
          room={room}
          session={session}
          person={person}
          peers={peers}
        />
      )}
    </section>
  );
}
