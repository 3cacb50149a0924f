import { type CSSProperties, useId } from 'react';
import { useTranslation } from 'react-i18next';
import * as Y from 'yjs';
import { inputClass } from '@/components/ui/input';
import { YTextarea } from '@/features/collab/fields/y-textarea';
import type { Peer } from '@/features/collab/presence';
import { firstName } from '@/lib/people';
import { GOAL_ORIGIN, type GoalText } from './model';
import { TextView } from './text-view';

interface GoalTextFieldProps {
  text: unknown;
  field: GoalText;
  number: number;
  editable: boolean;
  peers: readonly Peer[];
  onFocus: () => void;
  onBlur: () => void;
}

/** One of a goal's texts, with the names of who else is in it. */
export function GoalTextField({ text, field, number, editable, peers, onFocus, onBlur }: GoalTextFieldProps) {
  const { t } = useTranslation('pei');
  const { t: tc } = useTranslation('collab');
  const id = useId();
  if (!(text instanceof Y.Text)) return null;
  const label = tc(`goal_field.${field}`);
  const first = peers[0];
  return (
    <div>
      <div className="mb-1 flex flex-wrap items-center gap-x-2">
        {editable ? (
          <label htmlFor={id} className="font-semibold text-sm">
            {label}
          </label>
        ) : (
          <h4 className="font-semibold text-soft text-sm">{label}</h4>
        )}
        {peers.map((peer) => (
          <span
            key={peer.id}
            className="rounded-md px-1.5 font-semibold text-[12px] text-white leading-[18px]"
            style={{ backgroundColor: peer.color }}
          >
            {firstName(peer.name)}
          </span>
        ))}
      </div>
      {editable ? (
        <YTextarea
          id={id}
          text={text}
          origin={GOAL_ORIGIN}
          aria-label={t('goals.field_of', { field: label, number })}
          placeholder={t(`goals.placeholder.${field}`)}
          className={inputClass}
          style={
            first ? ({ borderColor: first.color, boxShadow: `inset 3px 0 0 ${first.color}` } as CSSProperties) : {}
          }
          onFocus={onFocus}
          onBlur={onBlur}
        />
      ) : (
        <TextView text={text} />
      )}
    </div>
  );
}
