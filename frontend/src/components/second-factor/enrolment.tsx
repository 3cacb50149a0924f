import { Copy } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '@/api/problem';
import { confirmDevice, enrol } from '@/api/second-factor';
import type { Enrolment as Secret } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { CodeForm } from './code-form';
import { QrCode } from './qr-code';
import { RecoveryCodes } from './recovery-codes';

interface EnrolmentProps {
  /** Runs an act that may need a fresh proof; at sign-in it needs none. */
  prove?: <T>(act: () => Promise<T>) => Promise<T>;
  onDone: () => void | Promise<void>;
  /** The way out, until the recovery codes are there: those are shown once. */
  leave: ReactNode;
}

const plain = <T,>(act: () => Promise<T>) => act();

/** Setting up: the secret, a first code, the recovery codes. */
export function Enrolment({ prove = plain, onDone, leave }: EnrolmentProps) {
  const { t } = useTranslation('account');
  const { t: tc } = useTranslation();
  const [secret, setSecret] = useState<Secret | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [copied, setCopied] = useState(false);
  const begun = useRef(false);

  function begin() {
    setProblem(null);
    prove(enrol).then(setSecret, (error) => setProblem(toProblem(error)));
  }
  // Once: a second secret would make the first one's QR code worthless.
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    begin();
  });

  if (codes) return <RecoveryCodes codes={codes} onKept={onDone} />;
  if (problem)
    return (
      <>
        <Notice tone="danger" role="alert" action={<Button onClick={begin}>{tc('retry')}</Button>}>
          {problemText(problem)}
        </Notice>
        {leave}
      </>
    );
  if (!secret) return <p role="status">{tc('loading')}</p>;
  return (
    <ol className="flex list-none flex-col gap-6 p-0">
      <li className="flex flex-col gap-3">
        <p>
          <strong>1.</strong> {t('enrol.app')}
        </p>
      </li>
      <li className="flex flex-col gap-3">
        <p>
          <strong>2.</strong> {t('enrol.scan')}
        </p>
        <QrCode text={secret.address} label={t('enrol.qr')} />
        <p className="text-soft text-sm">{t('enrol.type')}</p>
        <div className="flex flex-wrap items-center gap-3">
          <code className="break-words rounded-md bg-wash px-3 py-2 font-mono">
            {secret.secret.replace(/(.{4})(?=.)/g, '$1 ')}
          </code>
          <Button
            look="outline"
            onClick={() => void navigator.clipboard?.writeText(secret.secret).then(() => setCopied(true))}
          >
            <Copy className="size-5" aria-hidden />
            {t('enrol.copy')}
          </Button>
          <span role="status" className="text-soft text-sm">
            {copied && t('enrol.copied')}
          </span>
        </div>
      </li>
      <li className="flex flex-col gap-3">
        <p>
          <strong>3.</strong> {t('enrol.confirm')}
        </p>
        <CodeForm submit={t('enrol.submit')} onCode={async (code) => setCodes(await prove(() => confirmDevice(code)))}>
          {leave}
        </CodeForm>
      </li>
    </ol>
  );
}
