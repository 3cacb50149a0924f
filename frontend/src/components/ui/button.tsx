import { LoaderCircle } from 'lucide-react';
import { type ButtonHTMLAttributes, forwardRef } from 'react';
import { cx } from '@/lib/cx';

type Look = 'primary' | 'outline' | 'quiet' | 'danger';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  /** Shows that the act is under way and refuses a second press. */
  busy?: boolean;
}

const LOOKS: Record<Look, string> = {
  primary: 'bg-primary text-on-primary border-transparent hover:bg-primary-strong',
  outline: 'bg-sheet text-ink border-edge hover:bg-wash',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-wash',
  danger: 'bg-sheet text-danger border-danger hover:bg-danger-wash',
};

export const buttonClass = (look: Look = 'primary', extra?: string) =>
  cx(
    'inline-flex min-h-11 items-center justify-center gap-2 rounded-md border px-4 py-2 font-semibold leading-tight no-underline transition-colors disabled:opacity-60',
    LOOKS[look],
    extra,
  );

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(
  ({ look = 'primary', busy = false, className, children, disabled, type = 'button', ...rest }, ref) => (
    <button
      ref={ref}
      type={type}
      className={buttonClass(look, className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <LoaderCircle className="turn size-5 shrink-0" aria-hidden />}
      {children}
    </button>
  ),
);
Button.displayName = 'Button';
