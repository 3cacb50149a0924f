import { expect, type Page, test } from '@playwright/test';
import { sql } from './support/database.ts';
import { downloadedText } from './support/download.ts';
import { look } from './support/look.ts';
import { PASSWORD, Person } from './support/people.ts';

const phone = { viewport: { width: 390, height: 844 } };

/** The part of the file that people read: what is in it is stored as it is. */
function pageOf(file: string): string {
  return file.slice(file.indexOf('<!doctype html>'), file.indexOf('</html>') + '</html>'.length);
}

async function openPrivacy(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Privacidade de Téo Barreto' }).click();
  await expect(page.getByRole('heading', { name: 'Cópia de tudo' })).toBeVisible();
}

test('a mother takes everything about her son away in one file, proves who she is first, and sees who else did', async ({
  browser,
}) => {
  const denise = await Person.enter(browser, 'denise.barreto', phone);
  const { page } = denise;
  await openPrivacy(page);
  await look(page, 'dossier');
  // A proof of six minutes ago is none.
  await sql(`update login_sessions set confirmed_at = now() - interval '6 minutes'`);
  await page.getByRole('button', { name: 'Baixar uma cópia' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Senha', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Baixar uma cópia' })).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Baixar uma cópia' }).click();
  await dialog.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  const file = await downloadedText(page, () => dialog.getByRole('button', { name: 'Confirmar' }).click());
  await expect(page.getByText('Pronto: dossie.zip está nos seus arquivos baixados.')).toBeVisible();
  await look(page, 'dossier-done');

  // It opens without a network, without a finding, and holds what she may see and nothing of the team's own.
  const copy = await denise.context.newPage();
  await copy.route('**', (route) => route.abort());
  await copy.setContent(pageOf(file));
  await expect(copy.getByRole('heading', { level: 1, name: 'Dossiê de Téo Barreto' })).toBeVisible();
  await expect(copy.getByText('dinossauros').first()).toBeVisible();
  await expect(copy.getByText('demandas e contexto')).toHaveCount(0);
  await expect(copy.getByRole('heading', { name: 'Quem pediu uma cópia' })).toBeVisible();
  await look(copy, 'dossier-file');
  await copy.close();

  const otavio = await Person.enter(browser, 'otavio.lins');
  await openPrivacy(otavio.page);
  const theirs = await downloadedText(otavio.page, () =>
    otavio.page.getByRole('button', { name: 'Baixar uma cópia' }).click(),
  );
  expect(pageOf(theirs)).toContain('Estudo de caso: demandas e contexto');
  await page.getByRole('link', { name: 'Quem viu os dados' }).click();
  const copies = page.getByRole('region', { name: 'Quem pediu uma cópia de tudo' });
  await expect(copies.getByRole('listitem').first()).toContainText('Otávio Lins');
  await expect(copies.getByRole('listitem').first()).toContainText('direção');
  await expect(copies.getByRole('listitem').last()).toContainText('você · família');
  await look(page, 'accesses-copies');
  await Promise.all([denise, otavio].map((person) => person.close()));
});

test('the teacher is not offered a copy, and a server that cannot make one says so', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.page.getByRole('link', { name: 'Privacidade de Téo Barreto' }).click();
  await expect(luciana.page.getByRole('heading', { name: 'Autorizações' })).toBeVisible();
  await expect(luciana.page.getByRole('button', { name: 'Baixar uma cópia' })).toHaveCount(0);

  const denise = await Person.enter(browser, 'denise.barreto', phone);
  await openPrivacy(denise.page);
  await denise.page.route(/\/dossier$/, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'overloaded', status: 503, request_id: 'x' }),
    }),
  );
  await denise.page.getByRole('button', { name: 'Baixar uma cópia' }).click();
  await expect(denise.page.getByRole('alert')).toContainText('outra cópia sua ainda está sendo baixada');
  await denise.page.unroute(/\/dossier$/);
  await denise.page.route(/\/dossier$/, (route) => route.abort());
  await denise.page.getByRole('button', { name: 'Baixar uma cópia' }).click();
  await expect(denise.page.getByRole('alert')).toBeVisible();
  await Promise.all([luciana, denise].map((person) => person.close()));
});
