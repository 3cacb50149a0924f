import { forwardRef, type InputHTMLAttributes } from 'react';
import { cx } from '@/lib/cx';

export const inputClass =
  'block w-full min-h-11 rounded-md border border-edge bg-sheet px-3 py-2 text-ink placeholder:text-soft aria-invalid:border-danger';

export const Input = forwardRef<HTMLInputElement, InputHTMLAttributes<HTMLInputElement>>(
  ({ className, ...rest }, ref) => <input ref={ref} className={cx(inputClass, className)} {...rest} />,
);
Input.displayName = 'Input';
