import '@/components/second-factor/account-i18n';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { verifyCode } from '@/api/second-factor';
import { logout, refresh } from '@/api/session';
import type { Owed } from '@/api/types';
import { CodeForm } from '@/components/second-factor/code-form';
import { Enrolment } from '@/components/second-factor/enrolment';
import { Button } from '@/components/ui/button';

interface SecondStepProps {
  owed: Owed;
  onDone: () => void;
  onBack: () => void;
}

/** After the password: a code, or setting up what makes codes. */
export default function SecondStep({ owed, onDone, onBack }: SecondStepProps) {
  const { t } = useTranslation('auth');
  const [recovery, setRecovery] = useState(false);

  async function enter() {
    await refresh();
    onDone();
  }

  async function back() {
    // The half session is of no use to anybody; when it cannot be ended now it ends by itself.
    await logout().catch(() => undefined);
    onBack();
  }

  async function show(code: string) {
    try {
      await verifyCode(code);
    } catch (error) {
      // It took too long, or was ended elsewhere: from the start.
      if (['session_ended', 'unauthenticated'].includes(toProblem(error).code)) return back();
      throw error;
    }
    await enter();
  }

  const leave = (
    <Button look="quiet" onClick={() => void back()}>
      {t('second.back')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      {owed === 'enrol' ? (
        <Enrolment onDone={enter} leave={leave} />
      ) : (
        <CodeForm key={String(recovery)} recovery={recovery} submit={t('second.submit')} onCode={show}>
          <Button look="quiet" onClick={() => setRecovery(!recovery)}>
            {t(recovery ? 'second.use_device' : 'second.use_recovery')}
          </Button>
        </CodeForm>
      )}
      {owed === 'totp' && leave}
    </div>
  );
}
