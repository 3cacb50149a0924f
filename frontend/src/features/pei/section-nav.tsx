import { BookOpen, PenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Pei } from '@/api/types';
import { Avatar } from '@/components/ui/avatar';
import type { Peer } from '@/features/collab/presence';
import { cx } from '@/lib/cx';
import { whenWords } from '@/lib/dates';
import { firstName } from '@/lib/people';
import { namesWords, sectionTitle } from './words';

interface SectionNavProps {
  pei: Pei;
  current: string;
  peers: Record<string, Peer[]>;
  onChoose?: () => void;
}

/** The sections with what one may do there, when it last changed, and who is inside now. */
export function SectionNav({ pei, current, peers, onChoose }: SectionNavProps) {
  const { t } = useTranslation('pei');
  return (
    <nav aria-label={t('sections')}>
      <ol className="flex flex-col gap-0.5">
        {pei.sections.map((section) => {
          const here = peers[section.section] ?? [];
          const writes = section.access === 'write' && pei.editable;
          const Icon = writes ? PenLine : BookOpen;
          const active = section.section === current;
          return (
            <li key={section.section}>
              <NavLink
                to={`/peis/${pei.pei_id}/${section.section}`}
                aria-current={active ? 'page' : undefined}
                {...(onChoose ? { onClick: onChoose } : {})}
                className={cx(
                  'block min-h-11 rounded-lg border border-transparent px-3 py-2 hover:bg-wash',
                  active && 'border-primary! bg-primary-wash hover:bg-primary-wash',
                )}
              >
                <span className={cx('block font-semibold leading-snug', active && 'text-primary')}>
                  {sectionTitle(section.section)}
                </span>
                <span className="mt-0.5 flex items-baseline gap-1.5 text-sm text-soft">
                  <Icon className="size-3.5 shrink-0 self-center" aria-hidden />
                  <span>
                    {t(writes ? 'you_write' : 'read_only')}
                    {section.updated_at && ` · ${whenWords(section.updated_at)}`}
                  </span>
                </span>
                {here.length > 0 && (
                  <span className="mt-1.5 flex items-center gap-2 text-sm">
                    <span className="-space-x-1.5 flex">
                      {here.slice(0, 4).map((peer) => (
                        <Avatar
                          key={peer.id}
                          id={peer.id}
                          name={peer.name}
                          color={peer.color}
                          size="sm"
                          className="ring-2 ring-paper"
                        />
                      ))}
                    </span>
                    <span className="min-w-0 leading-tight">{namesWords(here.map(({ name }) => firstName(name)))}</span>
                  </span>
                )}
              </NavLink>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
