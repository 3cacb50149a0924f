import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { cancelStepUp, getStepUp, subscribeStepUp } from '@/api/step-up';
import { Dialog } from '@/components/ui/dialog';

const StepUpProof = lazy(() => import('./step-up-proof'));

/** Asks for the password again when an act needs it (`withStepUp`). Mounted once, for all pages. */
export function StepUpDialog() {
  const { t } = useTranslation('auth');
  const question = useSyncExternalStore(subscribeStepUp, getStepUp);
  return (
    <Dialog open={question !== null} onOpenChange={(open) => !open && cancelStepUp()} title={t('step_up.title')}>
      <Suspense fallback={null}>
        <StepUpProof />
      </Suspense>
    </Dialog>
  );
}
