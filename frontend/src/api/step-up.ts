import { http } from './http';
import { ApiProblem, toProblem } from './problem';
import { getSession, subscribeSession } from './session';

/** Some acts need a fresh proof of who is at the keyboard. The question is asked by one dialog for all of them (`StepUpDialog`). */
interface Question {
  settle: (confirmed: boolean) => void;
}

const listeners = new Set<() => void>();
let question: Question | null = null;
let asking: Promise<void> | null = null;

function set(next: Question | null): void {
  question = next;
  for (const notify of listeners) notify();
}

// Who left is asked nothing more, and what waited for the answer ends.
subscribeSession(() => {
  if (getSession().status !== 'in') cancelStepUp();
});

/** What is being asked, for the dialog alone. */
export function getStepUp(): Question | null {
  return question;
}

export function subscribeStepUp(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}

/** One question at a time: acts that start meanwhile wait for the same answer. */
function ask(): Promise<void> {
  asking ??= new Promise<void>((resolve, reject) => {
    set({ settle: (confirmed) => (confirmed ? resolve() : reject(new ApiProblem('cancelled', 0))) });
  }).finally(() => {
    asking = null;
    set(null);
  });
  return asking;
}

/**
 * Runs an act; when the server wants a fresh proof for it, asks the person and runs it again.
 * Rejects with the act's own problem, or with the code `cancelled` when the person closed the question.
 */
export async function withStepUp<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (toProblem(error).code !== 'step_up_required') throw error;
  }
  await ask();
  return act();
}

/** The proof. Rejects with `invalid_credentials`, and with `second_factor_required` for a person who also has to give a code. */
export async function confirmStepUp(password: string, code?: string): Promise<void> {
  await http.post('/auth/step-up', code ? { password, code } : { password });
  question?.settle(true);
}

export function cancelStepUp(): void {
  question?.settle(false);
}
