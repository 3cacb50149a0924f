import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runFolder } from './state.ts';

const LOOK_MS = 5;
const LOOKS = 2_000;

const dataFolder = () => realpathSync(join(runFolder(), 'data', 'postgres'));

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Of this run's database alone: each of its processes works in its data folder, and other clusters have other folders. */
function processes(): number[] {
  const data = dataFolder();
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && link(`/proc/${name}/cwd`) === data);
  return found.map(Number);
}

function isFrozen(pid: number): boolean {
  try {
    // After the name, which stands in parentheses and may hold anything.
    return /.*\) T/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Again and again, because a postmaster that is not frozen yet may make another child meanwhile. */
async function signal(name: 'SIGSTOP' | 'SIGCONT', frozen: boolean): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const missing = processes().filter((pid) => isFrozen(pid) !== frozen);
    if (missing.length === 0) return;
    for (const pid of missing) {
      try {
        process.kill(pid, name);
      } catch {
        // It has ended by itself; the next look tells.
      }
    }
    await wait(LOOK_MS);
  }
  throw new Error(`the database does not obey ${name}`);
}

/** The database stands still: it keeps its connections and answers nothing. */
export const freezeDatabase = () => signal('SIGSTOP', true);

/** Lets it go on. Does nothing when it was not frozen. */
export const thawDatabase = () => signal('SIGCONT', false);

/** Runs a statement as the owner of the schema, past the application: nobody tells the server but the database itself. */
export async function sql(statement: string): Promise<string> {
  const [pid = '', , , port = '', socket = ''] = readFileSync(join(dataFolder(), 'postmaster.pid'), 'utf8').split('\n');
  const { owner } = JSON.parse(readFileSync(join(runFolder(), 'data', 'passwords.json'), 'utf8')) as { owner: string };
  // The client that came with this very server.
  const psql = join(dirname(readlinkSync(`/proc/${pid.trim()}/exe`)), 'psql');
  const words = [
    '--no-psqlrc',
    '--tuples-only',
    '--no-align',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    '--command',
    statement,
  ];
  const env = {
    ...process.env,
    PGHOST: socket,
    PGPORT: port,
    PGUSER: 'kazumi_owner',
    PGDATABASE: 'kazumi',
    PGPASSWORD: owner,
  };
  const { stdout } = await promisify(execFile)(psql, words, { env });
  return stdout.trim();
}
