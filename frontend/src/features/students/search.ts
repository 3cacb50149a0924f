import type { StudentSummary } from '@/api/types';
import { plain } from '@/lib/plain';

/** Every word of the query occurs in the name, the class or the school. */
export function matches(student: StudentSummary, query: string): boolean {
  const text = plain([student.name, student.class_name ?? '', student.school_name].join(' '));
  return plain(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
