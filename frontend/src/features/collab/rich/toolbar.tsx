import type { Editor } from '@tiptap/react';
import { useEditorState } from '@tiptap/react';
import {
  Bold,
  Heading,
  Highlighter,
  Italic,
  Link2,
  List,
  ListOrdered,
  type LucideIcon,
  Redo2,
  Undo2,
} from 'lucide-react';
import { Toolbar as Radix } from 'radix-ui';
import { forwardRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkDialog } from './link-dialog';

const isMac = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.userAgent);
const mod = isMac ? '⌘' : 'Ctrl+';

type Name = 'bold' | 'italic' | 'highlight' | 'heading' | 'bullet' | 'ordered' | 'undo' | 'redo';

interface Tool {
  name: Name;
  icon: LucideIcon;
  keys: string;
  /** Absent for an act that has no state. */
  on?: (editor: Editor) => boolean;
  run: (editor: Editor) => boolean;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'heading',
    icon: Heading,
    keys: `${mod}Alt+2`,
    on: (e) => e.isActive('heading'),
    run: (e) => e.commands.toggleHeading({ level: 2 }),
  },
  {
    name: 'bold',
    icon: Bold,
    keys: `${mod}B`,
    on: (e) => e.isActive('bold'),
    run: (e) => e.commands.toggleBold(),
  },
  {
    name: 'italic',
    icon: Italic,
    keys: `${mod}I`,
    on: (e) => e.isActive('italic'),
    run: (e) => e.commands.toggleItalic(),
  },
  {
    name: 'highlight',
    icon: Highlighter,
    keys: `${mod}Shift+H`,
    on: (e) => e.isActive('highlight'),
    run: (e) => e.commands.toggleHighlight(),
  },
  {
    name: 'bullet',
    icon: List,
    keys: `${mod}Shift+8`,
    on: (e) => e.isActive('bulletList'),
    run: (e) => e.commands.toggleBulletList(),
  },
  {
    name: 'ordered',
    icon: ListOrdered,
    keys: `${mod}Shift+7`,
    on: (e) => e.isActive('orderedList'),
    run: (e) => e.commands.toggleOrderedList(),
  },
];

const HISTORY: readonly Tool[] = [
  { name: 'undo', icon: Undo2, keys: `${mod}Z`, run: (e) => e.commands.undo() },
  { name: 'redo', icon: Redo2, keys: `${mod}Y`, run: (e) => e.commands.redo() },
];

const button =
  'inline-grid size-11 shrink-0 place-items-center rounded-md text-soft hover:bg-wash hover:text-ink aria-pressed:bg-primary-wash aria-pressed:text-primary outline-offset-[-3px]!';

/** Formatting, reachable by Alt+F10 from the text and walked with the arrow keys. */
export const EditorToolbar = forwardRef<HTMLDivElement, { editor: Editor }>(({ editor }, ref) => {
  const { t } = useTranslation('collab');
  const [linking, setLinking] = useState(false);
  const state = useEditorState({
    editor,
    selector: ({ editor: e }) => ({
      on: Object.fromEntries(TOOLS.map(({ name, on }) => [name, on?.(e) ?? false])) as Record<Name, boolean>,
      link: e.isActive('link'),
    }),
  });
  const label = (tool: Tool) => t('editor.shortcut', { name: t(`editor.${tool.name}`), keys: tool.keys });
  const render = (tool: Tool) => (
    <Radix.Button
      key={tool.name}
      className={button}
      aria-label={label(tool)}
      title={label(tool)}
      aria-pressed={tool.on ? state.on[tool.name] : undefined}
      // Keeps the selection in the text while a mouse or a finger presses.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        // At once: the editor's own focus command waits for a frame, and the letters typed until then would be lost.
        editor.view.focus();
        tool.run(editor);
      }}
    >
      <tool.icon className="size-5" aria-hidden />
    </Radix.Button>
  );
  return (
    <Radix.Root
      ref={ref}
      aria-label={t('editor.toolbar')}
      className="flex items-center gap-0.5 overflow-x-auto overscroll-x-contain"
      onKeyDown={(event) => event.key === 'Escape' && editor.view.focus()}
    >
      {TOOLS.map(render)}
      <Radix.Button
        className={button}
        aria-label={t('editor.link')}
        title={t('editor.link')}
        aria-pressed={state.link}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => setLinking(true)}
      >
        <Link2 className="size-5" aria-hidden />
      </Radix.Button>
      <Radix.Separator className="mx-1 h-6 w-px shrink-0 bg-line" />
      {HISTORY.map(render)}
      {linking && <LinkDialog editor={editor} onClose={() => setLinking(false)} />}
    </Radix.Root>
  );
});
EditorToolbar.displayName = 'EditorToolbar';
