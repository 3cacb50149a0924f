import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { Unsent } from '@/features/collab/unsent';
import { saveText } from '@/lib/save-file';

interface LogoutDialogProps {
  unsent: readonly Unsent[];
  /** Messages of conversations that wait on this device. */
  messages: number;
  busy: boolean;
  failure: string | null;
  onStay: () => void;
  onLeave: () => void;
}

/** Leaving with unsent text: the person decides, knowing the consequence, after being offered a copy. */
export function LogoutDialog({ unsent, messages, busy, failure, onStay, onLeave }: LogoutDialogProps) {
  const { t } = useTranslation('auth');
  const { t: tc } = useTranslation('collab');
  const [downloaded, setDownloaded] = useState(false);
  const title = (key: string) => tc(`section.${key}` as 'section.metas');

  async function download() {
    const { unsentText } = await import('@/features/collab/export-text');
    const text = await unsentText(unsent, {
      section: title,
      fields: {
        description: tc('goal_field.description'),
        baseline: tc('goal_field.baseline'),
        criterion: tc('goal_field.criterion'),
      },
    });
    saveText(t('logout.file'), text);
    setDownloaded(true);
  }

  return (
    <Dialog open={unsent.length + messages > 0} onOpenChange={(open) => !open && onStay()} title={t('logout.title')}>
      {unsent.length > 0 && (
        <>
          <p>{t('logout.body', { count: unsent.length })}</p>
          <ul className="my-2 list-disc pl-6">
            {unsent.map((entry) => (
              <li key={entry.database}>{title(entry.section)}</li>
            ))}
          </ul>
        </>
      )}
      {messages > 0 && <p className="mb-2">{t('logout.messages', { count: messages })}</p>}
      <p className="mb-5 font-semibold">{t('logout.consequence')}</p>
      {failure && (
        <div className="mb-4">
          <Notice tone="danger" role="alert">
            {t('logout.failed', { reason: failure })}
          </Notice>
        </div>
      )}
      <div className="flex flex-col gap-3">
        <Button onClick={onStay}>{t('logout.stay')}</Button>
        {unsent.length > 0 && (
          <Button look="outline" onClick={download}>
            <Download className="size-5" aria-hidden />
            {t('logout.download')}
          </Button>
        )}
        <Button look="danger" busy={busy} onClick={onLeave}>
          {t('logout.leave')}
        </Button>
      </div>
      <p role="status" className="mt-3 text-soft text-sm">
        {downloaded && t('logout.downloaded')}
      </p>
    </Dialog>
  );
}
