import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** What goes on paper instead of the page: not seen on the screen, and alone on the sheet when somebody prints. Styles: `index.css`. */
export function PrintPage({ children }: { children: ReactNode }) {
  return createPortal(<div className="print-page">{children}</div>, document.body);
}
