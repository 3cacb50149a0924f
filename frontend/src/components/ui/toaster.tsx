import { X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './icon-button';
import { dismissToast, getToasts, subscribeToasts } from './toast-store';

/** An undo stays long enough to be read, found and pressed; Radix also stops the clock on hover and focus. */
const PLAIN_MS = 5_000;
const ACTION_MS = 12_000;

export function Toaster() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(subscribeToasts, getToasts);
  return (
    <Radix.Provider label={t('notifications')} swipeDirection="down">
      {toasts.map(({ id, text, action }) => (
        <Radix.Root
          key={id}
          duration={action ? ACTION_MS : PLAIN_MS}
          onOpenChange={(open) => !open && dismissToast(id)}
          className="rise flex items-center gap-2 rounded-lg border border-edge bg-ink py-1 pr-1 pl-4 text-paper"
        >
          <Radix.Description className="flex-1 py-2 leading-snug">{text}</Radix.Description>
          {action && (
            <Radix.Action asChild altText={action.label}>
              <button
                type="button"
                onClick={action.run}
                className="min-h-11 rounded-md px-3 font-semibold underline underline-offset-4 outline-offset-0 focus-visible:outline-paper"
              >
                {action.label}
              </button>
            </Radix.Action>
          )}
          <Radix.Close asChild>
            <IconButton label={t('close')} className="text-paper! hover:bg-transparent! focus-visible:outline-paper">
              <X className="size-5" aria-hidden />
            </IconButton>
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport
        label={`${t('notifications')} ({hotkey})`}
        className="fixed inset-x-4 bottom-[calc(80px+env(safe-area-inset-bottom))] z-50 mx-auto flex max-w-110 flex-col gap-2 md:bottom-6"
      />
    </Radix.Provider>
  );
}
