import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';

/** A fault of ours while drawing. Saved text is on the server; unsent text is on this device when it may be. */
export function CrashPage() {
  const { t } = useTranslation();
  return (
    <main className="px-5">
      <Message
        icon={TriangleAlert}
        level={1}
        title={t('crash.title')}
        action={<Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>}
      >
        {t('crash.body')}
      </Message>
    </main>
  );
}
