import type { StudentSummary } from '@/api/types';

/** Lower case without accents: "icaro" finds "Ícaro". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Every word of the query occurs in the name, the class or the school. */
export function matches(student: StudentSummary, query: string): boolean {
  const text = plain([student.name, student.class_name ?? '', student.school_name].join(' '));
  return plain(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
