// `npm run bench:latency`: keystroke to paint on the other screen, Kazumi against a plain Node y-websocket server, in one run.
// Needs KAZUMI_BIN (a release build for figures worth quoting). Installs its own server once, builds the bench page, measures.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const frontend = fileURLToPath(new URL('../..', import.meta.url));
const built = fileURLToPath(new URL('../../dist-bench', import.meta.url));

function run(command, args, cwd, env = {}) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${here}node_modules`)) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here);
run('npx', ['vite', 'build', '--config', 'tools/bench/vite.config.ts'], frontend);
mkdirSync(built, { recursive: true });
// The server wants an application to serve; the bench page is beside it.
if (!existsSync(`${built}/index.html`)) writeFileSync(`${built}/index.html`, '<!doctype html><title>bench</title>');
run('npx', ['playwright', 'test'], frontend, { BENCH_LATENCY: '1', KAZUMI_E2E_STATIC: built });
