import { type Browser, expect, test } from '@playwright/test';
import { glance, look } from './support/look.ts';
import { cuttable, Person } from './support/people.ts';

const LARA = 'Lara Coutinho';
const FAMILY = 'Família e escola';
const PHONE = { width: 390, height: 844 };

/** Nobody has written the same before, however often the tests run on one server. */
const mark = () => Date.now().toString(36);

async function teacherAndMother(browser: Browser): Promise<[Person, Person]> {
  const luciana = await Person.enter(browser, 'luciana.prado', { viewport: { width: 1280, height: 800 } });
  const patricia = await Person.enter(browser, 'patricia.coutinho', { viewport: PHONE });
  await luciana.openConversation(LARA, FAMILY);
  await patricia.openConversation(LARA, FAMILY);
  return [luciana, patricia];
}

test('two people talk, in both directions, and each sees what became of her words', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const one = `A Lara leu sozinha hoje ${mark()}`;
  await luciana.write(one);
  await expect(patricia.messages.last()).toContainText(one);
  await expect(patricia.page.getByRole('article', { name: /^Luciana Prado, / }).last()).toContainText(one);

  const two = `Que notícia boa ${mark()}`;
  await patricia.page.getByLabel('Escreva uma mensagem').pressSequentially(two.slice(0, 5));
  await expect(luciana.page.getByText('Patrícia está escrevendo…')).toBeVisible();
  await patricia.write(two);
  await expect(luciana.messages.last()).toContainText(two);

  await patricia.page.bringToFront();
  const mine = luciana.messages.filter({ hasText: one });
  await mine.getByRole('button', { name: /Enviada|Chegou para todos|Lida por todos/ }).click();
  await expect(mine.getByRole('status')).toHaveText(/Lida por 1 de \d+\. Falta: |Lida por todos/);

  await look(luciana.page, 'conversation-teacher');
  await look(patricia.page, 'conversation-family');
  await luciana.close();
  await patricia.close();
});

test('an answer quotes what it answers, and one press is an answer for a family', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const question = `A senhora vem à reunião? ${mark()}`;
  await luciana.write(question);
  const asked = patricia.messages.filter({ hasText: question });
  await asked.getByRole('button', { name: 'Mais' }).click();
  await asked.getByRole('button', { name: 'Responder', exact: true }).click();
  await expect(patricia.page.getByLabel('Escreva uma mensagem')).toBeFocused();
  await patricia.page.getByRole('button', { name: 'Vou', exact: true }).click();
  const answer = luciana.messages.last();
  await expect(answer).toContainText('Vou');
  await answer.getByRole('button', { name: /Ir para a mensagem de Você/ }).click();
  await expect(luciana.messages.filter({ hasText: question }).locator('.bg-mark')).toBeVisible();

  // By keyboard alone.
  await luciana.messages.last().getByRole('button', { name: 'Responder', exact: true }).focus();
  await luciana.page.keyboard.press('Enter');
  await expect(luciana.page.getByText('Resposta a Patrícia Coutinho')).toBeVisible();
  await expect(luciana.page.getByLabel('Escreva uma mensagem')).toBeFocused();
  await luciana.close();
  await patricia.close();
});

test('a message is changed, reacted to and taken back, and the other sees it at once', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const word = mark();
  await luciana.write(`A reunião é dia 12 ${word}`);
  const hers = patricia.messages.filter({ hasText: word });
  await expect(hers).toBeVisible();
  const mine = luciana.messages.filter({ hasText: word });

  await mine.getByRole('button', { name: 'Mais' }).click();
  await mine.getByRole('button', { name: 'Mudar o texto' }).click();
  await expect(luciana.page.getByText('Mudando a sua mensagem')).toBeVisible();
  const field = luciana.page.getByLabel('Escreva uma mensagem');
  await expect(field).toHaveValue(`A reunião é dia 12 ${word}`);
  await field.fill(`A reunião é dia 13 ${word}`);
  await field.press('Enter');
  await expect(hers).toContainText(`A reunião é dia 13 ${word}`);
  await expect(hers).toContainText('Mudada');
  await expect(field).toHaveValue('');
  await mine.getByRole('button', { name: 'Mais' }).click();
  await glance(luciana.page, 'message-actions-teacher');
  await mine.getByRole('button', { name: 'Mais' }).click();

  await hers.getByRole('button', { name: 'Mais' }).click();
  await expect(hers.getByRole('button', { name: 'Mudar o texto' })).toHaveCount(0);
  await glance(patricia.page, 'message-actions-family');
  await hers.getByRole('button', { name: 'Amei', exact: true }).click();
  await expect(mine.getByRole('button', { name: 'Amei: Patrícia Coutinho' })).toBeVisible();
  await glance(luciana.page, 'message-reactions-teacher');
  await hers.getByRole('button', { name: /^Amei: Você/ }).click();
  await expect(mine.getByRole('button', { name: /^Amei/ })).toHaveCount(0);

  await mine.getByRole('button', { name: 'Mais' }).click();
  await mine.getByRole('button', { name: 'Apagar', exact: true }).click();
  await expect(mine.getByText('Apagar para todos?')).toBeVisible();
  await glance(luciana.page, 'message-delete-teacher');
  await mine.getByRole('button', { name: 'Apagar', exact: true }).click();
  await expect(patricia.messages.last()).toContainText('Mensagem apagada');
  await expect(luciana.messages.last()).toContainText('Você apagou esta mensagem');
  await expect(patricia.page.getByText(word)).toHaveCount(0);
  await glance(patricia.page, 'message-deleted-family');
  // Nor on the device, nor from the log.
  await patricia.page.reload();
  await expect(patricia.messages.last()).toContainText('Mensagem apagada');
  await expect(patricia.page.getByText(word)).toHaveCount(0);
  await luciana.close();
  await patricia.close();
});

test('what comes in quick succession stays in sight, but for somebody who reads further up', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const word = mark();
  for (let each = 1; each <= 12; each += 1) await luciana.write(`Foto ${each} da festa ${word}`);
  await expect(patricia.messages.last()).toContainText(`Foto 12 da festa ${word}`);
  await expect(patricia.messages.last()).toBeInViewport();

  await patricia.page.getByRole('log').hover();
  await patricia.page.mouse.wheel(0, -600);
  const pill = patricia.page.getByRole('button', { name: 'Ir para a última' });
  await expect(pill).toBeVisible();
  await luciana.write(`Mais uma ${word}`);
  const news = patricia.page.getByRole('button', { name: '1 nova' });
  await expect(news).toBeVisible();
  await news.click();
  await expect(patricia.messages.last()).toContainText(`Mais uma ${word}`);
  await expect(patricia.messages.last()).toBeInViewport();
  await luciana.close();
  await patricia.close();
});

test('what was written without network arrives once and in order, although the tab was killed', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const word = mark();
  await patricia.context.setOffline(true);
  await expect(patricia.page.getByText(/^Sem conexão\. Atualizado às \d\d:\d\d\./)).toBeVisible();
  const texts = [1, 2, 3].map((each) => `Escrito no ônibus, parte ${each} ${word}`);
  for (const text of texts) {
    await patricia.write(text);
    await expect(patricia.messages.last()).toContainText(text);
  }
  await expect(patricia.page.getByText('3 mensagens esperando.')).toBeVisible();
  await look(patricia.page, 'conversation-offline');

  const address = patricia.page.url();
  await patricia.page.close();
  await patricia.context.setOffline(false);
  const again = await patricia.context.newPage();
  await again.goto(address);
  const arrived = luciana.messages.filter({ hasText: word });
  await expect(arrived).toHaveCount(3);
  const seen = (await arrived.allInnerTexts()).map((text) => /parte (\d)/.exec(text)?.[1]);
  expect(seen).toEqual(['1', '2', '3']);
  await expect(again.getByRole('log').getByRole('article').filter({ hasText: word })).toHaveCount(3);
  await expect(again.getByText('mensagens esperando')).toHaveCount(0);
  await luciana.close();
  await patricia.close();
});

test('new messages are counted until they are read, on whichever device', async ({ browser }) => {
  const [luciana, patricia] = await teacherAndMother(browser);
  const word = mark();
  // What the class was told in the demo is read first.
  await luciana.openConversation('3º ano A', 'Comunicados da turma');
  await luciana.page.bringToFront();
  await expect(luciana.page.getByRole('link', { name: 'Conversas', exact: true })).toBeVisible();
  await luciana.openConversation(LARA, FAMILY);
  const other = await Person.enter(browser, 'luciana.prado', { viewport: { width: 1280, height: 800 } });
  await other.openConversation(LARA, FAMILY);
  // Within the application, so that the connection stays.
  for (const { page } of [luciana, other]) await page.getByRole('link', { name: 'Meus estudantes' }).click();
  for (const each of [1, 2]) await patricia.write(`Recado ${each} ${word}`);

  for (const { page } of [luciana, other]) {
    await expect(page.getByRole('link', { name: /^Conversas ?: 2 mensagens não lidas$/ })).toBeVisible();
    await expect(page.getByText('2 mensagens novas em Lara · família', { exact: true })).toBeVisible();
  }
  await luciana.page.goto('/conversas');
  await expect(luciana.page.getByRole('link').filter({ hasText: `Recado 2 ${word}` })).toContainText('2 não lidas');
  await look(luciana.page, 'conversations');
  await luciana.openConversation(LARA, FAMILY);
  await expect(luciana.page.getByText('2 mensagens novas', { exact: true })).toBeVisible();
  await luciana.page.bringToFront();
  for (const { page } of [luciana, other])
    await expect(page.getByRole('link', { name: 'Conversas', exact: true })).toBeVisible();
  await expect(luciana.page.getByText('2 mensagens novas', { exact: true })).toBeVisible();
  for (const person of [luciana, patricia, other]) await person.close();
});

test('what the server refuses stays on the screen until its author decides', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado', { viewport: PHONE });
  const { page } = luciana;
  let refuse = true;
  await page.routeWebSocket(/\/ws\/chat/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const frame = JSON.parse(String(text)) as { t: string; request?: number };
      if (frame.t === 'publish' && refuse)
        socket.send(JSON.stringify({ t: 'nack', request: frame.request, code: 'forbidden', retry_after_ms: 0 }));
      else server.send(text);
    });
  });
  await luciana.login();
  await luciana.openConversation(LARA, 'Equipe');
  const text = `Vamos conversar na quinta ${mark()}`;
  await luciana.write(text);
  await expect(page.getByRole('alert')).toHaveText('Não enviada. Você pode ler esta conversa, mas não escrever nela.');
  await look(page, 'conversation-refused');
  await page.reload();
  await expect(page.getByRole('alert')).toBeVisible();
  refuse = false;
  await page.getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(
    luciana.messages.filter({ hasText: text }).getByRole('button', { name: /Enviada|Chegou|Lida/ }),
  ).toBeVisible();

  refuse = true;
  await luciana.write('Isto não');
  await page.getByRole('button', { name: 'Apagar' }).click();
  await expect(luciana.messages.filter({ hasText: 'Isto não' })).toHaveCount(0);
  await luciana.close();
});

test('on a shared computer nothing of a conversation is written down, and the page says so', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const line = await cuttable(luciana.page, /\/ws\/chat/);
  await luciana.login(true);
  await luciana.openConversation(LARA, FAMILY);
  await line.cut();
  await luciana.write(`Escrito na biblioteca ${mark()}`);
  await expect(luciana.page.getByText('Nada fica guardado neste computador')).toBeVisible();
  const kept = await luciana.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(kept).toEqual([]);
  line.mend();
  await expect(luciana.page.getByText('Nada fica guardado neste computador')).toHaveCount(0);
  await luciana.close();
});
