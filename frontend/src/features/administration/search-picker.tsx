import { useTranslation } from 'react-i18next';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

export interface Choice {
  id: string;
  name: string;
  /** What tells two of the same name apart. */
  detail: string;
}

interface SearchPickerProps {
  /** Of the radio buttons. */
  name: string;
  searchLabel: string;
  listLabel: string;
  noneText: string;
  text: string;
  onText: (text: string) => void;
  isPending: boolean;
  /** Undefined while nothing is known. */
  found: Choice[] | undefined;
  /** Stays in sight when the search no longer finds it. */
  chosen: Choice | null;
  onChoose: (id: string) => void;
  error?: string | undefined;
}

/** One of many, found by name. */
export function SearchPicker(props: SearchPickerProps) {
  const { t } = useTranslation('common');
  const { name, text, found = [], chosen } = props;
  const shown = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <div className="flex flex-col gap-2">
      <Field label={props.searchLabel} error={props.error}>
        {(wiring) => (
          <Input
            {...wiring}
            type="text"
            inputMode="search"
            maxLength={100}
            value={text}
            onChange={(event) => props.onText(event.target.value)}
          />
        )}
      </Field>
      <fieldset>
        <legend className="mb-1 font-semibold text-sm">{props.listLabel}</legend>
        {props.isPending && <p role="status">{t('loading')}</p>}
        {props.found && shown.length === 0 && <p className="text-soft">{props.noneText}</p>}
        <div className="flex flex-col gap-1">
          {shown.map((choice) => (
            <label
              key={choice.id}
              className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-edge px-3 py-1.5 leading-tight has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus"
            >
              <input
                type="radio"
                name={name}
                className="size-4.5 shrink-0 accent-primary outline-none"
                checked={choice.id === chosen?.id}
                onChange={() => props.onChoose(choice.id)}
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <span className="block font-semibold">{choice.name}</span>
                <span className="block text-soft text-sm">{choice.detail}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
