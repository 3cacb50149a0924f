import { Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Dialog, PrintPage } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { momentWords } from '@/lib/dates';
import './admin-i18n';

interface CodeSheetProps {
  /** What the code is for: coming in for the first time, or a new password. */
  purpose: 'invitation' | 'reset';
  name: string;
  school: string;
  /** In groups of four. */
  code: string;
  expiresAt: string;
  onClose: () => void;
}

/** A code on paper: shown once, printed alone on a sheet that explains itself. */
export function CodeSheet({ purpose, name, school, code, expiresAt, onClose }: CodeSheetProps) {
  const { t } = useTranslation('administration');
  const place = `${window.location.origin}/${purpose === 'invitation' ? 'convite' : 'redefinir'}`;
  const until = momentWords(new Date(expiresAt));
  const steps = [
    t('sheet.step.open'),
    t('sheet.step.type'),
    t(`sheet.${purpose}.password`),
    t(`sheet.${purpose}.enter`),
  ];
  return (
    <Dialog firm open onOpenChange={() => undefined} title={t(`sheet.${purpose}.title`, { name })} sheet>
      <div className="flex flex-col gap-4">
        <Notice tone="attention">{t('sheet.once')}</Notice>
        <p className="rounded-lg border bg-wash px-3 py-4 text-center font-mono font-semibold text-2xl tracking-wider">
          {code}
        </p>
        <p>{t(`sheet.${purpose}.give`, { name })}</p>
        <p>
          {t('sheet.until', { until })} {t('sheet.tries')}
        </p>
        <div className="flex flex-col gap-2">
          <Button className="w-full" onClick={() => window.print()}>
            <Printer className="size-5" aria-hidden />
            {t('sheet.print')}
          </Button>
          <Button look="outline" className="w-full" onClick={onClose}>
            {t('sheet.close')}
          </Button>
        </div>
      </div>
      <PrintPage>
        <p className="text-[11pt]">{school}</p>
        <h1 className="mt-2 text-[22pt]">{t(`sheet.${purpose}.head`)}</h1>
        <p className="mt-2">{t(`sheet.${purpose}.for`, { name })}</p>
        <ol className="mt-6 list-decimal pl-8">
          <li className="mb-3">
            {steps[0]}
            <span className="mt-1 block font-semibold text-[16pt] [overflow-wrap:anywhere]">{place}</span>
          </li>
          <li className="mb-3">
            {steps[1]}
            <span className="mt-2 block whitespace-nowrap rounded-lg border-2 border-[#000] px-4 py-4 text-center font-bold font-mono text-[30pt] tracking-wider">
              {code}
            </span>
          </li>
          {steps.slice(2).map((step) => (
            <li key={step} className="mb-3">
              {step}
            </li>
          ))}
        </ol>
        <p className="mt-6 font-semibold">{t('sheet.until', { until })}</p>
        <p className="mt-1">{t('sheet.tries')}</p>
        <p className="mt-1">{t('sheet.keep')}</p>
        <p className="mt-1">{t('sheet.help')}</p>
      </PrintPage>
    </Dialog>
  );
}
