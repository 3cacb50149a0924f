import { UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/dialog';
import { PersonLine } from '@/components/ui/person-line';
import { useFunctionWords } from './function-words';
import type { Member } from './protocol';

/** Who reads here, one press away: nobody should have to guess. */
export function MembersButton({ members, me }: { members: readonly Member[]; me: string }) {
  const { t } = useTranslation('chat');
  const words = useFunctionWords();
  const [open, setOpen] = useState(false);
  if (members.length === 0) return null;
  const sorted = [...members].sort((a, b) => a.name.localeCompare(b.name, 'pt-BR'));
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="flex min-h-11 shrink-0 items-center gap-1.5 rounded-md px-2.5 text-soft text-sm hover:bg-wash"
      >
        <UsersRound className="size-5" aria-hidden />
        <span>
          {members.length}
          <span className="sr-only md:not-sr-only"> {t('members', { count: members.length })}</span>
        </span>
      </button>
      <Dialog open={open} onOpenChange={setOpen} title={t('members_title')} sheet>
        <ul className="flex flex-col gap-3">
          {sorted.map(({ user, name, function: works }) => (
            <li key={user}>
              <PersonLine
                id={user}
                name={user === me ? `${name} (${t('you').toLowerCase()})` : name}
                detail={words(works)}
              />
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
