import { useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { peiQuery } from '@/api/queries';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Room } from '@/features/collab/room';
import type { SectionSession } from '@/features/collab/section-session';
import { isLostRight } from '@/features/collab/stop-reason';
import { useSectionState } from '@/features/collab/use-room';
import { useSectionDownload } from './use-section-download';

/** A section that the server closed, or an edit that it refused: what happened, the text to take along, and the way on. */
export function StopNotice({ room, session }: { room: Room; session: SectionSession }) {
  const { t } = useTranslation('pei');
  const { stop, refused, pendingSince } = useSectionState(session);
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const download = useSectionDownload(session);
  if (!stop && !refused) return null;

  async function reload() {
    setBusy(true);
    await room.restart(session);
    // A restored text has another name; a lost right has no section any more.
    await client.invalidateQueries({ queryKey: peiQuery(room.peiId).queryKey });
    setBusy(false);
  }

  return (
    <div className="mb-5">
      <Notice tone="danger" role="alert">
        <p className="font-semibold">{t(refused ? 'stop.refused_title' : 'stop.title')}</p>
        <p>{refused ? t('stop.refused') : stop && t(`stop.${stop}`)}</p>
        {!refused && pendingSince !== null && <p className="mt-1">{t('stop.unsent')}</p>}
        <div className="mt-3 flex flex-wrap gap-3">
          {pendingSince !== null && (
            <Button onClick={download}>
              <Download className="size-5" aria-hidden />
              {t('stop.download')}
            </Button>
          )}
          {/* Starting again forgets the text; where the right is gone there is nothing to start again with. */}
          {!(isLostRight(stop) && pendingSince !== null) && (
            <Button look="outline" busy={busy} onClick={() => void reload()}>
              {t('stop.reload')}
            </Button>
          )}
        </div>
      </Notice>
    </div>
  );
}
