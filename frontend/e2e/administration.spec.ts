import { expect, type Page, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { sql } from './support/database.ts';
import { PASSWORD, Person } from './support/people.ts';

const AT_ONCE = { timeout: 5_000 };
const GONE = 'Você não tem mais acesso a este PEI';

/** Local copies of plans on this device. */
const keptPlans = (page: Page) =>
  page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.includes('pei/')),
  );

async function openStudent(marina: Person, name: string): Promise<void> {
  const { page } = marina;
  await page.goto('/');
  await page.getByRole('link', { name: /^Administra/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Administração' })).toBeVisible();
  await page.getByRole('main').getByText('Estudantes', { exact: true }).click();
  await page.getByLabel('Procurar estudante pelo nome').fill(name.split(' ')[0]?.toLowerCase().normalize('NFD') ?? '');
  await page.getByRole('link', { name: new RegExp(name) }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

test('a coordinator ends a link that is in use: she reads what it means, the page closes, nothing stays on the device, and it can be undone', async ({
  browser,
}) => {
  const [marina, wesley] = await Promise.all([
    Person.enter(browser, 'marina.couto'),
    Person.enter(browser, 'wesley.duarte'),
  ]);
  await wesley.openPei('Téo Barreto', 'ec_potencialidades');
  await expect(wesley.text).toContainText('dinossauros');
  await expect.poll(() => keptPlans(wesley.page)).not.toEqual([]);

  await openStudent(marina, 'Téo Barreto');
  const { page } = marina;
  await page.getByRole('button', { name: 'Encerrar o vínculo de Wesley Duarte' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ver o que muda' }).click();
  await expect(dialog.getByText('Wesley Duarte deixará de ver o PEI de Téo Barreto agora.')).toBeVisible();
  await expect(wesley.text).toContainText('dinossauros');
  await dialog.getByRole('button', { name: 'Confirmar: Wesley deixará de ver Téo' }).click();

  await expect(wesley.page.getByRole('heading', { level: 1, name: GONE })).toBeVisible(AT_ONCE);
  await expect(wesley.page.getByText('dinossauros')).toHaveCount(0);
  await expect(wesley.page.getByText('Téo')).toHaveCount(0);
  await expect.poll(() => keptPlans(wesley.page)).toEqual([]);
  await wesley.page.getByRole('link', { name: 'Ir para meus estudantes' }).click();
  await expect(wesley.page.getByRole('article').first()).toBeVisible();
  await expect(wesley.page.getByText('Téo')).toHaveCount(0);

  await expect(page.getByText('O vínculo de Wesley Duarte terminou.', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Encerrar o vínculo de Wesley Duarte' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Desfazer' }).click();
  await expect(page.getByRole('button', { name: 'Encerrar o vínculo de Wesley Duarte' })).toBeVisible();
  await wesley.openPei('Téo Barreto', 'ec_potencialidades');
  await expect(wesley.text).toContainText('dinossauros');
  await Promise.all([marina, wesley].map((person) => person.close()));
});

test('a judicial restriction hides the child at once, asks for the password when the proof is old, and can be lifted', async ({
  browser,
}) => {
  const [marina, patricia] = await Promise.all([
    Person.enter(browser, 'marina.couto'),
    Person.enter(browser, 'patricia.coutinho'),
  ]);
  await patricia.openPei('Lara Coutinho', 'ec_familia');
  await expect(patricia.text.last()).toBeVisible();
  await expect.poll(() => keptPlans(patricia.page)).not.toEqual([]);
  await openStudent(marina, 'Lara Coutinho');
  const { page } = marina;
  const restrict = async (restricted: boolean, says: RegExp) => {
    await page.getByRole('button', { name: 'Mudar os dados de Patrícia Coutinho' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Há restrição judicial').setChecked(restricted);
    await dialog.getByRole('button', { name: 'Ver o que muda' }).click();
    await expect(dialog.getByText(says)).toBeVisible();
    await dialog.getByRole('button', { name: /^Confirmar/ }).click();
  };
  await sql(`update login_sessions set confirmed_at = now() - interval '1 hour'`);
  await restrict(true, /Patrícia Coutinho deixará de ver o PEI de Lara Coutinho agora/);
  await page.getByLabel(/Senha/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Confirmar', exact: true }).click();

  await expect(patricia.page.getByRole('heading', { level: 1, name: GONE })).toBeVisible(AT_ONCE);
  await expect(patricia.page.getByText('Lara')).toHaveCount(0);
  await expect.poll(() => keptPlans(patricia.page)).toEqual([]);
  await expect(page.getByText('A justiça proibiu o acesso desta pessoa.')).toBeVisible();

  await restrict(false, /Patrícia Coutinho passará a ver o PEI de Lara Coutinho agora/);
  await expect(page.getByText('A justiça proibiu o acesso desta pessoa.')).toHaveCount(0);
  await patricia.openPei('Lara Coutinho', 'ec_familia');
  await Promise.all([marina, patricia].map((person) => person.close()));
});

test('a principal closes an account, which signs the person out, and opens it again', async ({ browser }) => {
  const [otavio, sonia] = await Promise.all([
    Person.enter(browser, 'otavio.lins'),
    Person.enter(browser, 'sonia.aleixo'),
  ]);
  const { page } = otavio;
  await page.goto('/administracao');
  await page.getByLabel('Procurar pessoa pelo nome').fill('sonia');
  await page.getByRole('link', { name: /Sônia Aleixo/ }).click();
  await page.getByRole('button', { name: 'Fechar a conta' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Sônia Aleixo deixará de ver o PEI de/).first()).toBeVisible();
  await dialog.getByRole('button', { name: /^Confirmar/ }).click();
  await expect(page.getByText(/A conta está fechada desde/)).toBeVisible();
  await sonia.page.reload();
  await expect(sonia.page.getByLabel('E-mail')).toBeVisible();
  await page.getByRole('button', { name: 'Abrir a conta de novo' }).click();
  await dialog.getByRole('button', { name: /^Confirmar/ }).click();
  await expect(page.getByText('A conta está aberta: a pessoa pode entrar.')).toBeVisible();
  await Promise.all([otavio, sonia].map((person) => person.close()));
});

test('who administers nothing is shown no way there and finds nothing there', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  const { page } = luciana;
  await expect(page.getByRole('article').first()).toBeVisible();
  await expect(page.getByRole('link', { name: /^Administra/ })).toHaveCount(0);
  await page.goto('/administracao');
  await expect(page.getByText('Você não administra nenhuma escola')).toBeVisible();
  await luciana.close();
});

for (const width of [390, 1280]) {
  test(`axe finds nothing in administration (${width} px)`, async ({ browser }) => {
    const options = { viewport: { width, height: width === 390 ? 844 : 800 } };
    const otavio = await Person.enter(browser, 'otavio.lins', options);
    const { page } = otavio;
    const look = async (name: string) => {
      await expectClean(page, name);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png` });
    };
    await page.goto('/administracao');
    await expect(page.getByRole('link', { name: /Camila Nóbrega/ })).toBeVisible();
    await look('people');
    await page.getByLabel('Procurar pessoa pelo nome').fill('xyz');
    await expect(page.getByText('Ninguém por aqui')).toBeVisible();
    await look('people-empty');
    await page.getByLabel('Procurar pessoa pelo nome').fill('Wesley');
    await page.getByRole('link', { name: /Wesley Duarte/ }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Funções' })).toBeVisible();
    await look('person');
    await page.getByRole('button', { name: /Encerrar a função/ }).click();
    await page.getByRole('button', { name: 'Ver o que muda' }).click();
    await expect(page.getByRole('button', { name: /^Confirmar/ })).toBeVisible();
    await look('end-function');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Dar uma função' }).click();
    await page.getByLabel('Função', { exact: true }).selectOption('coordinator');
    await page.getByRole('button', { name: 'Ver o que muda' }).click();
    await expect(page.getByRole('button', { name: /^Confirmar/ })).toBeVisible();
    await look('give-function');
    await page.keyboard.press('Escape');
    await openStudent(otavio, 'Téo Barreto');
    await look('student');
    await page.getByRole('button', { name: 'Encerrar o vínculo de Wesley Duarte' }).click();
    await look('end-link-form');
    await page.getByRole('button', { name: 'Ver o que muda' }).click();
    await expect(page.getByRole('button', { name: /^Confirmar/ })).toBeVisible();
    await look('end-link');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Mudar os dados de Denise Barreto' }).click();
    await look('guardian');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Incluir na equipe' }).click();
    await expect(page.getByRole('radio').first()).toBeVisible();
    await look('add-to-team');
    await page.keyboard.press('Escape');
    await otavio.close();
  });
}
