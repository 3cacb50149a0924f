import { expect, test } from '@playwright/test';
import { Person } from './support/people.ts';

const LARA = 'Lara Coutinho';

test('a reader sees the goals live and has nothing to type into', async ({ browser }) => {
  const rafael = await Person.enter(browser, 'rafael.meira');
  await rafael.openPei(LARA, 'metas');
  const { page } = rafael;
  await expect(page.getByText('Você pode ler esta seção.')).toBeVisible();
  await expect(page.getByRole('article').first()).toBeVisible();
  const main = page.getByRole('main');
  await expect(main.locator('textarea, input, select, [contenteditable="true"]')).toHaveCount(0);
  await expect(main.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('toolbar')).toHaveCount(0);

  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei(LARA, 'metas');
  const mark = `Lido ao vivo ${Date.now().toString(36)}`;
  const field = luciana.page.getByRole('textbox', { name: 'Ponto de partida da meta 1', exact: true });
  await field.fill(mark);
  await expect(page.getByRole('article').first()).toContainText(mark);
  await Promise.all([rafael, luciana].map((person) => person.close()));
});

test('a reader of a rich section has no toolbar and cannot type', async ({ browser }) => {
  const rafael = await Person.enter(browser, 'rafael.meira');
  await rafael.openPei(LARA, 'ec_familia');
  await expect(rafael.text).toBeVisible();
  await expect(rafael.text).toHaveAttribute('contenteditable', 'false');
  const before = await rafael.text.innerText();
  await rafael.text.click();
  await rafael.page.keyboard.type('não devia entrar');
  expect(await rafael.text.innerText()).toBe(before);
  await expect(rafael.page.getByRole('toolbar')).toHaveCount(0);
  await rafael.close();
});

test('a family reads its plan, writes its own part, and finds no trace of the team’s part', async ({ browser }) => {
  const patricia = await Person.enter(browser, 'patricia.coutinho', { viewport: { width: 390, height: 844 } });
  await patricia.openPei(LARA);
  const { page } = patricia;
  await expect(page.getByRole('heading', { name: 'Contribuição da família' })).toBeVisible();
  await expect(page.getByRole('toolbar')).toHaveCount(1);
  await expect(page.getByText('demandas e contexto')).toHaveCount(0);
  const pei = new URL(page.url()).pathname;
  await page.goto(`${pei}/ec_demandas`);
  await expect(page.getByRole('heading', { level: 1, name: 'Não encontramos este PEI' })).toBeVisible();
  await patricia.close();
});

test('a plan out of reach looks like a plan that does not exist', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei(LARA);
  const lara = new URL(luciana.page.url()).pathname;
  const marcio = await Person.enter(browser, 'marcio.sales');
  for (const path of [lara, '/peis/00000000-0000-7000-8000-000000000000', '/peis/nonsense']) {
    await marcio.page.goto(path);
    await expect(marcio.page.getByRole('heading', { level: 1, name: 'Não encontramos este PEI' })).toBeVisible();
  }
  await Promise.all([luciana, marcio].map((person) => person.close()));
});

test('a plan in force is only read', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei('Téo Barreto', 'ec_potencialidades');
  await expect(luciana.page.getByText('O plano está em “Vigente”')).toBeVisible();
  await expect(luciana.text).toHaveAttribute('contenteditable', 'false');
  await luciana.close();
});
