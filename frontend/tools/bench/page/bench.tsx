import '../../../src/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { http } from '@/api/http';
import { login } from '@/api/session';
import type { Me, Pei, StudentList } from '@/api/types';
import { RichEditor } from '@/features/collab/rich/editor';
import type { LiveText } from '@/features/collab/rich/extensions';
import { acquireRoom } from '@/features/collab/rooms';
import type { Person } from '@/features/collab/section-session';
import { startI18n } from '@/lib/i18n';

// The product's editor over one of two servers, for `npm run bench:latency`. Never part of the application's build.
const query = new URLSearchParams(window.location.search);
const account = query.get('account') ?? '';

async function overKazumi(): Promise<{ text: LiveText; person: Person }> {
  await login(`${account}@demo.kazumi.test`, 'kazumi-demo-2026', false);
  const me = (await http.get<Me>('/me')).data;
  const { students } = (await http.get<StudentList>('/students')).data;
  const peiId = students.find(({ name }) => name === 'Lara Coutinho')?.pei?.pei_id;
  const pei = (await http.get<Pei>(`/peis/${peiId}`)).data;
  const person = { id: me.user_id, name: me.name, color: '#0f6e8c', function: '' };
  const room = acquireRoom(pei.pei_id, person);
  room.show(pei.sections.filter(({ section }) => section === 'ec_potencialidades'));
  const session = room.sessions.get()[0];
  if (!session) throw new Error('the section is not readable');
  await new Promise<void>((resolve) => {
    const look = () => session.state.get().synced && resolve();
    session.state.subscribe(look);
    look();
  });
  session.setPresent(true);
  return { text: session, person };
}

async function overPlain(): Promise<{ text: LiveText; person: Person }> {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(query.get('server') ?? '', query.get('room') ?? '', doc, { disableBc: true });
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  const content = doc.getXmlFragment('content');
  if (content.length === 0 && query.has('seed')) content.insert(0, [new Y.XmlElement('paragraph')]);
  const { awareness } = provider;
  const person = { id: account, name: account, color: '#0f6e8c', function: '' };
  awareness.setLocalState({ user: person, section: true });
  return { text: { doc, awareness, setCursor: (cursor) => awareness.setLocalStateField('cursor', cursor) }, person };
}

startI18n();
const { text, person } = await (query.get('kind') === 'plain' ? overPlain() : overKazumi());
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <RichEditor session={text} person={person} editable title="Bench" />
    </StrictMode>,
  );
