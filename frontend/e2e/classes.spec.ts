import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { glance, look } from './support/look.ts';
import { Person } from './support/people.ts';

const CLASS = '3º ano A';
const PHONE = { width: 390, height: 844 };
const mark = () => Date.now().toString(36);

test('a class is told something, a family confirms it, and the school sees who has', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado', { viewport: { width: 1280, height: 800 } });
  const denise = await Person.enter(browser, 'denise.barreto', { viewport: PHONE });
  await luciana.openConversation(CLASS, 'Comunicados da turma');
  await denise.openConversation(CLASS, 'Comunicados da turma');
  const title = `Reunião de pais ${mark()}`;
  await luciana.page.getByRole('button', { name: 'Novo comunicado' }).click();
  await luciana.page.getByRole('button', { name: 'Publicar para a turma' }).click();
  await expect(luciana.page.getByText('Escreva aqui.').first()).toBeVisible();
  await luciana.page.getByLabel('Título').fill(title);
  await luciana.page
    .getByLabel('O que a turma precisa saber')
    .fill('Na sexta, às 18h, na sala 4. Haverá quem fique com as crianças.');
  await glance(luciana.page, 'announcement-form');
  await luciana.page.getByRole('button', { name: 'Publicar para a turma' }).click();
  await expect(luciana.page.getByText('Comunicado publicado.', { exact: true })).toBeVisible();

  const card = denise.messages.filter({ hasText: title });
  await expect(card).toBeVisible();
  await expect(denise.page.getByLabel('Escreva uma mensagem')).toHaveCount(0);
  await look(denise.page, 'class-family');
  const own = luciana.messages.filter({ hasText: title });
  await own.getByRole('button', { name: 'Mudar o texto' }).click();
  await luciana.page.getByLabel('Escreva uma mensagem').fill('Na sexta, às 19h, na sala 4.');
  await luciana.page.getByLabel('Escreva uma mensagem').press('Enter');
  await expect(card).toContainText('às 19h');
  await card.getByRole('button', { name: 'Li e entendi' }).click();
  await expect(card.getByText('Você confirmou que leu.')).toBeVisible();
  await denise.page.reload();
  await expect(card.getByText('Você confirmou que leu.')).toBeVisible();

  await own.getByRole('button', { name: 'Quem leu' }).click();
  await expect(own.getByText(/1 de \d+ estudantes com confirmação/)).toBeVisible();
  await expect(own.getByText(/Denise Barreto: confirmou/)).toBeVisible();
  await glance(luciana.page, 'announcement-receipts');
  const download = luciana.page.waitForEvent('download');
  await own.getByRole('button', { name: 'Baixar a lista (planilha)' }).click();
  const table = await readFile(await (await download).path(), 'utf8');
  expect(table).toContain('Denise Barreto');

  // What she has confirmed stays what she confirmed.
  await own.getByRole('button', { name: 'Mudar o texto' }).click();
  await luciana.page.getByLabel('Escreva uma mensagem').fill('Na quinta.');
  await luciana.page.getByLabel('Escreva uma mensagem').press('Enter');
  await expect(luciana.page.getByText('Passou o tempo de mudar')).toBeVisible();
  await luciana.close();
  await denise.close();
});

test('a family opens a conversation of its own with the resource room', async ({ browser }) => {
  const denise = await Person.enter(browser, 'denise.barreto', { viewport: PHONE });
  await denise.page.goto('/conversas');
  const door = denise.page.getByRole('button', { name: 'Falar com a sala de recursos sobre Téo' });
  await look(denise.page, 'inbox-family');
  await door.click();
  await expect(denise.page.getByText('Só você, a sala de recursos e a coordenação leem.')).toBeVisible();
  const camila = await Person.enter(browser, 'camila.nobrega', { viewport: { width: 1280, height: 800 } });
  const word = `Posso passar aí amanhã? ${mark()}`;
  await denise.write(word);
  await camila.openConversation('Téo Barreto', 'Sala de recursos (AEE) · Denise Barreto');
  await expect(camila.messages.last()).toContainText(word);
  await glance(camila.page, 'desk-teacher');
  await denise.page.goto('/conversas');
  await expect(denise.page.getByRole('link').filter({ hasText: 'Sala de recursos (AEE)' })).toBeVisible();
  await expect(door).toHaveCount(0);
  await denise.close();
  await camila.close();
});
