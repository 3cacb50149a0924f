import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { PASSWORD } from './people.ts';
import { theServer } from './state.ts';

const folder = fileURLToPath(new URL('../../../tests/clients', import.meta.url));

type Line = { event: string; id?: number; text?: string; error?: string };

/** Signs in over REST and returns a token and the name of a section's document. */
export async function credentials(account: string, student: string, section: string) {
  const { url } = theServer();
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  const body = JSON.stringify({ email: `${account}@demo.kazumi.test`, password: PASSWORD });
  const login = await fetch(`${url}/api/v1/auth/login`, { ...post, body });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const get = async (path: string) =>
    await (await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })).json();
  const { students } = (await get('/api/v1/students')) as { students: { name: string; pei: { pei_id: string } }[] };
  const pei = students.find((one) => one.name.startsWith(student))?.pei.pei_id;
  const { sections } = (await get(`/api/v1/peis/${pei}`)) as { sections: { section: string; document: string }[] };
  const document = sections.find((one) => one.section === section)?.document;
  if (!document) throw new Error(`${account} cannot see ${section} of ${student}`);
  return { token, document };
}

/** An unmodified library client in a Node process of its own (`tests/clients`). */
export class LibraryClient {
  private lines: Line[] = [];
  private commands = 0;

  private constructor(private readonly child: ChildProcess) {
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line)));
  }

  /** `y2` and `y3` know nothing of lineages: they use the bare name. */
  static async start(kind: 'hocuspocus' | 'y2' | 'y3', token: string, document: string): Promise<LibraryClient> {
    const socket = theServer().url.replace('http', 'ws') + (kind === 'hocuspocus' ? '/ws/collab' : '/ws/y');
    const name = kind === 'hocuspocus' ? document : document.split('.')[0];
    const words = [`--kind=${kind}`, `--url=${socket}`, `--document=${name}`, `--token=${token}`];
    const child = spawn('node', ['client.mjs', ...words], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    const client = new LibraryClient(child);
    await expect.poll(() => client.lines.some((line) => line.event === 'synced')).toBe(true);
    return client;
  }

  private async command(what: Record<string, unknown>): Promise<Line> {
    const id = ++this.commands;
    this.child.stdin?.write(`${JSON.stringify({ ...what, id })}\n`);
    const answer = () => this.lines.find((line) => line.event === 'answer' && line.id === id);
    await expect.poll(answer).toBeTruthy();
    return answer() as Line;
  }

  async append(text: string): Promise<void> {
    expect((await this.command({ do: 'append', text })).error).toBeUndefined();
  }

  /** Anything `tests/clients` can be told; what it could not do is not an error here. */
  async tell(what: Record<string, unknown>): Promise<void> {
    await this.command(what);
  }

  async text(): Promise<string> {
    return (await this.command({ do: 'text' })).text ?? '';
  }

  stop(): void {
    this.child.stdin?.end();
  }
}
