import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { endOtherSessions, endSession, sessionsQuery } from '@/api/second-factor';
import type { MySession } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';

const HANDHELD: ReadonlySet<string> = new Set(['android_phone', 'android_tablet', 'iphone', 'ipad']);

export function Devices() {
  const { t } = useTranslation('account');
  const { t: tc } = useTranslation();
  const client = useQueryClient();
  const { data, error, isPending, isFetching, refetch } = useQuery(sessionsQuery);
  const [askAll, setAskAll] = useState(false);
  const settled = {
    onError: (failure: unknown) => toast(t('failed', { reason: problemText(toProblem(failure)) })),
    onSettled: () => client.invalidateQueries(sessionsQuery),
  };
  const one = useMutation({ mutationFn: endSession, ...settled, onSuccess: () => toast(t('devices.ended')) });
  const all = useMutation({
    mutationFn: endOtherSessions,
    ...settled,
    onSuccess: () => {
      setAskAll(false);
      toast(t('devices.ended_all'));
    },
  });
  const others = data?.filter((session) => !session.current && !session.ended_for_safety) ?? [];

  return (
    <section aria-labelledby="devices" className="flex flex-col gap-3">
      <h2 id="devices" className="text-xl">
        {t('devices.title')}
      </h2>
      <p className="text-soft">{t('devices.lead')}</p>
      {isPending && <p role="status">{tc('loading')}</p>}
      {error && !data && (
        <Notice
          tone="danger"
          role="alert"
          action={
            <Button busy={isFetching} onClick={() => void refetch()}>
              {tc('retry')}
            </Button>
          }
        >
          {problemText(toProblem(error))}
        </Notice>
      )}
      {data && (
        <ul className="divide-y rounded-lg border bg-sheet">
          {data.map((session) => (
            <Device
              key={session.session_id}
              session={session}
              busy={one.isPending && one.variables === session.session_id}
              onEnd={() => one.mutate(session.session_id)}
            />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <Button look="danger" className="self-start" onClick={() => setAskAll(true)}>
          {t('devices.end_all')}
        </Button>
      )}
      <Dialog open={askAll} onOpenChange={setAskAll} title={t('devices.end_all_title')}>
        <p className="mb-5">{t('devices.end_all_body')}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="danger" busy={all.isPending} onClick={() => all.mutate()}>
            {t('devices.end_all')}
          </Button>
          <Button look="quiet" onClick={() => setAskAll(false)}>
            {tc('cancel')}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

function Device({ session, busy, onEnd }: { session: MySession; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation('account');
  const name = t('devices.name', {
    browser: t(`devices.browser.${session.browser}`),
    system: t(`devices.system.${session.system}`),
  });
  const Icon = HANDHELD.has(session.system) ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <Icon className="size-6 shrink-0 text-soft" aria-hidden />
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-semibold">
          {name}
          {session.shared_computer && <span className="font-normal text-soft"> ({t('devices.shared')})</span>}
        </p>
        {session.ended_for_safety ? (
          <p className="text-danger text-sm">{t('devices.safety')}</p>
        ) : (
          <p className="text-soft text-sm">
            {t('devices.since', { when: whenWords(session.created_at) })};{' '}
            {t('devices.used', { when: whenWords(session.last_used_at) })}
          </p>
        )}
      </div>
      {session.current && (
        <span className="rounded-full bg-primary-wash px-3 py-1 font-semibold text-primary text-sm">
          {t('devices.current')}
        </span>
      )}
      {!session.current && !session.ended_for_safety && (
        <Button look="outline" busy={busy} aria-label={t('devices.end_of', { name })} onClick={onEnd}>
          {t('devices.end')}
        </Button>
      )}
    </li>
  );
}
