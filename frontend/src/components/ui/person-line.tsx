import type { ReactNode } from 'react';
import { Avatar } from './avatar';

interface PersonLineProps {
  id: string;
  name: string;
  color?: string;
  detail: ReactNode;
}

/** A person with name and what she does, in words. */
export function PersonLine({ id, name, color, detail }: PersonLineProps) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar id={id} name={name} {...(color ? { color } : {})} />
      <span className="min-w-0 leading-tight">
        <span className="block font-semibold [overflow-wrap:anywhere]">{name}</span>
        <span className="block text-soft text-sm">{detail}</span>
      </span>
    </span>
  );
}
