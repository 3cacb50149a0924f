import './chat-i18n';
import './chat.css';
import { MessagesSquare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { useMedia } from '@/lib/use-media';
import { usePageTitle } from '@/lib/use-page-title';
import { Conversation } from './conversation';
import { Inbox } from './inbox';
import type { Live } from './live';
import { InboxSketch } from './sketch';
import { roomsOf, useLive, useView } from './use-chat';

/** The list of conversations and the one that is open: side by side where there is room, one at a time on a phone. */
export default function Page() {
  const running = useLive();
  return running ? <Running running={running} /> : <InboxSketch />;
}

function Running({ running }: { running: Live }) {
  const { t } = useTranslation('chat');
  const { roomId } = useParams();
  const wide = useMedia('(min-width: 1000px)');
  usePageTitle(t('title'));
  const opened = roomId ? <Opened key={roomId} running={running} roomId={roomId} back={!wide} /> : null;
  if (!wide) return opened ?? <Inbox running={running} />;
  return (
    <div className="chat-columns h-dvh">
      <div className="overflow-y-auto border-r px-4 py-8">
        <Inbox running={running} chosen={roomId} />
      </div>
      <div className="min-h-0">
        {opened ?? (
          <div className="px-8 py-10">
            <Message icon={MessagesSquare} title={t('choose.title')}>
              {t('choose.body')}
            </Message>
          </div>
        )}
      </div>
    </div>
  );
}

function Opened({ running, roomId, back }: { running: Live; roomId: string; back: boolean }) {
  const { t } = useTranslation('chat');
  const rooms = useView(running, roomsOf);
  const room = rooms?.get(roomId);
  if (!rooms) return <InboxSketch />;
  if (room?.info) return <Conversation running={running} state={room} info={room.info} back={back} />;
  return (
    <div className="px-5">
      <Message
        icon={MessagesSquare}
        level={back ? 1 : 2}
        title={t('unknown.title')}
        action={
          <Link to="/conversas" className={buttonClass()}>
            {t('unknown.back')}
          </Link>
        }
      >
        {t('unknown.body')}
      </Message>
    </div>
  );
}
