import { expect, type Page, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { Person } from './support/people.ts';

const phone = { viewport: { width: 390, height: 844 } };
const REASON = 'Téo teve uma convulsão no ônibus e o SAMU pergunta pelos remédios.';

async function look(page: Page, name: string): Promise<void> {
  await expectClean(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide, 'nothing leaves the screen sideways').toBe(false);
  if (!process.env.SHOTS) return;
  const size = page.viewportSize();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png`, fullPage: true });
  }
  if (size) await page.setViewportSize(size);
}

test('the network opens a child’s record in an emergency; mother and direction read why, and the direction ends it', async ({
  browser,
}) => {
  const teresa = await Person.enter(browser, 'teresa.valadares', phone);
  const { page } = teresa;
  await expect(page.getByText('Téo')).toHaveCount(0);
  await page.getByRole('link', { name: /^Administra/ }).click();
  await page.getByLabel('Escola').selectOption({ label: 'EMEF Profa. Celina Arruda' });
  await page.getByRole('link', { name: 'Acesso de emergência' }).click();
  await expect(page.getByRole('heading', { name: 'O que acontece quando você abre' })).toBeVisible();
  // Part of a name finds nobody: a school is not leafed through like this.
  await page.getByLabel('Nome da criança').fill('Téo');
  await page.getByRole('button', { name: 'Procurar' }).click();
  await expect(page.getByText(/Nenhuma criança com este nome/)).toBeVisible();
  await page.getByLabel('Nome da criança').fill('teo barreto');
  await page.getByRole('button', { name: 'Procurar' }).click();
  await expect(page.getByRole('radio', { name: /Téo Barreto/ })).toBeChecked();
  await page.getByLabel('O que está acontecendo?').fill('urgente');
  await page.getByRole('button', { name: 'Abrir os registros de Téo Barreto' }).click();
  await expect(page.getByText('Escreva um pouco mais: pelo menos 20 letras.')).toBeVisible();
  await page.getByLabel('O que está acontecendo?').fill(REASON);
  await look(page, 'emergency-form');
  await page.getByRole('button', { name: 'Abrir os registros de Téo Barreto' }).click();
  await expect(
    page.getByRole('heading', { name: 'Os registros de Téo Barreto estão abertos para você' }),
  ).toBeVisible();
  await look(page, 'emergency-opened');
  await teresa.openPei('Téo Barreto', 'ec_potencialidades');
  await expect(teresa.text).toContainText('dinossauros');

  const denise = await Person.enter(browser, 'denise.barreto', phone);
  await denise.page.getByRole('link', { name: 'Quem viu os dados de Téo Barreto' }).click();
  const told = denise.page.getByRole('region', { name: 'Acesso de emergência' });
  await expect(told).toContainText('Teresa Valadares, gestão da rede');
  await expect(told).toContainText(REASON);
  await expect(denise.page.getByRole('listitem').filter({ hasText: 'Em emergência' }).first()).toContainText('Teresa');
  await look(denise.page, 'emergency-family');

  const otavio = await Person.enter(browser, 'otavio.lins');
  await otavio.page.goto('/administracao');
  await otavio.page.getByRole('link', { name: 'Acesso de emergência' }).click();
  const line = otavio.page.getByRole('listitem').filter({ hasText: REASON });
  await expect(line).toContainText('Aberto agora');
  await look(otavio.page, 'emergency-review');
  await line.getByRole('button', { name: 'Encerrar o acesso de Teresa Valadares a Téo Barreto' }).click();
  await expect(line.getByText('Aberto agora')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Você não tem mais acesso a este PEI' })).toBeVisible();
  await Promise.all([teresa, denise, otavio].map((person) => person.close()));
});
