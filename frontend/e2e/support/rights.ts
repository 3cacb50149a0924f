import { sql } from './database.ts';

const student = (name: string) => `(select student_id from students where name = '${name}')`;
const user = (account: string) => `(select user_id from credentials where email = '${account}@demo.kazumi.test')`;

/** Ends what somebody may do with a student, as of now, past the application. */
export async function endLink(account: string, name: string): Promise<void> {
  const where = `user_id = ${user(account)} and student_id = ${student(name)} and valid_to is null`;
  await sql(
    `update grants set valid_from = least(valid_from, now() - interval '1 day'), valid_to = now() where ${where}`,
  );
}

/** Takes `endLink` back. */
export async function beginLink(account: string, name: string): Promise<void> {
  const where = `user_id = ${user(account)} and student_id = ${student(name)} and valid_to > now() - interval '1 hour'`;
  await sql(`update grants set valid_to = null where ${where}`);
}

export async function setPlanState(name: string, state: 'em_elaboracao' | 'em_revisao'): Promise<void> {
  await sql(`update peis set state = '${state}' where student_id = ${student(name)}`);
}
