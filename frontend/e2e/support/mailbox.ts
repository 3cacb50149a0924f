import { expect } from '@playwright/test';
import { PASSWORD } from './people.ts';
import { theServer } from './state.ts';

/** The address in the newest mail to somebody, as the mailbox of `kazumi dev` shows it. */
export async function mailedLink(to: string, path: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(async () => {
      const mails = (await (await fetch(`${theServer().url}/dev/mailbox.json`)).json()) as {
        to: string;
        text: string;
      }[];
      const text = mails.find((mail) => mail.to === to && mail.text.includes(path))?.text;
      found = text?.split(/\s+/).find((word) => word.includes(path));
      return found;
    })
    .toBeTruthy();
  return found as string;
}

const json = { 'Content-Type': 'application/json' };

/** Invites a family of a student, as the school's coordination does. Without an address the answer holds a code. */
export async function inviteFamily(
  coordinator: string,
  student: string,
  name: string,
  email?: string,
): Promise<{ code: string | null; invitation_id: string }> {
  const { url } = theServer();
  const body = JSON.stringify({ email: `${coordinator}@demo.kazumi.test`, password: PASSWORD });
  const login = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: json, body });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const headers = { ...json, Authorization: `Bearer ${token}` };
  const list = await fetch(`${url}/api/v1/students`, { headers });
  const { students } = (await list.json()) as { students: { name: string; student_id: string }[] };
  const found = students.find((one) => one.name.startsWith(student));
  if (!found) throw new Error(`${coordinator} does not see ${student}`);
  const guardianship = { kinship: 'avó', custody: 'none', can_write: true };
  const invitation = { kind: 'guardian', name, student_id: found.student_id, guardianship, ...(email && { email }) };
  const answer = await fetch(`${url}/api/v1/invitations`, {
    method: 'POST',
    headers,
    body: JSON.stringify(invitation),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as { code: string | null; invitation_id: string };
}
