// One unmodified collaboration client, driven by lines of JSON: commands on standard input, events on standard output.
//
//   node client.mjs --kind hocuspocus --url ws://127.0.0.1:8000/ws/collab --document pei/…/ec_demandas --token …
//   node client.mjs --kind y2|y3 --url ws://127.0.0.1:8000/ws/y --document pei/…/ec_demandas --token … | --ticket …
//
// A command is {"id": 1, "do": "append", "text": "…"}; its answer is {"event": "answer", "id": 1, …} or, with what went
// wrong, {"event": "answer", "id": 1, "error": "…"}. The end of standard input ends the client. The commands are in
// `document.mjs` and below; the events are those that the two provider files report.
import { createInterface } from 'node:readline';
import * as Y from 'yjs';
import { readArguments } from './arguments.mjs';
import { documentCommands } from './document.mjs';
import { connectHocuspocus } from './hocuspocus.mjs';
import { hostileCommands } from './hostile.mjs';
import { connectYWebsocket } from './ywebsocket.mjs';

const report = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

function connectionCommands(provider) {
  return {
    connect: () => provider.connect(),
    disconnect: () => provider.disconnect(),
    saved: () => ({ clock: provider.savedClock() }),
    awareness: (_doc, { state }) => {
      for (const [field, value] of Object.entries(state)) provider.awareness.setLocalStateField(field, value);
    },
    leave: () => provider.awareness.setLocalState(null),
    // What others show, keyed by client id; one's own state is not among it.
    peers: (doc) => ({
      peers: Object.fromEntries([...provider.awareness.getStates()].filter(([client]) => client !== doc.clientID)),
    }),
  };
}

async function run() {
  const options = readArguments(process.argv.slice(2));
  const doc = new Y.Doc();
  const connect = options.kind === 'hocuspocus' ? connectHocuspocus : connectYWebsocket;
  const provider = await connect(options, doc, report);
  const commands = { ...documentCommands, ...hostileCommands, ...connectionCommands(provider) };
  report({ event: 'started', client: doc.clientID });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      const work = commands[command.do];
      if (!work) throw new Error(`unknown command ${command.do}`);
      const result = await work(doc, command);
      report({ event: 'answer', id: command.id, ...result });
    } catch (error) {
      report({ event: 'answer', id: command.id, error: error.message });
    }
  }
}

run().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`client: ${error.message}\n`);
    process.exit(1);
  },
);
