import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstName } from '@/lib/people';
import type { Live } from './live';
import { type ChatEvent, isMessage } from './protocol';
import { nameList } from './words';

/** What comes in quick succession is read out in one sentence. */
const TOGETHER_MS = 1_500;

/** Tells a screen reader what is new, without reading the list again. */
export function Announcements({ running, events }: { running: Live; events: readonly ChatEvent[] }) {
  const { t } = useTranslation('chat');
  const [said, setSaid] = useState({ seq: 0, words: '' });
  const told = useRef(events.at(-1)?.seq ?? 0);
  useEffect(() => {
    const fresh = events.filter((event) => event.seq > told.current && isMessage(event) && event.user !== running.me);
    if (fresh.length === 0) return;
    const timer = setTimeout(() => {
      told.current = events.at(-1)?.seq ?? told.current;
      const names = nameList([...new Set(fresh.map(({ name }) => (name ? firstName(name) : t('somebody'))))]);
      const last = fresh.at(-1);
      const words = t('announce', {
        count: fresh.length,
        names,
        text: last?.title ?? last?.text ?? t('deleted.short'),
      });
      setSaid({ seq: last?.seq ?? 0, words });
    }, TOGETHER_MS);
    return () => clearTimeout(timer);
  }, [events, running.me, t]);
  const isTakenBack = events.some(({ seq, text }) => seq === said.seq && text === undefined);
  return (
    <p role="status" className="sr-only">
      {isTakenBack ? '' : said.words}
    </p>
  );
}
