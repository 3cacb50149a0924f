import { CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { whenWords } from '@/lib/dates';
import type { Live } from './live';
import { statusOf, updatedAtOf, useView } from './use-chat';

/** Says when what is shown may be old. Nothing while all is well, and nothing for the moment in which a page connects. */
export function ConnectionLine({ running }: { running: Live }) {
  const { t } = useTranslation('chat');
  const status = useView(running, statusOf);
  const updatedAt = useView(running, updatedAtOf);
  const since = updatedAt === null ? null : whenWords(new Date(updatedAt)).replace(/^hoje, /, 'às ');
  const words =
    status === 'away'
      ? since
        ? t('state.away_since', { when: since })
        : t('state.away')
      : status === 'stopped'
        ? t('state.stopped')
        : '';
  return (
    <div role="status" data-connection={status}>
      {words && (
        <div className="flex flex-wrap items-center gap-x-3 bg-accent-wash px-4 py-1.5 text-sm">
          <CloudOff className="size-4 shrink-0 text-accent" aria-hidden />
          <span className="flex-1 py-1">{words}</span>
          {status === 'stopped' && (
            <button
              type="button"
              className="min-h-11 rounded-md px-3 font-semibold underline underline-offset-4"
              onClick={() => running.client.connection.again()}
            >
              {t('state.again')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
