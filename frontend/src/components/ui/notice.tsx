import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

type Tone = 'info' | 'attention' | 'danger';

const TONES: Record<Tone, { box: string; icon: typeof Info }> = {
  info: { box: 'bg-wash border-line text-ink', icon: Info },
  attention: { box: 'bg-accent-wash border-accent text-ink', icon: TriangleAlert },
  danger: { box: 'bg-danger-wash border-danger text-ink', icon: CircleAlert },
};

interface NoticeProps {
  tone?: Tone;
  /** `alert` is read out at once; leave it out for what is on the page from the start. */
  role?: 'alert' | 'status';
  children: ReactNode;
  action?: ReactNode;
}

export function Notice({ tone = 'info', role, children, action }: NoticeProps) {
  const { box, icon: Icon } = TONES[tone];
  return (
    <div role={role} className={cx('flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-4 py-3', box)}>
      <Icon
        className={cx(
          'size-5 shrink-0',
          tone === 'danger' ? 'text-danger' : tone === 'attention' ? 'text-accent' : 'text-soft',
        )}
        aria-hidden
      />
      <div className="min-w-0 flex-1 basis-60 leading-snug">{children}</div>
      {action}
    </div>
  );
}
