import type { Page } from '@playwright/test';

/** Everything the page says about saving from now on, in order and without gaps, however short it was there. */
export async function saveWords(page: Page): Promise<() => Promise<string[]>> {
  const said = await page.evaluateHandle(() => {
    const words: string[] = [];
    const place = document.querySelector('[data-save]');
    if (!place) throw new Error('the page says nothing about saving');
    const look = () => {
      const now = place.querySelector('span')?.textContent ?? '';
      if (words.at(-1) !== now) words.push(now);
    };
    new MutationObserver(look).observe(place, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    return words;
  });
  return () => said.evaluate((words) => [...words]);
}

/** How often a text stands in another. */
export function times(text: string, part: string): number {
  return text.split(part).length - 1;
}
