import { ChevronsUpDown, LogOut, ShieldCheck } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Me } from '@/api/types';
import { Button, buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { PersonLine } from '@/components/ui/person-line';
import { setTheme, THEMES, useTheme } from '@/lib/theme';

interface AccountMenuProps {
  me: Me;
  onLogout: () => void;
  /** Draws the control that opens it; without one, the person's own line. */
  trigger?: (open: () => void) => ReactElement;
}

function useFunctionWords(me: Me): string {
  const { t } = useTranslation();
  if (me.kind !== 'staff') return t(`function.${me.kind}`);
  return [...new Set(me.functions.map((each) => t(`function.${each.function}`)))].join(', ');
}

/** Who is signed in, how the screen looks, and the way out. */
export function AccountMenu({ me, onLogout, trigger }: AccountMenuProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const words = useFunctionWords(me);
  return (
    <>
      {trigger ? (
        trigger(() => setOpen(true))
      ) : (
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="flex min-h-14 w-full items-center justify-between gap-2 rounded-lg px-3 py-2 text-left hover:bg-wash"
        >
          <span className="sr-only">{t('account.menu')}: </span>
          <PersonLine id={me.user_id} name={me.name} detail={words} />
          <ChevronsUpDown className="size-4 shrink-0 text-soft" aria-hidden />
        </button>
      )}
      <Dialog open={open} onOpenChange={setOpen} title={t('account.menu')} sheet>
        <PersonLine id={me.user_id} name={me.name} detail={words} />
        <Appearance />
        <Link to="/conta" className={buttonClass('outline', 'mb-3 w-full')} onClick={() => setOpen(false)}>
          <ShieldCheck className="size-5 text-soft" aria-hidden />
          {t('account.page')}
        </Link>
        <Button
          look="outline"
          className="w-full"
          onClick={() => {
            setOpen(false);
            onLogout();
          }}
        >
          <LogOut className="size-5 text-soft" aria-hidden />
          {t('account.logout')}
        </Button>
      </Dialog>
    </>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <fieldset className="my-5 border-y py-4">
      <legend className="float-left mb-2 font-semibold text-sm">{t('account.appearance')}</legend>
      <div className="clear-both grid grid-cols-2 gap-2">
        {THEMES.map((value) => (
          <label
            key={value}
            className="flex min-h-11 cursor-pointer items-center gap-2.5 rounded-md border border-edge px-3 py-1 leading-tight has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="theme"
              value={value}
              checked={theme === value}
              onChange={() => setTheme(value)}
              className="size-4.5 shrink-0 accent-primary outline-none"
            />
            {t(`account.theme.${value}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
