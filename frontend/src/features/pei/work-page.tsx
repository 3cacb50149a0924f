import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Me, Pei, PeiSection } from '@/api/types';
import { AccountMenu } from '@/components/layout/account-menu';
import { Brand } from '@/components/layout/brand';
import { SkipLink } from '@/components/layout/skip-link';
import { Dialog } from '@/components/ui/dialog';
import type { Peer } from '@/features/collab/presence';
import type { Room } from '@/features/collab/room';
import type { SaveState } from '@/features/collab/save-state';
import type { Person, SectionSession } from '@/features/collab/section-session';
import { cx } from '@/lib/cx';
import { useMedia } from '@/lib/use-media';
import { OrphanNotices } from './orphan-notices';
import { PeiHeader } from './pei-header';
import { SectionBar } from './section-bar';
import { SectionNav } from './section-nav';
import { SectionView } from './section-view';
import { TopBar } from './top-bar';
import { useOutOfSight } from './use-out-of-sight';
import { WhoIsHere } from './who-is-here';

export interface PeiViewProps {
  pei: Pei;
  me: Me;
  person: Person;
  room: Room | null;
  sessions: readonly SectionSession[];
  peers: Record<string, Peer[]>;
  save: SaveState;
  onLogout: () => void;
}

/** The plan as the team works in it: one section at a time, the others and the people around it. */
export function WorkPage({
  pei,
  me,
  person,
  room,
  sessions,
  peers,
  save,
  onLogout,
  section,
}: PeiViewProps & { section: PeiSection }) {
  const { t } = useTranslation('pei');
  const rail = useMedia('(min-width: 1000px)');
  const aside = useMedia('(min-width: 1200px)');
  const [titleRef, scrolled] = useOutOfSight();
  const [listOpen, setListOpen] = useState(false);
  const current = section.section;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section starts at its top
  useEffect(() => {
    // Braces on purpose: newer browsers return a promise here, and an effect may return only its clean-up.
    window.scrollTo(0, 0);
  }, [current]);
  const session = sessions.find((each) => each.document === section.document);
  const nav = <SectionNav pei={pei} current={current} peers={peers} onChoose={() => setListOpen(false)} />;
  const who = <WhoIsHere pei={pei} peers={peers} ownId={me.user_id} />;

  return (
    <div className={cx('min-h-dvh [--editor-top:56px]', rail && 'grid grid-cols-[284px_minmax(0,1fr)]')}>
      <SkipLink />
      {rail && (
        <aside
          aria-label={t('rail')}
          className="sticky top-0 flex h-dvh flex-col gap-4 overflow-y-auto border-r px-3 py-4"
        >
          <div className="px-3 pt-1">
            <Brand />
          </div>
          <Link
            to="/"
            className="flex min-h-11 items-center gap-2 rounded-lg px-3 text-soft hover:bg-wash hover:text-ink"
          >
            <ArrowLeft className="size-5" aria-hidden />
            {t('back')}
          </Link>
          <div className="flex-1">{nav}</div>
          <AccountMenu me={me} onLogout={onLogout} />
        </aside>
      )}
      <div className="min-w-0">
        <TopBar name={pei.student.name} named={scrolled} save={save} rail={rail} />
        <div
          className={cx(
            'mx-auto px-4 pt-7 md:px-8',
            aside && 'grid grid-cols-[minmax(0,1fr)_220px] gap-10',
            rail ? 'pb-24' : 'pb-32',
          )}
        >
          <main id="conteudo" tabIndex={-1} className="min-w-0 max-w-190 outline-none">
            <PeiHeader pei={pei} titleRef={titleRef} />
            {room && <OrphanNotices room={room} sections={pei.sections} />}
            <SectionView
              pei={pei}
              section={section}
              room={room}
              session={session}
              person={person}
              peers={peers[current] ?? []}
            />
          </main>
          {aside && (
            <aside
              aria-label={t('people')}
              className="sticky top-21 max-h-[calc(100dvh-100px)] self-start overflow-y-auto"
            >
              {who}
            </aside>
          )}
        </div>
      </div>
      {!rail && (
        <>
          <SectionBar pei={pei} current={current} onOpenList={() => setListOpen(true)} />
          <Dialog open={listOpen} onOpenChange={setListOpen} title={t('sections')} sheet>
            {nav}
            <div className="mt-6 border-t pt-5">{who}</div>
            <div className="mt-5 border-t pt-3">
              <AccountMenu
                me={me}
                onLogout={() => {
                  setListOpen(false);
                  onLogout();
                }}
              />
            </div>
          </Dialog>
        </>
      )}
    </div>
  );
}
