import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';

interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  hint?: string;
}

/** The system's checkbox with our drawing over it; the whole line is the target. */
export function Checkbox({ checked, onChange, label, hint }: CheckboxProps) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <span className="relative grid size-6 shrink-0 place-items-center">
          <input
            type="checkbox"
            checked={checked}
            onChange={(event) => onChange(event.target.checked)}
            aria-describedby={hint ? `${id}-hint` : undefined}
            className="peer size-6 cursor-pointer appearance-none rounded-md border-2 border-edge bg-sheet checked:border-primary checked:bg-primary"
          />
          <Check
            className="pointer-events-none absolute size-4 text-on-primary opacity-0 peer-checked:opacity-100"
            strokeWidth={3.5}
            aria-hidden
          />
        </span>
        <span className="min-w-0 flex-1 leading-snug">{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className="pl-9 text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
