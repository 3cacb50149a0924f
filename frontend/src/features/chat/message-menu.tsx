import { Copy, EllipsisVertical, Reply } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/ui/icon-button';
import { toast } from '@/components/ui/toast-store';

const item =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-3 outline-none data-highlighted:bg-wash data-highlighted:outline-2 data-highlighted:outline-focus';

interface MessageMenuProps {
  name: string;
  text: string;
  onReply: (() => void) | undefined;
}

/** What can be done with a message, by pointer, finger and arrow keys. */
export function MessageMenu({ name, text, onReply }: MessageMenuProps) {
  const { t } = useTranslation('chat');
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => toast(t('menu.copied')),
      () => undefined,
    );
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>
        <IconButton label={t('menu.label', { name })}>
          <EllipsisVertical className="size-4.5" aria-hidden />
        </IconButton>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="end"
          collisionPadding={8}
          className="fade z-40 min-w-48 rounded-lg border border-edge bg-sheet p-1 shadow-md"
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {onReply && (
            <Radix.Item className={item} onSelect={onReply}>
              <Reply className="size-5 text-soft" aria-hidden />
              {t('menu.reply')}
            </Radix.Item>
          )}
          <Radix.Item className={item} onSelect={() => void copy()}>
            <Copy className="size-5 text-soft" aria-hidden />
            {t('menu.copy')}
          </Radix.Item>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
