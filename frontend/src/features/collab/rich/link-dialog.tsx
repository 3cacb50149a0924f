import type { Editor } from '@tiptap/react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { isSafeAddress } from './link-mark';

export function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const { t } = useTranslation(['collab', 'common']);
  const current = (editor.getAttributes('link').href as string | undefined) ?? '';
  const [address, setAddress] = useState(current);
  const [bad, setBad] = useState(false);

  function apply(event: FormEvent) {
    event.preventDefault();
    // A dialog is a portal: without this the surrounding form or toolbar would hear the event too.
    event.stopPropagation();
    const href = address.trim();
    if (!isSafeAddress(href)) return setBad(true);
    const chain = editor.chain().focus().extendMarkRange('link');
    if (editor.state.selection.empty && !current) {
      chain.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run();
    } else chain.setLink(href).run();
    onClose();
  }

  function remove() {
    editor.chain().focus().extendMarkRange('link').unsetLink().run();
    onClose();
  }

  return (
    <Dialog open onOpenChange={onClose} title={t('editor.link_dialog.title')}>
      <form onSubmit={apply} className="flex flex-col gap-4">
        <Field
          label={t('editor.link_dialog.address')}
          hint={t('editor.link_dialog.hint')}
          error={bad ? t('editor.link_dialog.bad') : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              inputMode="url"
              value={address}
              placeholder="https://"
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-3">
          <Button type="submit">{t('editor.link_dialog.apply')}</Button>
          {current && (
            <Button look="outline" onClick={remove}>
              {t('editor.link_dialog.remove')}
            </Button>
          )}
          <Button look="quiet" onClick={onClose}>
            {t('common:cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
