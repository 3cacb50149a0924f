import { ChevronDown } from 'lucide-react';
import { forwardRef, type SelectHTMLAttributes } from 'react';
import { cx } from '@/lib/cx';
import { inputClass } from './input';

/** The system's own list: it knows phones, keyboards and screen readers better than we do. */
export const Select = forwardRef<HTMLSelectElement, SelectHTMLAttributes<HTMLSelectElement>>(
  ({ className, children, ...rest }, ref) => (
    <span className="relative block">
      <select ref={ref} className={cx(inputClass, 'appearance-none pr-10', className)} {...rest}>
        {children}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-3 size-5 -translate-y-1/2 text-soft"
        aria-hidden
      />
    </span>
  ),
);
Select.displayName = 'Select';
