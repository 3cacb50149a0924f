import { expect, test } from '@playwright/test';
import { Person } from './support/people.ts';
import { restartServer } from './support/state.ts';

const LARA = 'Lara Coutinho';

test('two people type in one section at the same time, and both texts survive a killed server', async ({ browser }) => {
  test.setTimeout(120_000);
  const [luciana, rafael] = await Promise.all([
    Person.enter(browser, 'luciana.prado'),
    Person.enter(browser, 'rafael.meira'),
  ]);
  await Promise.all([luciana, rafael].map((person) => person.openPei(LARA, 'ec_potencialidades')));
  const mark = Date.now().toString(36);
  const one = `Conta histórias com detalhes ${mark}.`;
  const two = `Responde melhor com apoio visual ${mark}.`;

  await luciana.text.click();
  await luciana.page.keyboard.press('Control+Home');
  await rafael.text.click();
  await rafael.page.keyboard.press('Control+End');
  await Promise.all([
    luciana.page.keyboard.type(one, { delay: 25 }),
    rafael.page.keyboard.type(` ${two}`, { delay: 25 }),
  ]);

  for (const person of [luciana, rafael]) {
    await expect(person.text).toContainText(one);
    await expect(person.text).toContainText(two);
    await person.expectSaved();
  }
  expect(await luciana.text.locator('p').allInnerTexts()).toBeTruthy();

  await expect(luciana.text.locator('.caret-name', { hasText: 'Rafael' })).toBeAttached();
  await expect(rafael.text.locator('.caret-name', { hasText: 'Luciana' })).toBeAttached();
  await expect(luciana.page.getByRole('region', { name: 'Agora neste PEI' })).toContainText('Rafael Meira');

  await restartServer();

  // Both come back by themselves and go on.
  await luciana.page.keyboard.type(' Voltei.', { delay: 25 });
  await expect(luciana.save).toHaveAttribute('data-save', 'saved', { timeout: 30_000 });
  await expect(rafael.text).toContainText('Voltei.', { timeout: 30_000 });

  // A third person, who was not here, reads it from the database.
  const camila = await Person.enter(browser, 'camila.nobrega');
  await camila.openPei(LARA, 'ec_potencialidades');
  await expect(camila.text).toContainText(one);
  await expect(camila.text).toContainText(two);
  await expect(camila.text).toContainText('Voltei.');
  await Promise.all([luciana, rafael, camila].map((person) => person.close()));
});

test('two people write one goal at the same time, and it survives a killed server', async ({ browser }) => {
  test.setTimeout(120_000);
  const [luciana, camila] = await Promise.all([
    Person.enter(browser, 'luciana.prado'),
    Person.enter(browser, 'camila.nobrega'),
  ]);
  await Promise.all([luciana, camila].map((person) => person.openPei(LARA, 'metas')));
  const mark = Date.now().toString(36);

  const goals = luciana.page.getByRole('article');
  const before = await goals.count();
  await luciana.page.getByRole('button', { name: 'Nova meta' }).click();
  await expect(goals).toHaveCount(before + 1);
  const number = before + 1;
  const field = (person: Person, name: string) =>
    person.page.getByRole('textbox', { name: `${name} da meta ${number}`, exact: true });
  await expect(field(luciana, 'O que se espera')).toBeFocused();
  await expect(field(camila, 'O que se espera')).toBeVisible();

  await field(camila, 'O que se espera').click();
  await Promise.all([
    luciana.page.keyboard.type(`Ler bilhetes curtos ${mark}`, { delay: 25 }),
    camila.page.keyboard.type(`com apoio visual ${mark}`, { delay: 25 }),
  ]);
  // Typed into one text at once: every letter is there, in whatever order the two streams met.
  const typed = [...`Ler bilhetes curtos ${mark}com apoio visual ${mark}`].sort().join('');
  const value = async (person: Person) => await field(person, 'O que se espera').inputValue();
  await expect.poll(async () => [...(await value(camila))].sort().join('')).toBe(typed);
  await expect.poll(async () => (await value(luciana)) === (await value(camila))).toBe(true);

  await field(camila, 'Ponto de partida').fill('2 de 10 bilhetes');
  await field(luciana, 'Como saberemos que alcançou').fill('8 de 10 bilhetes');
  await luciana.page.getByRole('article').last().getByLabel('Área').selectOption('leitura');
  await camila.page.getByRole('article').last().getByLabel('Prazo').fill('2027-06-30');
  await camila.page.getByRole('article').last().getByRole('button', { name: 'Escolher responsáveis' }).click();
  await camila.page
    .getByRole('article')
    .last()
    .getByRole('checkbox', { name: /Luciana Prado/ })
    .check();

  await expect(field(luciana, 'Ponto de partida')).toHaveValue('2 de 10 bilhetes');
  await expect(field(camila, 'Como saberemos que alcançou')).toHaveValue('8 de 10 bilhetes');
  await expect(camila.page.getByRole('article').last()).toContainText('Leitura');
  await luciana.expectSaved();
  await camila.expectSaved();
  const together = await value(luciana);

  await restartServer();
  await luciana.page.reload();
  await expect(field(luciana, 'O que se espera')).toHaveValue(together, { timeout: 30_000 });
  await expect(field(luciana, 'Ponto de partida')).toHaveValue('2 de 10 bilhetes');
  await expect(luciana.page.getByRole('article').last().getByLabel('Prazo')).toHaveValue('2027-06-30');
  await expect(luciana.page.getByRole('article').last()).toContainText('Luciana Prado');
  await Promise.all([luciana, camila].map((person) => person.close()));
});

test('a deleted goal comes back whole, and goals move for everybody', async ({ browser }) => {
  const [luciana, camila] = await Promise.all([
    Person.enter(browser, 'luciana.prado'),
    Person.enter(browser, 'camila.nobrega'),
  ]);
  await Promise.all([luciana, camila].map((person) => person.openPei(LARA, 'metas')));
  const first = (person: Person) =>
    person.page.getByRole('textbox', { name: 'O que se espera da meta 1', exact: true });
  const text = await first(luciana).inputValue();
  const count = await luciana.page.getByRole('article').count();

  await luciana.page.getByRole('button', { name: 'Descer a meta 1' }).click();
  await expect(first(camila)).not.toHaveValue(text);
  await luciana.page.getByRole('button', { name: 'Subir a meta 2' }).click();
  await expect(first(camila)).toHaveValue(text);

  await luciana.page.getByRole('button', { name: 'Excluir a meta 1' }).click();
  await expect(camila.page.getByRole('article')).toHaveCount(count - 1);
  await luciana.page.getByRole('button', { name: 'Desfazer', exact: true }).click();
  await expect(camila.page.getByRole('article')).toHaveCount(count);
  await expect(first(camila)).toHaveValue(text);
  await Promise.all([luciana, camila].map((person) => person.close()));
});
