import { CloudOff, MessagesSquare, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input } from '@/components/ui/input';
import { Message } from '@/components/ui/message';
import { ConnectionLine } from './connection-line';
import { DeskDoors } from './desk-doors';
import type { Live } from './live';
import { placeName } from './protocol';
import { RoomLine } from './room-line';
import { inOrder, nameMatches } from './room-list';
import { InboxSketch } from './sketch';
import { roomsOf, statusOf, useView } from './use-chat';

/** Below this a search box is only in the way. */
const SEARCH_FROM = 9;

/** All conversations, the one where something was said last first. */
export function Inbox({ running, chosen }: { running: Live; chosen?: string | undefined }) {
  const { t } = useTranslation('chat');
  const rooms = useView(running, roomsOf);
  const status = useView(running, statusOf);
  const [query, setQuery] = useState('');
  const sought = useDeferredValue(query);
  const all = inOrder(rooms);
  const shown = all.filter((info) => nameMatches(`${placeName(info)} ${info.guardian_name ?? ''}`, sought));
  return (
    <>
      <h1 className="px-1 pb-3 text-3xl">{t('title')}</h1>
      <div className="mb-2 overflow-hidden rounded-lg">
        <ConnectionLine running={running} />
      </div>
      {!rooms && status === 'away' && (
        <Message icon={CloudOff} title={t('state.away')}>
          {t('state.first_away')}
        </Message>
      )}
      {!rooms && status !== 'away' && <InboxSketch />}
      {rooms && all.length === 0 && (
        <Message icon={MessagesSquare} title={t('empty.title')}>
          {t('empty.body')}
        </Message>
      )}
      {all.length >= SEARCH_FROM && (
        <div className="relative mb-3">
          <Search className="pointer-events-none absolute top-3 left-3 size-5 text-soft" aria-hidden />
          <Input
            type="text"
            inputMode="search"
            aria-label={t('search')}
            placeholder={t('search_short')}
            className="pl-11"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <p role="status" className="px-1 pt-2 text-soft text-sm empty:hidden">
            {shown.length === 0 && t('no_match', { query: sought })}
          </p>
        </div>
      )}
      {shown.length > 0 && (
        <ul aria-label={t('list_label')} className="flex flex-col gap-1">
          {shown.map((info) => (
            <li key={info.room}>
              <RoomLine info={info} me={running.me} current={info.room === chosen} />
            </li>
          ))}
        </ul>
      )}
      {rooms && <DeskDoors rooms={all} />}
    </>
  );
}
