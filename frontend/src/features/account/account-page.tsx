import '@/components/second-factor/account-i18n';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '@/components/ui/button';
import { usePageTitle } from '@/lib/use-page-title';
import { Devices } from './devices';
import { SecondFactor } from './second-factor';

/** What keeps one's account one's own. Each block is a section of its own; the password's goes first. */
export default function Page() {
  const { t } = useTranslation(['account', 'common']);
  usePageTitle(t('title'));
  return (
    <div className="mx-auto flex max-w-180 flex-col gap-10">
      <h1 className="text-3xl">{t('title')}</h1>
      <p>
        <Link to="/senha" className={buttonClass('outline')}>
          <KeyRound className="size-5 text-soft" aria-hidden />
          {t('common:account.password')}
        </Link>
      </p>
      <SecondFactor />
      <Devices />
    </div>
  );
}
