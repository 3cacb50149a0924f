import { useTranslation } from 'react-i18next';
import { firstName } from '@/lib/people';
import type { Live } from './live';
import type { RoomState } from './room-state';
import { typingOf, useView } from './use-chat';
import { nameList } from './words';

/** "Ana está escrevendo…". Not read out: it comes and goes all the time. */
export function TypingLine({ running, state }: { running: Live; state: RoomState }) {
  const { t } = useTranslation('chat');
  const typing = useView(running, typingOf).get(state.room) ?? [];
  const names = state.members.filter(({ user }) => typing.includes(user)).map(({ name }) => firstName(name));
  return (
    <p className="min-h-6 truncate px-4 text-soft text-sm md:px-6">
      {names.length > 0 && t('typing', { count: names.length, names: nameList(names) })}
    </p>
  );
}
