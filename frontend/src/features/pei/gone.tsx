import { Compass } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PeiSection } from '@/api/types';
import { useMe } from '@/api/use-session';
import { buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { hasUnsentRoom } from '@/features/collab/rooms';
import { useOrphans, useRoom } from '@/features/collab/use-room';
import { usePageTitle } from '@/lib/use-page-title';
import { OrphanNotices } from './orphan-notices';
import { usePerson } from './person';

interface GoneProps {
  peiId: string;
  /** What of the plan is still listed; nothing when the plan itself is gone. */
  sections: readonly PeiSection[];
}

/** A plan or a section out of reach. Whoever has unsent text in it gets the text before the news. */
export function Gone({ peiId, sections }: GoneProps) {
  const me = useMe();
  // Asked once: a plan that was never open here opens no connection.
  const [unsent] = useState(() => hasUnsentRoom(peiId, me.user_id));
  return unsent ? <Leftovers peiId={peiId} sections={sections} /> : <NotFound />;
}

function Leftovers({ peiId, sections }: GoneProps) {
  const { t } = useTranslation(['pei', 'common']);
  const person = usePerson(useMe());
  const room = useRoom(peiId, person, sections);
  const orphans = useOrphans(room);
  usePageTitle(t('stop.title'));
  if (!room) return null;
  if (orphans.length === 0) return <NotFound />;
  return (
    <main className="mx-auto max-w-190 px-5 py-10">
      <h1 className="mb-5 text-2xl">{t('stop.leftovers')}</h1>
      <OrphanNotices room={room} sections={sections} />
      <Link to="/" className={buttonClass('outline')}>
        {t('common:back_home')}
      </Link>
    </main>
  );
}

function NotFound() {
  const { t } = useTranslation(['pei', 'common']);
  usePageTitle(t('not_found.title'));
  return (
    <main className="px-5">
      <Message
        icon={Compass}
        level={1}
        title={t('not_found.title')}
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('common:back_home')}
          </Link>
        }
      >
        {t('not_found.body')}
      </Message>
    </main>
  );
}
