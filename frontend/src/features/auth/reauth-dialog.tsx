import { useTranslation } from 'react-i18next';
import { leave } from '@/api/session';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { isSharedDevice } from '@/lib/device';
import { LoginForm } from './login-form';

/** Shown over the page when the session ended while text is unsent: the page stays, so that the text stays. */
export default function ReauthDialog() {
  const { t } = useTranslation('auth');
  return (
    <Dialog open firm onOpenChange={() => undefined} title={t('reauth.title')}>
      <p className="mb-5 text-soft">{t(isSharedDevice() ? 'reauth.at_risk' : 'reauth.kept')}</p>
      <LoginForm
        askShared={false}
        // Another person does not get here: the session starts the page anew for her.
        onDone={() => undefined}
      />
      <Button look="quiet" className="mt-3 w-full" onClick={leave}>
        {t('reauth.other')}
      </Button>
    </Dialog>
  );
}
