import { Check, HeartHandshake, MapPin, MapPinOff, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

const ANSWERS = [
  { key: 'yes', icon: Check },
  { key: 'no', icon: X },
  { key: 'going', icon: MapPin },
  { key: 'not_going', icon: MapPinOff },
  { key: 'thanks', icon: HeartHandshake },
] as const;

/** What families answer most, for whoever does not like to write: one press sends it. */
export function QuickAnswers({ onAnswer }: { onAnswer: (text: string) => void }) {
  const { t } = useTranslation('chat');
  return (
    <fieldset className="flex flex-wrap gap-2 pb-2">
      <legend className="sr-only">{t('quick.label')}</legend>
      {ANSWERS.map(({ key, icon: Icon }) => (
        <button
          key={key}
          type="button"
          onClick={() => onAnswer(t(`quick.${key}`))}
          className="flex min-h-12 items-center gap-2 rounded-full border border-edge bg-sheet px-4 font-semibold hover:bg-wash"
        >
          <Icon className="size-5 text-primary" aria-hidden />
          {t(`quick.${key}`)}
        </button>
      ))}
    </fieldset>
  );
}
