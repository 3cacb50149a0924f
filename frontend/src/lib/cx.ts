import { type ClassValue, clsx } from 'clsx';

/** Joins class names. Later utilities do not override earlier ones: give a component variants instead. */
export function cx(...parts: ClassValue[]): string {
  return clsx(parts);
}
