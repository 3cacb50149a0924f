import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { removeSecondFactor, renewRecoveryCodes, secondFactorQuery } from '@/api/second-factor';
import { withStepUp } from '@/api/step-up';
import { Enrolment } from '@/components/second-factor/enrolment';
import { RecoveryCodes } from '@/components/second-factor/recovery-codes';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { problemText } from '@/lib/problem-text';

/** The code of the telephone: on, off, new recovery codes. */
export function SecondFactor() {
  const { t } = useTranslation('account');
  const { t: tc } = useTranslation();
  const client = useQueryClient();
  const { data, error, isPending, isFetching, refetch } = useQuery(secondFactorQuery);
  const [setting, setSetting] = useState(false);
  const [asksOff, setAsksOff] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [busy, setBusy] = useState<'off' | 'renew' | null>(null);

  /** The person's own "no" needs no word from us. */
  async function run(what: 'off' | 'renew', act: () => Promise<void>) {
    setBusy(what);
    try {
      await act();
    } catch (failure) {
      const problem = toProblem(failure);
      if (problem.code !== 'cancelled') toast(t('failed', { reason: problemText(problem) }));
    } finally {
      setBusy(null);
      void client.invalidateQueries(secondFactorQuery);
    }
  }

  const off = () =>
    run('off', async () => {
      setAsksOff(false);
      await withStepUp(removeSecondFactor);
      toast(t('factor.done_off'));
    });
  const renew = () => run('renew', async () => setCodes(await withStepUp(renewRecoveryCodes)));

  return (
    <section aria-labelledby="second-factor" className="flex flex-col gap-3">
      <h2 id="second-factor" className="text-xl">
        {t('factor.title')}
      </h2>
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
      {data && !setting && (
        <div className="flex flex-col gap-3 rounded-lg border bg-sheet p-4">
          <p>
            <strong>{t(data.enrolled ? 'factor.on' : 'factor.off')}.</strong>{' '}
            {t(data.enrolled ? 'factor.on_body' : 'factor.off_body')}{' '}
            {data.enrolled && data.needed && t('factor.needed')}
          </p>
          {data.enrolled && (
            <p className={data.recovery_codes_left < 3 ? 'text-danger' : 'text-soft'}>
              {data.recovery_codes_left === 0
                ? t('factor.left_none')
                : t('factor.left', { count: data.recovery_codes_left })}
            </p>
          )}
          <div className="flex flex-wrap gap-3">
            {!data.enrolled && <Button onClick={() => setSetting(true)}>{t('factor.turn_on')}</Button>}
            {data.enrolled && (
              <Button look="outline" busy={busy === 'renew'} onClick={() => void renew()}>
                {t('factor.renew')}
              </Button>
            )}
            {data.enrolled && !data.needed && (
              <Button look="danger" busy={busy === 'off'} onClick={() => setAsksOff(true)}>
                {t('factor.turn_off')}
              </Button>
            )}
          </div>
        </div>
      )}
      {setting && (
        <div className="flex flex-col gap-4 rounded-lg border bg-sheet p-4">
          <Enrolment
            prove={withStepUp}
            leave={
              <Button look="quiet" onClick={() => setSetting(false)}>
                {tc('cancel')}
              </Button>
            }
            onDone={async () => {
              await client.invalidateQueries(secondFactorQuery);
              setSetting(false);
              toast(t('factor.done_on'));
            }}
          />
        </div>
      )}
      <Dialog open={asksOff} onOpenChange={setAsksOff} title={t('factor.off_title')}>
        <p className="mb-5">{t('factor.off_ask')}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="danger" onClick={() => void off()}>
            {t('factor.turn_off')}
          </Button>
          <Button look="quiet" onClick={() => setAsksOff(false)}>
            {tc('cancel')}
          </Button>
        </div>
      </Dialog>
      <Dialog firm open={codes !== null} onOpenChange={() => undefined} title={t('factor.renew_title')}>
        {codes && (
          <RecoveryCodes
            codes={codes}
            onKept={() => {
              setCodes(null);
              toast(t('factor.done_renew'));
            }}
          />
        )}
      </Dialog>
    </section>
  );
}
