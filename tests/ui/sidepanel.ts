import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, type Locator, type Page } from '@playwright/test';

import { cell } from './fixtures';

/** A section of the panel. */
export function section(panel: Locator, name: string): Locator {
  return panel.locator(`.jp-Nb2pipe-section[data-section="${name}"]`);
}

/** A stage in the graph. */
export function stage(panel: Locator, name: string): Locator {
  return panel.locator(`.jp-Nb2pipe-node[data-stage="${name}"]`);
}

/** A link in the graph. */
export function link(panel: Locator, from: string, to: string): Locator {
  return panel.locator(
    `.jp-Nb2pipe-edge[data-from="${from}"][data-to="${to}"]`
  );
}

/** Make sure that a section is open. */
export async function expand(panel: Locator, name: string): Promise<Locator> {
  const toggle = section(panel, name).locator('h2 button');
  if ((await toggle.getAttribute('aria-expanded')) === 'false') {
    await toggle.press('Enter'); // a notification may lie over it
  }
  return section(panel, name);
}

/**
 * Press Tab until something has the focus.
 *
 * @param page - JupyterLab.
 * @param target - What is to get it.
 * @param key - Tab, or Shift+Tab.
 */
export async function tabTo(
  page: IJupyterLabPageFixture,
  target: Locator,
  key = 'Tab'
): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focused = await target.evaluate(
      element => element === document.activeElement
    );
    if (focused) {
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not lead to ${target}.`);
}

/** Expect that a cell is the active one and in view. */
export async function expectShown(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await expect(cell(page, index)).toHaveClass(/jp-mod-active/);
  await expect(cell(page, index)).toBeInViewport();
}

/** Type into a cell, at its end. */
export async function typeInto(
  page: Pick<Page, 'keyboard' | 'locator'>,
  index: number,
  text: string
): Promise<void> {
  await cell(page, index).locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}
