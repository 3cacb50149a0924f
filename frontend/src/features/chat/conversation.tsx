import { MoveLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '@/api/use-session';
import { Avatar } from '@/components/ui/avatar';
import { Notice } from '@/components/ui/notice';
import { randomUuid } from '@/lib/uuid';
import { actOn } from './act-on';
import { AnnouncementForm } from './announcement-form';
import { Composer } from './composer';
import { ConnectionLine } from './connection-line';
import type { Live } from './live';
import { MembersButton } from './members';
import { MessageList } from './message-list';
import { waiting } from './outbox';
import { type ChatEvent, cleanText, placeName, type RoomInfo } from './protocol';
import { QuickAnswers } from './quick-answers';
import { eventAt, type RoomState } from './room-state';
import { readersWords, roomWords } from './room-words';
import { TypingLine } from './typing-line';
import { endangeredOf, outboxOf, statusOf, useView } from './use-chat';

interface ConversationProps {
  running: Live;
  state: RoomState;
  info: RoomInfo;
  /** On a phone the list is a page of its own. */
  back: boolean;
}

/** One conversation: who is in it, what was said, and where to write. */
export function Conversation({ running, state, info, back }: ConversationProps) {
  const { t } = useTranslation('chat');
  const me = useMe();
  const { room } = info;
  const isClass = info.kind === 'class';
  const { conversations } = running.client;
  const status = useView(running, statusOf);
  const outbox = useView(running, outboxOf);
  const endangered = useView(running, endangeredOf);
  const [answered, setAnswered] = useState<ChatEvent | null>(null);
  const [edited, setEdited] = useState<ChatEvent | null>(null);
  const { generation } = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the connection is back, and when all was forgotten
  useEffect(() => conversations.open(room), [conversations, room, status, generation]);

  const send = (text: string) => {
    const reply_to = answered?.seq ?? null;
    void conversations.sender.write({ client: randomUuid(), room, text: cleanText(text), reply_to });
    setAnswered(null);
  };
  const change = (text: string) => {
    const words = cleanText(text);
    if (edited && words !== edited.text) {
      actOn(running, room, { kind: 'edit', target: edited.seq }, words);
    }
    setEdited(null);
  };
  // As it reads now: it may have been taken back meanwhile.
  const quoted = answered && (eventAt(state, answered.seq) ?? answered);
  const queued = waiting(outbox, room);
  const Title = back ? 'h1' : 'h2';
  return (
    <section aria-label={`${placeName(info)}, ${roomWords(info, running.me, t)}`} className="flex h-dvh flex-col">
      <header className="flex items-center gap-2 border-b px-2 py-2 md:px-5">
        {back && (
          <Link
            to="/conversas"
            aria-label={t('back')}
            className="grid size-11 shrink-0 place-items-center rounded-md text-soft hover:bg-wash"
          >
            <MoveLeft className="size-6" aria-hidden />
          </Link>
        )}
        <Avatar id={info.student ?? room} name={placeName(info)} />
        <div className="min-w-0 flex-1 pl-1 leading-tight">
          <Title className="truncate text-lg">{placeName(info)}</Title>
          <p className="text-soft text-sm">
            <span className="font-semibold text-primary">{roomWords(info, running.me, t)}.</span>{' '}
            {readersWords(info, running.me, t)}
          </p>
        </div>
        {!isClass && <MembersButton members={state.members} me={running.me} />}
      </header>
      <ConnectionLine running={running} />
      <MessageList
        key={generation}
        running={running}
        state={state}
        info={info}
        onReply={setAnswered}
        onEdit={setEdited}
      />
      <TypingLine running={running} state={state} />
      <div className="border-t bg-paper px-3 pt-2 pb-[max(10px,env(safe-area-inset-bottom))] md:px-5">
        {status !== 'live' && queued > 0 && (
          <p role="status" className="pb-2 text-sm">
            {t('queue', { count: queued })}
          </p>
        )}
        {endangered && (
          <div className="pb-2">
            <Notice tone="attention" role="status">
              {t('endangered')}
            </Notice>
          </div>
        )}
        {info.access === 'read' ? (
          <p className="py-2 text-soft">{t(isClass ? 'compose.class' : 'compose.read_only')}</p>
        ) : edited ? (
          <Composer
            key={edited.seq}
            running={running}
            room={room}
            initial={edited.text ?? ''}
            about={{ title: t('edit.title'), text: edited.text ?? '', cancel: t('edit.cancel') }}
            onCancel={() => setEdited(null)}
            onSend={change}
          />
        ) : isClass ? (
          <AnnouncementForm room={room} store={running.store} />
        ) : (
          <>
            {me.kind === 'guardian' && <QuickAnswers onAnswer={send} />}
            <Composer
              running={running}
              room={room}
              about={
                quoted && {
                  title: t('reply.to', { name: quoted.name ?? t('somebody') }),
                  text: quoted.text ?? t('deleted.short'),
                  cancel: t('reply.cancel'),
                }
              }
              onCancel={() => setAnswered(null)}
              onSend={send}
            />
          </>
        )}
      </div>
    </section>
  );
}
