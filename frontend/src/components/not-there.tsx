import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { usePageTitle } from '@/lib/use-page-title';

/** Does not exist, or not for this person: the two look the same. */
export function NotThere() {
  const { t } = useTranslation();
  usePageTitle(t('not_found.title'));
  return (
    <Message
      icon={Compass}
      level={1}
      title={t('not_found.title')}
      action={
        <Link to="/" className={buttonClass('primary')}>
          {t('back_home')}
        </Link>
      }
    >
      {t('not_found.body')}
    </Message>
  );
}
