import { useTranslation } from 'react-i18next';
import type { Pei, SectionKey } from '@/api/types';
import { PersonLine } from '@/components/ui/person-line';
import type { Peer } from '@/features/collab/presence';
import { functionWords, sectionTitle } from './words';

interface WhoIsHereProps {
  pei: Pei;
  peers: Record<string, Peer[]>;
  ownId: string;
}

/** Who is in this plan now and where, and the whole team below. */
export function WhoIsHere({ pei, peers, ownId }: WhoIsHereProps) {
  const { t } = useTranslation('pei');
  const here = new Map<string, { peer: Peer; section: SectionKey }>();
  for (const { section } of pei.sections) for (const peer of peers[section] ?? []) here.set(peer.id, { peer, section });
  const rest = pei.team.filter(({ user_id }) => !here.has(user_id));
  return (
    <div className="flex flex-col gap-7">
      <section aria-label={t('here_now')}>
        <h2 className="mb-3 text-base">{t('here_now')}</h2>
        {here.size === 0 ? (
          <p className="text-soft text-sm">{t('only_you')}</p>
        ) : (
          <ul className="flex flex-col gap-3">
            {[...here.values()].map(({ peer, section }) => (
              <li key={peer.id}>
                <PersonLine
                  id={peer.id}
                  name={peer.name}
                  color={peer.color}
                  detail={[functionWords(peer.function), t('here_in', { section: sectionTitle(section) })]
                    .filter(Boolean)
                    .join(' · ')}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
      {rest.length > 0 && (
        <section aria-label={t('team')}>
          <h2 className="mb-3 text-base">{t('team')}</h2>
          <ul className="flex flex-col gap-3">
            {rest.map((member) => (
              <li key={`${member.user_id}-${member.function}`}>
                <PersonLine
                  id={member.user_id}
                  name={member.name}
                  detail={
                    member.user_id === ownId
                      ? `${functionWords(member.function)} · ${t('inside_you').toLowerCase()}`
                      : functionWords(member.function)
                  }
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
