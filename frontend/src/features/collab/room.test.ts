import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeiSection } from '@/api/types';
import { fakeStorage } from '@/testing/fake-storage';
import { Room } from './room';
import { INITIAL_SECTION, type SectionEvent, sectionReducer } from './section-state';
import { listUnsent } from './unsent';

vi.mock('@hocuspocus/provider', async (original) => ({
  ...(await original<typeof import('@hocuspocus/provider')>()),
  HocuspocusProviderWebsocket: class {
    on() {}
    off() {}
    attach() {}
    detach() {}
    connect() {}
    disconnect() {}
    destroy() {}
  },
}));

const listed = (section: string, more: Partial<PeiSection> = {}) =>
  ({ section, document: `pei/p/${section}.l.s1`, kind: 'rich_text', access: 'write', ...more }) as PeiSection;
const metas = listed('metas');
const voz = listed('ec_voz_estudante');

function openRoom() {
  const room = new Room('p', { id: 'ana', name: 'Ana', color: '#000000', function: 'teacher' });
  room.show([metas, voz]);
  const session = room.sessions.get()[0];
  if (!session) throw new Error('no session');
  const say = (event: SectionEvent) => session.state.set(sectionReducer(session.state.get(), event));
  return { room, session, say };
}

beforeEach(() => {
  const deaf = { addEventListener: () => undefined, removeEventListener: () => undefined };
  vi.stubGlobal('localStorage', fakeStorage());
  vi.stubGlobal('window', { ...deaf, location: { href: 'http://kazumi.test/' } });
  vi.stubGlobal('document', deaf);
});

describe('Room', () => {
  it('keeps a section that is listed no more while it holds unsent text', async () => {
    const { room, session } = openRoom();
    session.doc.getText('content').insert(0, 'não enviado');
    room.show([voz]);
    expect(room.sessions.get().map(({ section }) => section)).toEqual([voz]);
    expect(room.orphans.list.get()).toEqual([session]);
    expect(room.hasUnsent()).toBe(true);
    expect(session.doc.getText('content').toString()).toBe('não enviado');
    await room.drop(session);
    expect(room.orphans.list.get()).toEqual([]);
    expect(room.hasUnsent()).toBe(false);
    expect(listUnsent('ana')).toEqual([]);
  });

  it('closes a section that is listed no more when everything in it is safe', () => {
    const { room, session } = openRoom();
    const closed = vi.spyOn(session, 'close');
    room.show([voz]);
    expect(closed).toHaveBeenCalled();
    expect(room.orphans.list.get()).toEqual([]);
  });

  it('goes on with the same text when the section is listed again', () => {
    const { room, session } = openRoom();
    session.doc.getText('content').insert(0, 'não enviado');
    room.show([]);
    room.show([metas, voz]);
    expect(room.sessions.get()[0]).toBe(session);
    expect(room.orphans.list.get()).toEqual([]);
  });

  it('lets an orphan go once the server has acknowledged it after all', () => {
    const { room, session, say } = openRoom();
    session.doc.getText('content').insert(0, 'não enviado');
    room.show([]);
    say({ type: 'acknowledged', at: 1 });
    expect(room.orphans.list.get()).toEqual([]);
    expect(session.state.get()).not.toEqual(INITIAL_SECTION);
  });

  it('marks as unsent what is typed after a section became editable', () => {
    const { room, session } = openRoom();
    room.show([listed('metas', { access: 'read' }), voz]);
    session.doc.getText('content').insert(0, 'do editor');
    expect(listUnsent('ana')).toEqual([]);
    room.show([metas, voz]);
    session.doc.getText('content').insert(0, 'meu ');
    expect(listUnsent('ana').map(({ section }) => section)).toEqual(['metas']);
    expect(session.state.get().pendingSince).not.toBeNull();
  });
});
