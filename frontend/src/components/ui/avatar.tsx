import { cx } from '@/lib/cx';
import { initials, personColor } from '@/lib/people';

interface AvatarProps {
  id: string;
  name: string;
  color?: string;
  size?: 'sm' | 'md';
  className?: string;
}

/** Initials in the person's steady colour. Decorative: the name is always beside it in words. */
export function Avatar({ id, name, color, size = 'md', className }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-grid shrink-0 select-none place-items-center rounded-full font-semibold text-white',
        size === 'sm' ? 'size-6 text-[11px]' : 'size-9 text-sm',
        className,
      )}
      style={{ backgroundColor: color ?? personColor(id) }}
    >
      {initials(name)}
    </span>
  );
}
