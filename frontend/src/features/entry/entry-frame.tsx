import type { ReactNode } from 'react';
import { Brand } from '@/components/layout/brand';
import { usePageTitle } from '@/lib/use-page-title';

interface EntryFrameProps {
  title: string;
  lead?: string | undefined;
  children: ReactNode;
}

/** The frame of the pages for somebody who is not signed in yet: one column, one thing to do. */
export function EntryFrame({ title, lead, children }: EntryFrameProps) {
  usePageTitle(title);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-130 flex-col px-5 py-10 md:justify-center">
      <Brand />
      <h1 className="mt-10 text-3xl">{title}</h1>
      {lead && <p className="mt-2 text-lg text-soft">{lead}</p>}
      <div className="mt-7">{children}</div>
    </main>
  );
}
