import { Compass, Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PeiSection } from '@/api/types';
import { useMe } from '@/api/use-session';
import { buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { hasUnsentRoom } from '@/features/collab/rooms';
import { listUnsent, type Unsent } from '@/features/collab/unsent';
import { useOrphans, useRoom } from '@/features/collab/use-room';
import { forgetCopies } from '@/lib/device';
import { usePageTitle } from '@/lib/use-page-title';
import { KeptHere } from './kept-here';
import { OrphanNotices } from './orphan-notices';
import { usePerson } from './person';

interface GoneProps {
  peiId: string;
  /** What of the plan is still listed; nothing when the plan itself is gone. */
  sections: readonly PeiSection[];
  /** It was on this page a moment ago: the right to it ended. */
  lost: boolean;
}

/** A plan or a section out of reach. Whoever has unsent text in it gets the text before the news. */
export function Gone(props: GoneProps) {
  const { peiId, sections } = props;
  const me = useMe();
  // Asked once: a plan that was never open here opens no connection.
  const [unsent] = useState(() => hasUnsentRoom(peiId, me.user_id));
  const [kept, setKept] = useState(() => leftIn(peiId, sections, me.user_id));
  if (unsent) return <Leftovers {...props} />;
  if (kept.length > 0) return <KeptHere userId={me.user_id} entries={kept} onDone={() => setKept([])} />;
  return <Nothing {...props} />;
}

/** What another tab or another day typed in sections that are listed no more. */
function leftIn(peiId: string, sections: readonly PeiSection[], userId: string): Unsent[] {
  const listed = new Set<string>(sections.map(({ section }) => section));
  return listUnsent(userId).filter(({ pei, section }) => pei === peiId && !listed.has(section));
}

function Leftovers({ peiId, sections, lost }: GoneProps) {
  const { t } = useTranslation(['pei', 'common']);
  const person = usePerson(useMe());
  const room = useRoom(peiId, person, sections);
  const orphans = useOrphans(room);
  usePageTitle(t('stop.title'));
  if (!room) return null;
  if (orphans.length === 0) return <Nothing peiId={peiId} sections={sections} lost={lost} />;
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

function Nothing({ peiId, sections, lost }: GoneProps) {
  const { t } = useTranslation(['pei', 'common']);
  const { user_id: userId } = useMe();
  const rest = sections.length > 0;
  const what = lost ? (rest ? 'lost_section' : 'lost') : 'not_found';
  usePageTitle(t(`${what}.title`));
  useEffect(() => {
    // What this person may not read any more is not left lying on the device either.
    if (rest) return;
    const unsent = new Set(listUnsent(userId).map(({ database }) => database));
    void forgetCopies(userId, peiId, unsent);
  }, [userId, peiId, rest]);
  return (
    <main className="px-5">
      {/* A page that was in use says by itself that it is gone. */}
      <div role={lost ? 'alert' : undefined}>
        <Message
          icon={lost ? Lock : Compass}
          level={1}
          title={t(`${what}.title`)}
          action={
            <>
              {lost && rest && (
                <Link to={`/peis/${peiId}`} className={buttonClass('primary')}>
                  {t('lost_section.rest')}
                </Link>
              )}
              <Link to="/" className={buttonClass(lost && rest ? 'outline' : 'primary')}>
                {t('common:back_home')}
              </Link>
            </>
          }
        >
          {t(`${what}.body`)}
        </Message>
      </div>
    </main>
  );
}
