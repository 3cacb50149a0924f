import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PeiSection } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Room } from '@/features/collab/room';
import type { SectionSession } from '@/features/collab/section-session';
import { useOrphans, useSectionState } from '@/features/collab/use-room';
import { useSectionDownload } from './use-section-download';
import { sectionTitle } from './words';

/** Sections that are gone while they hold text of this person: wherever she stands in the plan, she is told. */
export function OrphanNotices({ room, sections }: { room: Room; sections: readonly PeiSection[] }) {
  const orphans = useOrphans(room);
  return orphans.map((session) => (
    <OrphanNotice
      key={session.document}
      room={room}
      session={session}
      // Still listed under another document: its text was restored, the right to it was not lost.
      replaced={sections.some(({ section }) => section === session.section.section)}
    />
  ));
}

function OrphanNotice({ room, session, replaced }: { room: Room; session: SectionSession; replaced: boolean }) {
  const { t } = useTranslation('pei');
  const { stop } = useSectionState(session);
  const [downloaded, setDownloaded] = useState(false);
  const download = useSectionDownload(session);
  return (
    <div className="mb-5">
      <Notice tone="danger" role="alert">
        <p className="font-semibold">
          {t('stop.title')}: {sectionTitle(session.section.section)}
        </p>
        <p>{t(`stop.${stop ?? (replaced ? 'wrong_lineage' : 'not_found')}`)}</p>
        <p className="mt-1">{t('stop.unsent')}</p>
        <div className="mt-3 flex flex-wrap gap-3">
          <Button
            onClick={() => {
              download();
              setDownloaded(true);
            }}
          >
            <Download className="size-5" aria-hidden />
            {t('stop.download')}
          </Button>
          <Button look="outline" onClick={() => void room.drop(session)}>
            {t(downloaded ? 'stop.done' : 'stop.discard')}
          </Button>
        </div>
      </Notice>
    </div>
  );
}
