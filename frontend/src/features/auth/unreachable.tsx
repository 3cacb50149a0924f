import { CloudOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh, resume } from '@/api/session';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { anythingLeft } from '@/features/collab/unsent';

const AGAIN_MS = 10_000;

/** The server could not be asked who this is. The page comes back by itself, without a word for each try in between. */
export function Unreachable() {
  const { t } = useTranslation();
  useEffect(() => {
    const again = () => void refresh().catch(() => undefined);
    const timer = setInterval(again, AGAIN_MS);
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', again);
    };
  }, []);
  return (
    <main className="px-5">
      <Message
        icon={CloudOff}
        level={1}
        title={t('unreachable.title')}
        action={<Button onClick={() => void resume()}>{t('retry')}</Button>}
      >
        {t('unreachable.body')} {anythingLeft() && t('unreachable.unsent')}
      </Message>
    </main>
  );
}
