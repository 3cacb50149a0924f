// `npm run api`: writes src/api/gen/schema.ts from docs/openapi.json, types only. With --check it writes nothing and fails when
// the committed file is not what the description says. Has a package of its own because it needs an older TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const source = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));
const target = fileURLToPath(new URL('../../src/api/gen/schema.ts', import.meta.url));
const check = process.argv.includes('--check');

if (!existsSync(`${here}node_modules`)) {
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
const { default: openapi, astToString } = await import('openapi-typescript');
const text = `/* Written by \`npm run api\` from docs/openapi.json. Do not edit. */\n${astToString(await openapi(new URL(`file://${source}`)))}`;
if (!check) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/api/gen/schema.ts does not match docs/openapi.json: run `npm run api`');
  process.exit(1);
}
