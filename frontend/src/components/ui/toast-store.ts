export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let counter = 0;

export function subscribeToasts(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}

export function getToasts(): readonly Toast[] {
  return toasts;
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const notify of listeners) notify();
}

/** Says something in passing. At most three stay; the caller's text is final, already translated. */
export function toast(text: string, action?: Toast['action']): number {
  counter += 1;
  const entry: Toast = action ? { id: counter, text, action } : { id: counter, text };
  set([...toasts.slice(-2), entry]);
  return counter;
}

export function dismissToast(id: number): void {
  set(toasts.filter((entry) => entry.id !== id));
}
