import { expect, type Page } from '@playwright/test';
import { expectClean } from './axe.ts';

async function expectFine(page: Page, name: string): Promise<void> {
  await expectClean(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide, 'nothing leaves the screen sideways').toBe(false);
}

/** The same as `look` for what would be gone after a change of width: a picture as it stands. */
export async function glance(page: Page, name: string): Promise<void> {
  await expectFine(page, name);
  const width = page.viewportSize()?.width;
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png` });
}

/** Nothing to complain about on this page, and nothing leaves it sideways. With `SHOTS=folder` a picture at both widths as well. */
export async function look(page: Page, name: string): Promise<void> {
  await expectFine(page, name);
  if (!process.env.SHOTS) return;
  const size = page.viewportSize();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png`, fullPage: true });
  }
  if (size) await page.setViewportSize(size);
}
