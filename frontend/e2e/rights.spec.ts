import { expect, test } from '@playwright/test';
import { look } from './support/look.ts';
import { Person } from './support/people.ts';

const phone = { viewport: { width: 390, height: 844 } };
const REASON = 'Téo teve uma convulsão no ônibus e o SAMU pergunta pelos remédios.';

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

test('a mother allows photos and takes it back; the teacher sees it at once and cannot change it', async ({
  browser,
}) => {
  const denise = await Person.enter(browser, 'denise.barreto', phone);
  const { page } = denise;
  await page.getByRole('link', { name: 'Privacidade de Téo Barreto' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Privacidade de Téo' })).toBeVisible();
  const photos = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Fotos' }) });
  await expect(photos).toContainText('Ainda sem resposta: não pode');
  await expect(photos).toContainText('Se você disser não, nada muda no atendimento da criança.');
  await photos.getByRole('button', { name: 'Sim, autorizo: Fotos' }).click();
  await expect(photos).toContainText('Você disse sim.');
  await expect(photos.getByText('Pode', { exact: true })).toBeVisible();
  await look(page, 'consents-family');

  const luciana = await Person.enter(browser, 'luciana.prado');
  await expect(luciana.page.getByRole('article').first()).toBeVisible();
  await look(luciana.page, 'students');
  await luciana.page.getByRole('link', { name: 'Privacidade de Téo Barreto' }).click();
  const seen = luciana.page.getByRole('listitem').filter({ has: luciana.page.getByRole('heading', { name: 'Fotos' }) });
  await expect(seen.getByText('Pode', { exact: true })).toBeVisible();
  await expect(luciana.page.getByRole('button', { name: /utorizar/ })).toHaveCount(0);
  await expect(luciana.page.getByText('Ver o que já foi decidido')).toHaveCount(0);
  await look(luciana.page, 'consents-team');

  // One press, and the open page of the teacher says so by itself.
  await photos.getByRole('button', { name: 'Não autorizo mais: Fotos' }).click();
  await expect(photos.getByText('Não pode', { exact: true })).toBeVisible();
  await expect(seen.getByText('Não pode', { exact: true })).toBeVisible({ timeout: 25_000 });
  await page.getByText('Ver o que já foi decidido').click();
  await expect(page.getByText('Fotos: Denise Barreto disse não')).toBeVisible();
  await expect(page.getByText('Fotos: Denise Barreto disse sim')).toBeVisible();
  await Promise.all([denise, luciana].map((person) => person.close()));
});

test('the coordination writes down what a mother signed on paper', async ({ browser }) => {
  const marina = await Person.enter(browser, 'marina.couto');
  const { page } = marina;
  await page.getByRole('link', { name: 'Privacidade de Lara Coutinho' }).click();
  await page.getByRole('button', { name: 'Anotar o que foi assinado no papel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quem assinou').selectOption({ label: 'Patrícia Coutinho (mãe)' });
  await dialog.getByLabel('Sobre o quê').selectOption({ label: 'Gravação da voz' });
  await dialog.getByLabel('Onde o papel está guardado').fill('Pasta 12, secretaria');
  await look(page, 'consents-paper');
  await dialog.getByRole('button', { name: 'Anotar' }).click();
  const voice = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Gravação da voz' }) });
  await expect(voice.getByText('Pode', { exact: true })).toBeVisible();
  await page.getByText('Ver o que já foi decidido').click();
  await expect(page.getByText('No papel, anotado por Marina Couto. Onde está: Pasta 12, secretaria')).toBeVisible();
  await look(page, 'consents-school');
  await marina.close();
});

test('a mother asks for a correction; it waits where the school answers, and she reads the answer', async ({
  browser,
}) => {
  const denise = await Person.enter(browser, 'denise.barreto', phone);
  const { page } = denise;
  await page.getByRole('link', { name: 'Privacidade de Téo Barreto' }).click();
  await page.getByRole('button', { name: 'Enviar o pedido' }).click();
  await expect(page.getByText('Escreva aqui.')).toHaveCount(2);
  await page.getByLabel('O que está errado?').fill('O Téo não tem medo de cachorro. Tem medo de barulho.');
  await page.getByLabel('Como deveria estar?').fill('Tem medo de barulho alto.');
  await page.getByRole('button', { name: 'Enviar o pedido' }).click();
  const request = page.getByRole('listitem').filter({ hasText: 'Tem medo de barulho alto.' });
  await expect(request).toContainText('Esperando resposta');
  await expect(request).toContainText('A escola responde até');
  await look(page, 'corrections-family');

  const otavio = await Person.enter(browser, 'otavio.lins');
  await otavio.page.goto('/administracao');
  await otavio.page.getByRole('link', { name: /Téo Barreto.*da família/ }).click();
  const waiting = otavio.page.getByRole('listitem').filter({ hasText: 'Tem medo de barulho alto.' });
  await waiting.getByLabel('Sua resposta').fill('Você tem razão. A professora vai corrigir esta semana.');
  await look(otavio.page, 'corrections-school');
  await waiting.getByRole('button', { name: 'Aceitar', exact: true }).click();
  await expect(waiting).toContainText('Aceito');
  await otavio.page.goto('/administracao');
  await expect(otavio.page.getByLabel('Procurar pessoa pelo nome')).toBeVisible();
  await look(otavio.page, 'administration');
  await expect(otavio.page.getByRole('heading', { name: 'Pedidos de correção' })).toHaveCount(0);

  await page.reload();
  await expect(request).toContainText('A professora vai corrigir esta semana.');
  await expect(request).toContainText('Resposta de Otávio Lins');
  await Promise.all([denise, otavio].map((person) => person.close()));
});
