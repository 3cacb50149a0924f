import { Download, Printer } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { PrintPage } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { fullDayWords } from '@/lib/dates';

/** Ten codes, shown once. Goes on only when the person says that they are kept. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void | Promise<void> }) {
  const { t } = useTranslation('account');
  const [kept, setKept] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);

  function download() {
    const text = [t('codes.file_head'), '', ...codes, ''].join('\r\n');
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = t('codes.file');
    link.click();
    URL.revokeObjectURL(url);
  }

  async function go() {
    setTried(true);
    if (!kept) return;
    setBusy(true);
    try {
      await onKept();
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-col gap-4">
      <p>{t('codes.lead')}</p>
      <ol className="grid grid-cols-1 gap-x-6 gap-y-1 rounded-lg border bg-wash p-4 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-3">
        <Button look="outline" onClick={download}>
          <Download className="size-5" aria-hidden />
          {t('codes.download')}
        </Button>
        <Button look="outline" onClick={() => window.print()}>
          <Printer className="size-5" aria-hidden />
          {t('codes.print')}
        </Button>
      </div>
      <Checkbox checked={kept} onChange={setKept} label={t('codes.kept')} />
      {tried && !kept && (
        <Notice tone="attention" role="alert">
          {t('codes.keep_first')}
        </Notice>
      )}
      <Button busy={busy} onClick={() => void go()}>
        {t('codes.go_on')}
      </Button>
      <PrintPage>
        <h1 className="text-[18pt]">{t('codes.paper_head')}</h1>
        <p className="mt-2">{t('codes.paper_date', { date: fullDayWords(new Date()) })}</p>
        <ol className="mt-6 grid grid-cols-[repeat(auto-fit,minmax(16rem,1fr))] gap-x-12 gap-y-3 font-mono font-semibold text-[14pt]">
          {codes.map((code) => (
            <li key={code} className="border-[#000] border-b pb-1 whitespace-nowrap">
              {code}
            </li>
          ))}
        </ol>
        <p className="mt-6">{t('codes.paper_use')}</p>
      </PrintPage>
    </div>
  );
}
