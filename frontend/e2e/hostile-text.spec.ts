import { expect, type Page, test } from '@playwright/test';
import { credentials, LibraryClient } from './support/client.ts';
import { sql } from './support/database.ts';
import { Person } from './support/people.ts';
import { theServer } from './support/state.ts';

// What a hostile member of the team could leave in a plan, and what a hostile record could hold in a name. Each runs something, asks
// another host or leads out of the page if a page takes it for more than text.
const CALL = 'kzRan(1)';
const HOST = 'https://evil.example';
const PAYLOADS = [
  `<script>${CALL}</script>`,
  `<script src=${HOST}/a.js></script>`,
  `<ScRiPt>${CALL}</sCrIpT>`,
  `<scr<script>ipt>${CALL}</scr</script>ipt>`,
  `"><script>${CALL}</script>`,
  `'><script>${CALL}</script>`,
  `</textarea><script>${CALL}</script>`,
  `</title><script>${CALL}</script>`,
  `</style><script>${CALL}</script>`,
  `--><script>${CALL}</script>`,
  `]]><script>${CALL}</script>`,
  `<img src=x onerror=${CALL}>`,
  `<img src=${HOST}/a.png>`,
  `<img/src="x"/onerror="${CALL}">`,
  `<IMG SRC=javascript:${CALL}>`,
  `<svg onload=${CALL}>`,
  `<svg><script>${CALL}</script></svg>`,
  `<svg><animate onbegin=${CALL} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${CALL}"><text>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>${CALL}</script></svg>#x">`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${CALL}>`,
  `<body onload=${CALL}>`,
  `<iframe src="javascript:${CALL}"></iframe>`,
  `<iframe srcdoc="<script>parent.${CALL}</script>"></iframe>`,
  `<iframe src=${HOST}></iframe>`,
  `<object data="${HOST}/a.swf"></object>`,
  `<embed src="${HOST}/a.swf">`,
  `<link rel=stylesheet href=${HOST}/a.css>`,
  `<base href=${HOST}/>`,
  `<meta http-equiv=refresh content="0;url=${HOST}">`,
  `<form action=${HOST}><button>ok</button></form>`,
  `<input onfocus=${CALL} autofocus>`,
  `<select onfocus=${CALL} autofocus></select>`,
  `<details open ontoggle=${CALL}>x</details>`,
  `<video><source onerror=${CALL}></video>`,
  `<audio src=x onerror=${CALL}></audio>`,
  `<marquee onstart=${CALL}>x</marquee>`,
  `<a href="javascript:${CALL}">x</a>`,
  `<a href="jAvAsCrIpT&colon;${CALL}">x</a>`,
  `<a href="java\tscript:${CALL}">x</a>`,
  `<a href="data:text/html,<script>${CALL}</script>">x</a>`,
  `<div style="background:url(${HOST}/a)">x</div>`,
  `<style>@import '${HOST}/a.css';</style>`,
  `<template><script>${CALL}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `javascript:${CALL}`,
  `data:text/html,<script>${CALL}</script>`,
  '{{constructor.constructor("kzRan(1)")()}}',
  `\${${CALL}}`,
  `\u202e<img src=x onerror=${CALL}>\u202c`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`,
  `%3Cscript%3E${CALL}%3C/script%3E`,
];

/** Elements that the editor does not know, and some that it knows with attributes it does not. */
const ELEMENTS = [
  { name: 'script', attributes: { src: `${HOST}/a.js` }, text: CALL },
  { name: 'iframe', attributes: { src: `javascript:${CALL}`, srcdoc: `<script>${CALL}</script>` } },
  { name: 'img', attributes: { src: `${HOST}/a.png`, onerror: CALL } },
  { name: 'image', attributes: { src: `${HOST}/b.png` } },
  { name: 'svg', attributes: { onload: CALL } },
  { name: 'style', text: `@import '${HOST}/a.css';` },
  { name: 'link', attributes: { rel: 'stylesheet', href: `${HOST}/a.css` } },
  {
    name: 'paragraph',
    attributes: { onclick: CALL, style: `background:url(${HOST}/a)`, class: 'x" onclick="kzRan(1)' },
  },
  { name: 'heading', attributes: { level: `1 onclick=${CALL}` }, text: 'título' },
  { name: 'heading', attributes: { level: 99 }, text: 'título' },
  { name: 'constructor', text: 'x' },
  { name: '__proto__', text: 'x' },
];

const MARKS = [
  { link: { href: `javascript:${CALL}`, target: '_top' } },
  { link: { href: `data:text/html,<script>${CALL}</script>` } },
  { a: { href: `javascript:${CALL}` } },
  { highlight: { color: `red;background:url(${HOST}/a)` } },
  { textStyle: { color: `url(${HOST}/a)`, style: `background:url(${HOST}/a)` } },
  { bold: { onclick: CALL } },
  { html: `<img src=x onerror=${CALL}>` },
];

interface Watch {
  /** What went wrong so far, in words. */
  faults: string[];
}

/** Notes everything that a text must never bring about on this page. Call before the page opens. */
async function watch(page: Page): Promise<Watch> {
  const faults: string[] = [];
  const own = new URL(theServer().url).host;
  await page.exposeFunction('kzRan', () => faults.push('a text ran'));
  await page.exposeFunction('kzViolated', (what: string) => faults.push(`the policy had to stop ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as { kzViolated: (what: string) => void }).kzViolated;
      tell(`${event.violatedDirective}: ${event.blockedURI}`);
    });
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== own) faults.push(`a request to ${url.host}`);
  });
  page.on('popup', () => faults.push('a window opened'));
  page.on('framenavigated', (frame) => {
    const url = new URL(frame.url());
    if (url.protocol !== 'about:' && url.host !== own) faults.push(`the page went to ${frame.url()}`);
  });
  return { faults };
}

/** What a page must never show, whatever was written. */
async function inspect(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(`${element.tagName} has ${name}`);
        const leads = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcdoc', 'poster'].includes(name);
        if (leads && /^\W*(javascript|vbscript|data:text)/i.test(value)) found.push(`${name}=${value}`);
        if (leads && value.includes('evil.example')) found.push(`${name}=${value}`);
        if (name === 'style' && value.includes('evil.example')) found.push(`style=${value}`);
      }
      if (['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE'].includes(element.tagName)) found.push(element.tagName);
    }
    return found;
  });
}

const STUDENT = 'Davi Antunes';
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

test.describe('what a hostile member of the team writes stays text', () => {
  test.setTimeout(180_000);

  test('in live documents: texts, elements, marks, goals and presence', async ({ browser }) => {
    const rich = await credentials('paulo.ferraz', STUDENT, 'ec_potencialidades');
    const writer = await LibraryClient.start('hocuspocus', rich.token, rich.document);
    await writer.tell({
      do: 'awareness',
      state: { user: { name: PAYLOADS[0], color: `red;background:url(${HOST}/a)` } },
    });
    for (const text of PAYLOADS) await writer.tell({ do: 'hostile_block', name: 'paragraph', text });
    for (const marks of MARKS) await writer.tell({ do: 'hostile_block', name: 'paragraph', text: 'marcado', marks });
    for (const block of ELEMENTS) await writer.tell({ do: 'hostile_block', ...block });
    const list = await credentials('paulo.ferraz', STUDENT, 'metas');
    const planner = await LibraryClient.start('hocuspocus', list.token, list.document);
    for (const [index, text] of PAYLOADS.entries()) {
      const fields = {
        id: index % 2 === 0 ? crypto.randomUUID() : text,
        order: `b${index}`,
        area: text,
        deadline: text,
      };
      const texts = { description: text, baseline: text, criterion: text };
      await planner.tell({ do: 'hostile_goal', fields: { ...fields, responsible: [text], created_by: text }, texts });
    }

    const victim = await Person.arrive(browser, 'davi.sampaio');
    const seen = await watch(victim.page);
    await victim.login();
    const { page } = victim;
    await victim.openPei(STUDENT);
    const pei = new URL(page.url()).pathname;
    for (const place of [pei, `${pei}/ec_potencialidades`, `${pei}/metas`]) {
      await page.goto(place);
      await expect(page.getByRole('heading', { level: 1, name: STUDENT })).toBeVisible();
      // The payloads are there, as what they are.
      const shown = page.getByRole('main');
      if (place !== pei) await expect(shown).toContainText('kzRan(1)');
      for (const link of await shown.locator('a[href]').all()) await link.hover({ trial: true }).catch(() => undefined);
      expect(await inspect(page)).toEqual([]);
    }
    expect(seen.faults).toEqual([]);
    // The family's own page of the same plan.
    const family = await Person.arrive(browser, 'ivone.antunes', { viewport: { width: 390, height: 844 } });
    const told = await watch(family.page);
    await family.login();
    for (const place of [pei, `${pei}/ec_potencialidades`, `${pei}/metas`]) {
      await family.page.goto(place);
      await expect(family.page.getByRole('main')).toContainText('kzRan(1)');
      expect(await inspect(family.page)).toEqual([]);
    }
    expect(told.faults).toEqual([]);
    await family.close();
    expect(await page.evaluate(() => typeof (Object.prototype as { x?: unknown }).x)).toBe('undefined');
    writer.stop();
    planner.stop();
    await victim.close();
  });

  test('in names of people, students, classes and schools, and in addresses', async ({ browser }) => {
    const student = await sql(`select student_id from students where name = ${quoted(STUDENT)}`);
    const victim = await Person.arrive(browser, 'davi.sampaio');
    const seen = await watch(victim.page);
    await victim.login();
    const { page } = victim;
    await victim.openPei(STUDENT);
    const pei = new URL(page.url()).pathname;
    const teacher = `(select user_id from credentials where email = 'paulo.ferraz@demo.kazumi.test')`;
    const places = [
      ['students', `student_id = ${quoted(student)}`],
      ['users', `user_id = ${teacher}`],
      ['classes', `class_id = (select class_id from students where student_id = ${quoted(student)})`],
      ['schools', `school_id = (select school_id from students where student_id = ${quoted(student)})`],
    ] as const;
    const before = await Promise.all(places.map(([table, where]) => sql(`select name from ${table} where ${where}`)));
    try {
      for (let at = 0; at < PAYLOADS.length; at += places.length) {
        // Another one in each place.
        const names = places.map((_, place) => (PAYLOADS[(at + place) % PAYLOADS.length] ?? '').slice(0, 100));
        const updates = places.map(([table, where], place) => {
          return `update ${table} set name = ${quoted(names[place] ?? '')} where ${where}`;
        });
        await sql(updates.join('; '));
        for (const path of ['/', pei]) {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.locator('body')).toContainText((names[0] ?? '').replace(/\s+/g, ' ').trim());
          expect(await inspect(page), names.join(' ')).toEqual([]);
        }
        expect(seen.faults, names.join(' ')).toEqual([]);
      }
      for (const payload of PAYLOADS.slice(0, 6)) {
        for (const path of [
          `/${encodeURIComponent(payload)}`,
          `/peis/${encodeURIComponent(payload)}`,
          `${pei}?x=${encodeURIComponent(payload)}#${encodeURIComponent(payload)}`,
        ]) {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          expect(await inspect(page), path).toEqual([]);
        }
      }
      expect(seen.faults).toEqual([]);
    } finally {
      const back = places.map(
        ([table, where], index) => `update ${table} set name = ${quoted(before[index] ?? '')} where ${where}`,
      );
      await sql(back.join('; '));
    }
    await victim.close();
  });

  test('on the pages of administration, invitations and paper, of accesses and of the account', async ({ browser }) => {
    // What others choose, or chose before there was a rule: names, kinship, addresses.
    const ofSchool = `(select school_id from students where name = 'Téo Barreto')`;
    const teo = await sql(`select student_id from students where name = 'Téo Barreto'`);
    const wesley = `(select user_id from credentials where email = 'wesley.duarte@demo.kazumi.test')`;
    const wesleyId = await sql(`select user_id from credentials where email = 'wesley.duarte@demo.kazumi.test'`);
    const otavioId = `(select user_id from credentials where email = 'otavio.lins@demo.kazumi.test')`;
    const places = [
      ['users', 'name', `user_id = ${wesley}`, 100],
      ['students', 'name', `student_id = ${quoted(teo)}`, 100],
      ['schools', 'name', `school_id = ${ofSchool}`, 100],
      ['guardianships', 'kinship', `student_id = ${quoted(teo)}`, 60],
      // The one who looks.
      ['users', 'name', `user_id = ${otavioId}`, 100],
    ] as const;
    const school = await sql(`select school_id from students where student_id = ${quoted(teo)}`);
    const reader = await Person.enter(browser, 'wesley.duarte');
    await reader.openPei('Téo Barreto', 'ec_potencialidades');
    await reader.close();
    const otavio = await Person.arrive(browser, 'otavio.lins');
    const seen = await watch(otavio.page);
    await otavio.login();
    const { page } = otavio;
    const before = await Promise.all(
      places.map(([table, column, where]) => sql(`select min(${column}) from ${table} where ${where}`)),
    );
    const set = (values: readonly string[]) =>
      sql(
        places
          .map(
            ([table, column, where], at) =>
              `update ${table} set ${column} = ${quoted(values[at] ?? '')} where ${where}`,
          )
          .join('; '),
      );
    const visible = (text: string) => text.replace(/\s+/g, ' ').trim();
    try {
      for (let at = 0; at < PAYLOADS.length; at += places.length) {
        const texts = places.map(([, , , most], place) =>
          (PAYLOADS[(at + place) % PAYLOADS.length] ?? '').slice(0, most),
        );
        const [person, student, , kinship, own] = texts as [string, string, string, string, string];
        await set(texts);
        await sql(
          `delete from invitations where school_id = ${quoted(school)};
           insert into invitations (invitation_id, network_id, school_id, kind, name, email, student_id, kinship, custody,
             can_write, inviter_id, inviter_function, secret_hash)
           select gen_random_uuid(), network_id, school_id, 'guardian', ${quoted(person)}, 'x<img/src=x>@example.org',
             ${quoted(teo)}, ${quoted(kinship)}, 'none', true, ${otavioId}, 'principal', decode(md5(random()::text), 'hex')
           from schools where school_id = ${quoted(school)}`,
        );
        for (const [path, text] of [
          ['/administracao', person],
          ['/administracao?ver=estudantes', student],
          [`/administracao/pessoas/${wesleyId}`, person],
          [`/administracao/estudantes/${teo}`, kinship],
          [`/estudantes/${teo}/acessos`, person],
          ['/conta', own],
        ] as const) {
          await page.goto(path);
          await expect(page.locator(path === '/conta' ? 'body' : 'main')).toContainText(visible(text));
          if (path === '/administracao')
            await expect(page.getByRole('region', { name: 'Convites à espera' })).toContainText(visible(person));
          expect(await inspect(page), `${path}: ${text}`).toEqual([]);
        }
        expect(seen.faults, texts.join(' ')).toEqual([]);
      }
      // The dialogs and the paper, with the texts that run soonest.
      for (const name of PAYLOADS.slice(0, 1).concat(PAYLOADS[11] ?? '', PAYLOADS[15] ?? '')) {
        await page.goto('/administracao');
        await page.getByRole('button', { name: 'Convidar' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('Da família', { exact: true }).click();
        await dialog.getByLabel('Nome completo').fill(name);
        await dialog.getByText('Código no papel', { exact: true }).click();
        await dialog.getByRole('radio').last().check();
        await dialog.getByLabel('O que é da criança').fill(name);
        await dialog.getByRole('button', { name: 'Continuar' }).click();
        await expect(dialog).toContainText(name);
        expect(await inspect(page)).toEqual([]);
        await dialog.getByRole('button', { name: 'Criar o código' }).click();
        const code = await dialog.getByText(/^\w{4} \w{4} \w{4}$/).innerText();
        await page.emulateMedia({ media: 'print' });
        await expect(page.locator('.print-page')).toContainText(name);
        expect(await inspect(page)).toEqual([]);
        await page.emulateMedia({ media: 'screen' });
        await dialog.getByRole('button', { name: 'Já imprimi ou anotei' }).click();
        await page
          .getByRole('button', { name: `Retirar o convite de ${name}` })
          .first()
          .click();
        await expect(dialog).toContainText(name);
        expect(await inspect(page)).toEqual([]);
        await page.keyboard.press('Escape');

        const guest = await Person.arrive(browser, 'nobody');
        const told = await watch(guest.page);
        await guest.page.goto(`/convite#${code.replaceAll(' ', '')}`);
        await expect(guest.page.getByLabel('Seu nome')).toHaveValue(name);
        expect(await inspect(guest.page)).toEqual([]);
        for (const place of ['convite', 'redefinir']) {
          await guest.page.goto('/entrar');
          await guest.page.goto(`/${place}#${encodeURIComponent(name)}`);
          await expect(guest.page.getByRole('heading', { level: 1 })).toBeVisible();
          expect(await inspect(guest.page)).toEqual([]);
        }
        expect(told.faults).toEqual([]);
        await guest.close();
      }
      expect(seen.faults).toEqual([]);
    } finally {
      await set(before);
      await sql(`delete from invitations where school_id = ${quoted(school)}`);
    }
    await otavio.close();
  });

  test('nor does what a message says', async ({ browser }) => {
    const writer = await Person.enter(browser, 'luciana.prado');
    const reader = await Person.arrive(browser, 'patricia.coutinho');
    const seen = await watch(reader.page);
    await reader.login();
    await writer.openConversation('Lara Coutinho', 'Família e escola');
    await reader.openConversation('Lara Coutinho', 'Família e escola');
    for (const text of PAYLOADS) {
      await writer.write(text);
      await expect(reader.messages.last()).toContainText(text.trim());
      expect(await inspect(reader.page), text).toEqual([]);
    }
    // As an answer to itself, and as the last word in the list.
    await reader.messages.last().getByRole('button', { name: 'Responder', exact: true }).click();
    await reader.write(PAYLOADS[11] ?? '');
    expect(await inspect(reader.page)).toEqual([]);
    await reader.page.goto('/conversas');
    await expect(reader.page.getByRole('list', { name: 'Suas conversas' })).toContainText(PAYLOADS[11] ?? '');
    expect(await inspect(reader.page)).toEqual([]);
    expect(seen.faults).toEqual([]);
    for (const person of [writer, reader]) await person.close();
  });

  test('and what opens a session is nowhere that a script could read it', async ({ browser }) => {
    const victim = await Person.arrive(browser, 'davi.sampaio');
    let token = '';
    victim.page.on('response', async (answer) => {
      if (!answer.url().endsWith('/auth/login')) return;
      token = ((await answer.json()) as { access_token: string }).access_token;
    });
    await victim.login();
    await victim.openPei(STUDENT, 'ec_potencialidades');
    await expect.poll(() => token).not.toBe('');
    const kept = await victim.page.evaluate(async () => {
      const names = (await indexedDB.databases()).map(({ name }) => name ?? '').join(' ');
      const stores = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store })).join(' ');
      return `${stores} ${document.cookie} ${names} ${location.href}`;
    });
    const signature = token.split('.')[2] ?? 'no token';
    const cookies = await victim.context.cookies();
    const session = cookies.find(({ name }) => name.includes('kazumi_rt'));
    expect(session?.httpOnly).toBe(true);
    for (const secret of [signature, session?.value ?? 'no cookie']) expect(kept).not.toContain(secret);
    await victim.close();
  });
});
