import { CircleUserRound } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PeiSection } from '@/api/types';
import { AccountMenu } from '@/components/layout/account-menu';
import { SkipLink } from '@/components/layout/skip-link';
import { IconButton } from '@/components/ui/icon-button';
import { Notice } from '@/components/ui/notice';
import { OrphanNotices } from './orphan-notices';
import { PeiHeader } from './pei-header';
import { SectionBody } from './section-body';
import { TopBar } from './top-bar';
import { useOutOfSight } from './use-out-of-sight';
import { sectionTitle } from './words';
import type { PeiViewProps } from './work-page';

/** The plan as a family reads it: one page from top to bottom, larger letters, and its own part to write. */
export function ReadingPage(props: PeiViewProps) {
  const { pei, me, save, onLogout } = props;
  const { t } = useTranslation('pei');
  const { t: tk } = useTranslation();
  const { t: ts } = useTranslation('students');
  const [titleRef, scrolled] = useOutOfSight();
  const own = pei.sections.filter(({ access }) => access === 'write');
  const rest = pei.sections.filter(({ access }) => access !== 'write');
  return (
    <div className="min-h-dvh [--editor-top:56px]">
      <SkipLink />
      <TopBar
        name={pei.student.name}
        named={scrolled}
        save={save}
        rail={false}
        action={
          <AccountMenu
            me={me}
            onLogout={onLogout}
            trigger={(open) => (
              <IconButton label={tk('account.menu')} onClick={open}>
                <CircleUserRound className="size-6" aria-hidden />
              </IconButton>
            )}
          />
        }
      />
      <main id="conteudo" tabIndex={-1} className="mx-auto max-w-[68ch] px-5 pt-8 pb-24 text-lg outline-none">
        <PeiHeader pei={pei} titleRef={titleRef} />
        {props.room && <OrphanNotices room={props.room} sections={pei.sections} />}
        {!pei.editable && (
          <div className="mb-6">
            <Notice>{t('reading_for_now', { state: ts(`state.${pei.state}`) })}</Notice>
          </div>
        )}
        <nav aria-label={t('sections')} className="mb-10">
          <ul className="flex flex-wrap gap-2">
            {[...rest, ...own].map(({ section }) => (
              <li key={section}>
                <a
                  href={`#${section}`}
                  className="inline-flex min-h-11 items-center rounded-full border border-edge bg-sheet px-4 py-1 text-base leading-tight hover:bg-wash"
                >
                  {sectionTitle(section)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {[...rest, ...own].map((section) => (
          <ReadingSection key={section.section} {...props} section={section} />
        ))}
      </main>
    </div>
  );
}

function ReadingSection({ section, ...props }: PeiViewProps & { section: PeiSection }) {
  const { t } = useTranslation('pei');
  const ref = useRef<HTMLElement>(null);
  const [inView, setInView] = useState(false);
  const session = props.sessions.find((each) => each.document === section.document);
  useEffect(() => {
    if (!ref.current) return;
    // Present is what stands in the middle of the screen, not all that is on the page.
    const watcher = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? false), {
      rootMargin: '-45% 0px -45% 0px',
    });
    watcher.observe(ref.current);
    return () => watcher.disconnect();
  }, []);
  const writes = section.access === 'write' && props.pei.editable;
  return (
    <section ref={ref} id={section.section} aria-labelledby={`t-${section.section}`} className="mb-12 scroll-mt-20">
      <h2 id={`t-${section.section}`} className="mb-3 text-2xl">
        {sectionTitle(section.section)}
      </h2>
      {writes && <p className="mb-4 text-soft">{t('family_writes')}</p>}
      {props.room && session && (
        <SectionBody
          key={session.document}
          pei={props.pei}
          section={section}
          room={props.room}
          session={session}
          person={props.person}
          peers={props.peers[section.section] ?? []}
          present={inView}
        />
      )}
    </section>
  );
}
