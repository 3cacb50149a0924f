import { expect, test } from '@playwright/test';
import { sql } from './support/database.ts';
import { Person } from './support/people.ts';

const phone = { viewport: { width: 390, height: 844 } };

test('a mother sees on her phone who opened what of her son’s plan, in her words', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei('Téo Barreto', 'ec_potencialidades');
  await luciana.openPei('Téo Barreto', 'ec_demandas');

  const denise = await Person.enter(browser, 'denise.barreto', phone);
  const { page } = denise;
  await page.getByRole('link', { name: 'Quem viu os dados de Téo Barreto' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Quem viu os dados de Téo' })).toBeVisible();
  const today = page.getByRole('region', { name: 'Hoje' });
  const visit = today.getByRole('listitem').filter({ hasText: 'Luciana Prado' });
  await expect(visit).toContainText('docente da turma');
  await expect(visit).toContainText('Potencialidades e interesses');
  await expect(visit).toContainText('uma parte que só a equipe lê');
  await expect(page.getByText('demandas e contexto')).toHaveCount(0);
  await expect(page.getByText('Você viu a lista toda.')).toBeVisible();

  // What she opens herself is there as well, said to be her.
  await denise.openPei('Téo Barreto');
  await expect(page.getByText('Carregando')).toHaveCount(0);
  await page.getByRole('link', { name: 'Quem viu os dados' }).click();
  await expect(today.getByRole('listitem').first()).toContainText('Denise Barreto');
  await expect(today.getByRole('listitem').first()).toContainText('você · família');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide, 'nothing leaves the screen sideways').toBe(false);
  await Promise.all([luciana, denise].map((person) => person.close()));
});

test('a long list comes in parts, by keyboard, and a lost answer can be asked for again', async ({ browser }) => {
  // Somebody reads on forty days of last year.
  await sql(`insert into access_log (user_id, document_id, slot, student_id, first_at)
    select c.user_id, d.document_id, moment, d.student_id, moment
    from credentials c, pei_documents d join students s using (student_id),
         generate_series(timestamptz '2025-03-01 15:00Z', timestamptz '2025-04-09 15:00Z', interval '1 day') moment
    where c.email = 'camila.nobrega@demo.kazumi.test' and s.name = 'Lara Coutinho' and d.section = 'metas'
    on conflict do nothing`);
  const patricia = await Person.enter(browser, 'patricia.coutinho', phone);
  const { page } = patricia;
  await page.getByRole('link', { name: 'Quem viu os dados de Lara Coutinho' }).click();
  const more = page.getByRole('button', { name: 'Ver mais' });
  await expect(page.getByRole('heading', { name: '9 de abril de 2025', exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: '1 de março de 2025', exact: true })).toHaveCount(0);

  await page.route(/accesses\?cursor/, (route) => route.abort());
  await more.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Não deu para mostrar o resto da lista.');
  await page.unroute(/accesses\?cursor/);
  await more.press('Enter');
  // Other specs may have left more on the list than one part holds.
  await expect(async () => {
    if (await more.isVisible()) await more.click({ timeout: 1_000 });
    await expect(page.getByRole('heading', { name: '1 de março de 2025', exact: true })).toBeVisible({
      timeout: 1_000,
    });
  }).toPass();
  await expect(page.getByText('Você viu a lista toda.')).toBeVisible();
  await patricia.close();
});

test('nobody yet, no answer, and not for you are told apart only where they may be', async ({ browser }) => {
  const keiko = await Person.enter(browser, 'keiko.yamamoto', phone);
  const { page } = keiko;
  await page.route(/\/accesses$/, (route) => route.abort());
  await page.getByRole('link', { name: /^Quem viu os dados de/ }).click();
  await expect(page.getByRole('heading', { name: 'Não conseguimos mostrar esta lista' })).toBeVisible();
  await page.unroute(/\/accesses$/);
  await page.getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(page.getByRole('heading', { name: 'Ninguém abriu ainda' })).toBeVisible();
  const path = new URL(page.url()).pathname;

  // A teacher of the team may not know, and is not told that there is anything.
  const luciana = await Person.enter(browser, 'luciana.prado');
  await expect(luciana.page.getByRole('article').first()).toBeVisible();
  await expect(luciana.page.getByRole('link', { name: /^Quem viu/ })).toHaveCount(0);
  for (const place of [path, '/estudantes/00000000-0000-7000-8000-000000000000/acessos', '/estudantes/nada/acessos']) {
    await luciana.page.goto(place);
    await expect(luciana.page.getByRole('heading', { level: 1, name: 'Não encontramos esta página' })).toBeVisible();
  }
  await Promise.all([keiko, luciana].map((person) => person.close()));
});

test('the direction finds the list from the student’s plan', async ({ browser }) => {
  const head = await Person.enter(browser, 'otavio.lins');
  await head.openPei('Téo Barreto');
  await head.page.getByRole('link', { name: 'Quem viu os dados' }).click();
  await expect(head.page.getByRole('heading', { level: 1, name: 'Quem viu os dados de Téo Barreto' })).toBeVisible();
  await expect(head.page.getByRole('region', { name: 'Hoje' }).getByRole('listitem').first()).toContainText(
    'você · direção',
  );
  await head.close();
});
