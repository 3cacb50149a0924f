import { X } from 'lucide-react';
import { Portal, Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { IconButton } from './icon-button';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** Cannot be waved away: Escape and a press outside do nothing. */
  firm?: boolean;
  /** A panel from the bottom edge on a phone, instead of a window in the middle. */
  sheet?: boolean;
}

export function Dialog({ open, onOpenChange, title, children, firm = false, sheet = false }: DialogProps) {
  const { t } = useTranslation();
  const opener = useRef<Element | null>(null);
  const stay = (event: Event) => {
    if (firm) event.preventDefault();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade fixed inset-0 z-50 bg-[#0a1413]/55" />
        <Radix.Content
          aria-describedby={undefined}
          // Our dialogs have no trigger of their own, to which the focus would go back by itself.
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          className={cx(
            'rise fixed z-50 max-h-[88dvh] overflow-y-auto border bg-sheet p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))]',
            sheet
              ? 'inset-x-0 bottom-0 rounded-t-xl md:inset-x-auto md:bottom-auto md:left-1/2 md:top-1/2 md:w-120 md:-translate-x-1/2 md:-translate-y-1/2 md:rounded-xl'
              : 'left-1/2 top-1/2 w-[min(480px,calc(100vw-32px))] -translate-x-1/2 -translate-y-1/2 rounded-xl',
          )}
        >
          <Radix.Title className="mb-3 pr-8 text-xl">{title}</Radix.Title>
          {children}
          {!firm && (
            <Radix.Close asChild>
              <IconButton label={t('close')} className="absolute! top-2.5 right-2.5">
                <X className="size-5" aria-hidden />
              </IconButton>
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What goes on paper instead of the page: not seen on the screen, and alone on the sheet when somebody prints. Styles: `index.css`. */
export function PrintPage({ children }: { children: ReactNode }) {
  return (
    <Portal.Root asChild>
      <div className="print-page">{children}</div>
    </Portal.Root>
  );
}
