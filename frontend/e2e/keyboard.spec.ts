import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, Person } from './support/people.ts';

/** Tabs until the focus is on an element with this accessible name; fails when it is never reached. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element) return '';
      const labelled = (element as HTMLInputElement).labels?.[0]?.textContent;
      return element.getAttribute('aria-label') ?? labelled ?? element.textContent ?? '';
    });
    if (name.test(here)) return;
  }
  throw new Error(`Tab never reaches ${name}`);
}

test('from the login to a saved sentence and a new goal without a mouse', async ({ browser }) => {
  const person = await Person.arrive(browser, 'camila.nobrega');
  const { page } = person;
  await page.goto('/entrar');
  await tabTo(page, /^E-mail$/);
  await page.keyboard.type('camila.nobrega@demo.kazumi.test');
  await tabTo(page, /^Senha$/);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Meus estudantes');

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Pular para o conteúdo' })).toBeFocused();
  await tabTo(page, /Abrir o PEI de Lara Coutinho/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Lara Coutinho' })).toBeVisible();

  await tabTo(page, /^Acompanhamento/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Acompanhamento' })).toBeVisible();
  await tabTo(page, /^Texto de Acompanhamento/);
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');

  // Alt+F10 to the toolbar, arrows inside it, and back to the text.
  await page.keyboard.press('Alt+F10');
  await expect(page.getByRole('button', { name: /^Título/ })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('button', { name: /^Negrito/ })).toBeFocused();
  await page.keyboard.press('Enter');
  const mark = `Pelo teclado ${Date.now().toString(36)}`;
  await page.keyboard.type(mark);
  await expect(page.locator('.prose-kz strong', { hasText: mark })).toBeVisible();
  await person.expectSaved();

  const [, , pei] = new URL(page.url()).pathname.split('/');
  await page.goto(`/peis/${pei}/metas`);
  await expect(page.getByRole('article').first()).toBeVisible();
  const count = await page.getByRole('article').count();
  await tabTo(page, /^Nova meta$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toHaveCount(count + 1);
  await page.keyboard.type('Meta pelo teclado');
  await person.expectSaved();
  await page.keyboard.press('Control+z');
  await person.close();
});

test('every control on a phone is large enough for a thumb', async ({ browser }) => {
  const person = await Person.enter(browser, 'luciana.prado', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const { page } = person;
  const tooSmall = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea')]
        .filter(
          (element) => element.offsetParent !== null && !element.closest('.prose-kz') && !element.matches('.sr-only'),
        )
        // A checkbox or radio is pressed through its label.
        .map((element) =>
          element.matches('[type=checkbox], [type=radio]')
            ? ((element as HTMLInputElement).labels?.[0] ?? element)
            : element,
        )
        .filter((element) => {
          const box = element.getBoundingClientRect();
          // A link whose whole card is the target.
          const stretched = getComputedStyle(element, '::after').position === 'absolute';
          return !stretched && box.height < 43.5;
        })
        .map((element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`),
    );
  expect(await tooSmall()).toEqual([]);
  for (const section of ['ec_potencialidades', 'metas']) {
    await person.openPei('Lara Coutinho', section);
    expect(await tooSmall()).toEqual([]);
  }
  await person.close();
});

test('nothing is cut off at twice the text size', async ({ browser }) => {
  const person = await Person.enter(browser, 'luciana.prado', { viewport: { width: 390, height: 844 } });
  const { page } = person;
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const section of ['ec_potencialidades', 'metas']) {
    await person.openPei('Lara Coutinho', section);
    await page.addStyleTag({ content: 'html { font-size: 212.5% !important; }' });
    expect(await overflow()).toBeLessThanOrEqual(0);
    await expect(person.save).toBeInViewport();
  }
  await person.close();
});
