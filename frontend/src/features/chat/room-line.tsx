import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/lib/cx';
import { whenWords } from '@/lib/dates';
import { firstName } from '@/lib/people';
import { placeName, type RoomInfo } from './protocol';
import { unread } from './room-state';
import { roomWords } from './room-words';

/** One conversation in the list. */
export function RoomLine({ info, me, current }: { info: RoomInfo; me: string; current: boolean }) {
  const { t } = useTranslation('chat');
  const { last_message: last } = info;
  const count = unread(info);
  const who = last && (last.user === me ? t('you') : firstName(last.name ?? t('somebody')));
  return (
    <Link
      to={`/conversas/${info.room}`}
      aria-current={current ? 'page' : undefined}
      className={cx(
        'flex min-h-11 items-start gap-3 rounded-lg p-3 no-underline hover:bg-wash',
        current && 'bg-primary-wash hover:bg-primary-wash',
      )}
    >
      <Avatar id={info.student ?? info.room} name={placeName(info)} className="mt-0.5" />
      <span className="min-w-0 flex-1 leading-snug">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 font-semibold [overflow-wrap:anywhere]">{placeName(info)}</span>
          {last && <span className="shrink-0 text-soft text-xs">{shortWhen(last.at)}</span>}
        </span>
        <span className="block text-primary text-sm">{roomWords(info, me, t)}</span>
        <span className="flex items-center gap-2">
          <span className={cx('min-w-0 flex-1 truncate text-sm', count > 0 ? 'font-semibold' : 'text-soft')}>
            {last ? `${who}: ${last.title ?? last.text ?? t('deleted.short')}` : t('nothing_yet')}
          </span>
          {count > 0 && (
            <span className="shrink-0 rounded-full bg-primary px-2 py-0.5 text-on-primary text-xs">
              {t('unread', { count })}
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

/** Today only the hour, before that only the day. */
function shortWhen(at: number): string {
  const words = whenWords(new Date(at));
  return words.startsWith('hoje, ') ? words.slice('hoje, '.length) : words.replace(/, \d\d:\d\d$/, '');
}
