import { SendHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/ui/icon-button';
import { inputClass } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { useMedia } from '@/lib/use-media';
import type { Live } from './live';
import { cleanText, countCharacters, MOST_TEXT } from './protocol';

/** From here on the room that is left is told. */
const COUNT_FROM = 7_500;
const MOST_ROWS = 6;
const DRAFT_MS = 400;

interface ComposerProps {
  running: Live;
  room: string;
  /** The message that is answered or changed. */
  about: { title: string; text: string; cancel: string } | null;
  /** The words of a message that is changed; none for a new one, whose draft is kept for each room. */
  initial?: string;
  onCancel: () => void;
  onSend: (text: string) => void;
}

/** Where a message is written, and where one is changed. */
export function Composer({ running, room, about, initial, onCancel, onSend }: ComposerProps) {
  const { t } = useTranslation('chat');
  const { store, client } = running;
  const [text, setText] = useState(initial ?? '');
  const touched = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // With a keyboard of its own Enter sends; on a phone it is the only way to a new line.
  const keyboard = useMedia('(hover: hover) and (pointer: fine)');

  const isNew = initial === undefined;
  useEffect(() => {
    if (!isNew) return;
    store.draft(room).then(
      (draft) => {
        if (!touched.current && draft) setText(draft);
      },
      () => undefined,
    );
  }, [store, room, isNew]);

  useEffect(() => {
    if (!touched.current || !isNew) return;
    const keep = () => void store.putDraft(room, text).catch(() => undefined);
    if (!text) return keep();
    const timer = setTimeout(keep, DRAFT_MS);
    return () => clearTimeout(timer);
  }, [store, room, text, isNew]);

  const isAbout = about !== null;
  useEffect(() => {
    if (!keyboard && !isAbout) return;
    field.current?.focus();
    // A message that is changed goes on at its end.
    field.current?.setSelectionRange(MOST_TEXT, MOST_TEXT);
  }, [keyboard, isAbout]);

  const count = text.length < COUNT_FROM ? text.length : countCharacters(text);
  const left = MOST_TEXT - count;
  const sendable = cleanText(text) !== '' && left >= 0;

  function send() {
    field.current?.focus();
    if (!sendable) return;
    onSend(text);
    touched.current = true;
    setText('');
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape' && about) return onCancel();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !keyboard) return;
    event.preventDefault();
    send();
  }

  return (
    <div>
      {about && (
        <div className="mb-2 flex items-center gap-2 rounded-md bg-wash pl-3">
          <p className="min-w-0 flex-1 py-1 text-sm leading-snug">
            <span className="block font-semibold">{about.title}</span>
            <span className="block truncate text-soft">{about.text}</span>
          </p>
          <IconButton label={about.cancel} onClick={onCancel}>
            <X className="size-5" aria-hidden />
          </IconButton>
        </div>
      )}
      <div className="flex items-end gap-2">
        <textarea
          ref={field}
          value={text}
          rows={Math.min(MOST_ROWS, text.split('\n').length)}
          aria-label={t('compose.label')}
          placeholder={t('compose.label')}
          enterKeyHint={keyboard ? 'send' : 'enter'}
          className={cx(inputClass, 'chat-field leading-snug')}
          onChange={(event) => {
            touched.current = true;
            setText(event.target.value);
            if (isNew && event.target.value) client.conversations.typing.tell(room);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          aria-label={t('compose.send')}
          title={t('compose.send')}
          // Stays in reach of the keyboard: a press without text only puts the cursor into the field.
          aria-disabled={!sendable}
          onClick={send}
          className="chat-send size-11"
        >
          <SendHorizontal className="size-5" aria-hidden />
        </button>
      </div>
      <p
        role="status"
        className={cx('pt-1 text-sm empty:hidden', left < 0 ? 'font-semibold text-danger' : 'text-soft')}
      >
        {count >= COUNT_FROM && (left >= 0 ? t('compose.left', { count: left }) : t('compose.over', { count: -left }))}
      </p>
    </div>
  );
}
