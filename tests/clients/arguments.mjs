// The command line of a client. Unknown or missing options end the process with one line, before anything connects.
import { parseArgs } from 'node:util';

export const KINDS = ['hocuspocus', 'y2', 'y3'];

/** @returns {{kind: string, url: string, document: string, token?: string, ticket?: string}} */
export function readArguments(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      kind: { type: 'string' },
      url: { type: 'string' },
      document: { type: 'string' },
      token: { type: 'string' },
      ticket: { type: 'string' },
    },
  });
  if (!KINDS.includes(values.kind)) throw new Error(`--kind must be one of ${KINDS.join(', ')}`);
  for (const name of ['url', 'document']) {
    if (!values[name]) throw new Error(`--${name} is missing`);
  }
  if (!values.token && !values.ticket) throw new Error('--token or --ticket is missing');
  if (values.ticket && values.kind === 'hocuspocus') throw new Error('--ticket is for y-websocket only');
  return values;
}
