import './prose.css';
import { EditorContent, useEditor } from '@tiptap/react';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components/ui/toast-store';
import { cx } from '@/lib/cx';
import type { Person } from '../section-session';
import { refreshCaretNames } from './caret-names';
import { type LiveText, liveExtensions, textExtensions } from './extensions';
import { EditorToolbar } from './toolbar';

interface RichEditorProps {
  session: LiveText;
  person: Person;
  editable: boolean;
  /** Name of the section, for screen readers. */
  title: string;
  className?: string;
}

/** A paste above this would pass the server's limit for one update. */
const MAX_PASTE = 60_000;

/** The live text of one rich section. Mount it only when the session has text to show: it must never fill an empty document. */
export function RichEditor({ session, person, editable, title, className }: RichEditorProps) {
  const { t } = useTranslation('collab');
  const toolbar = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const editor = useEditor(
    {
      editable,
      shouldRerenderOnTransaction: false,
      extensions: [
        ...textExtensions({ onTooDeep: () => toast(t('editor.too_deep')) }),
        ...liveExtensions(session, person),
      ],
      editorProps: {
        attributes: {
          class: cx('prose-kz', className),
          role: editable ? 'textbox' : 'document',
          'aria-label': t('editor.text_of', { section: title }),
          ...(editable ? { 'aria-multiline': 'true', 'aria-describedby': hintId } : {}),
          spellcheck: 'true',
        },
        handleKeyDown: (_view, event) => {
          if (event.key !== 'F10' || !event.altKey) return false;
          toolbar.current?.querySelector('button')?.focus();
          return true;
        },
        handlePaste: (_view, event) => {
          const size = event.clipboardData?.getData('text/plain').length ?? 0;
          if (size <= MAX_PASTE) return false;
          toast(t('editor.too_long'));
          return true;
        },
      },
    },
    [session, editable],
  );

  useEffect(() => (editor ? refreshCaretNames(session.awareness, editor.view.dom) : undefined), [editor, session]);

  // A caret left behind would point to where nobody is.
  useEffect(() => {
    const clear = () => session.setCursor(null);
    editor?.on('blur', clear);
    return () => {
      editor?.off('blur', clear);
    };
  }, [editor, session]);

  if (!editor) return null;
  if (!editable) return <EditorContent editor={editor} />;
  return (
    <div className="rounded-xl border bg-sheet focus-within:border-primary">
      <div className="sticky top-(--editor-top,0px) z-10 rounded-t-xl border-b bg-sheet px-1.5 py-1">
        <EditorToolbar ref={toolbar} editor={editor} />
      </div>
      <EditorContent editor={editor} className="cursor-text px-5 py-6 md:px-8 md:py-8 [&_.prose-kz]:min-h-60" />
      <p id={hintId} className="sr-only">
        {t('editor.keyboard_hint')}
      </p>
    </div>
  );
}
