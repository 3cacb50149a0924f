import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useNavigate } from 'react-router';
import type { Owed } from '@/api/types';
import { useSession } from '@/api/use-session';
import { Brand } from '@/components/layout/brand';
import { Notice } from '@/components/ui/notice';
import { usePageTitle } from '@/lib/use-page-title';
import { LoginForm, owedBefore } from './login-form';
import { PageSketch } from './page-sketch';
import { safeReturn } from './return-path';

export default function Page() {
  const { t } = useTranslation('auth');
  const session = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const state = location.state as { from?: unknown; ended?: unknown } | null;
  const target = safeReturn(state?.from);
  const [step, setStep] = useState<'password' | Owed>(() => owedBefore() ?? 'password');
  const title = t(`step.${step}.title`);
  usePageTitle(title);
  if (session.status === 'in') return <Navigate to={target} replace />;

  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col justify-center px-5 py-10 md:px-12">
        <div className="mx-auto w-full max-w-100">
          <Brand />
          <h1 className="mt-10 text-3xl">{title}</h1>
          <p className="mt-2 mb-7 text-soft">{t(`step.${step}.lead`)}</p>
          {state?.ended === true && (
            <div className="mb-5">
              <Notice tone="attention">{t('ended')}</Notice>
            </div>
          )}
          <LoginForm onStep={setStep} onDone={() => navigate(target, { replace: true })} />
          {step === 'password' && (
            <>
              <p className="mt-4">
                <Link to="/esqueci" className="inline-flex min-h-11 items-center underline">
                  {t('forgot')}
                </Link>
              </p>
              <p className="mt-3 text-soft text-sm">
                {t('invited')}{' '}
                <Link to="/convite" className="inline-flex min-h-11 items-center underline">
                  {t('have_code')}
                </Link>
              </p>
            </>
          )}
        </div>
      </main>
      <div className="hidden place-items-center border-l bg-wash p-12 lg:grid">
        <PageSketch />
      </div>
    </div>
  );
}
