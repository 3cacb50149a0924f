import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface MessageProps {
  icon: LucideIcon;
  title: string;
  /** Heading level in the page's outline. */
  level?: 1 | 2;
  children: ReactNode;
  action?: ReactNode;
}

/** A whole area that has nothing else to show: empty, broken, not found. Says what to do next. */
export function Message({ icon: Icon, title, level = 2, children, action }: MessageProps) {
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-120 flex-col items-start gap-3 py-10">
      <span className="grid size-12 place-items-center rounded-full bg-primary-wash text-primary">
        <Icon className="size-6" aria-hidden />
      </span>
      <Title className="text-xl">{title}</Title>
      <p className="text-soft">{children}</p>
      {action && <div className="mt-2 flex flex-wrap gap-3">{action}</div>}
    </div>
  );
}
