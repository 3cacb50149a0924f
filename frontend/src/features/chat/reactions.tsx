import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { actOn } from './act-on';
import type { LineProps } from './line';
import type { Live } from './live';
import { type ChatEvent, REACTIONS, type Reaction } from './protocol';
import type { Pending } from './rows';
import { nameList } from './words';

export const EMOJI: Record<Reaction, string> = {
  like: '👍',
  love: '❤️',
  applause: '👏',
  joy: '😊',
  sadness: '😢',
  thanks: '🙏',
};

/** Who reacted with what, with what this person is about to do. */
export function reactionsOf(event: ChatEvent, pending: Pending | undefined, me: string): Record<string, Reaction> {
  const { [me]: mine, ...others } = event.reactions ?? {};
  const own = pending?.reaction === undefined ? mine : pending.reaction;
  return own ? { ...others, [me]: own } : others;
}

export function reactTo(running: Live, room: string, target: number, reaction: Reaction | null): void {
  actOn(running, room, { kind: 'react', target, reaction });
}

/** The reactions to a message: how many, and by whom for the ear and for whoever points at them. */
export function ReactionChips({ event, pending, running, state, info }: LineProps & { event: ChatEvent }) {
  const { t } = useTranslation('chat');
  const { me } = running;
  const all = Object.entries(reactionsOf(event, pending, me));
  if (all.length === 0) return null;
  const nameOf = (user: string) =>
    user === me ? t('you') : (state.members.find((member) => member.user === user)?.name ?? t('somebody'));
  return (
    <div className={cx('flex flex-wrap gap-1 pt-1', event.user === me && 'justify-end')}>
      {REACTIONS.map((reaction) => {
        const users = all.filter(([, each]) => each === reaction).map(([user]) => user);
        if (users.length === 0) return null;
        const mine = users.includes(me);
        const words = `${t(`react.${reaction}`)}: ${nameList(users.map(nameOf))}`;
        return (
          <button
            key={reaction}
            type="button"
            aria-label={words}
            title={words}
            aria-pressed={mine}
            aria-disabled={info.access !== 'write'}
            className={cx(
              'flex min-h-11 items-center gap-1.5 rounded-full border px-3 text-sm',
              mine ? 'border-primary bg-primary-wash' : 'border-line bg-sheet',
            )}
            onClick={() => info.access === 'write' && reactTo(running, info.room, event.seq, mine ? null : reaction)}
          >
            <span className="text-lg leading-none" aria-hidden>
              {EMOJI[reaction]}
            </span>
            {users.length}
          </button>
        );
      })}
    </div>
  );
}
