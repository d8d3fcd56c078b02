import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import {
  activate,
  cell,
  copyExample,
  expect,
  open,
  openPanel,
  save,
  savedTags,
  test
} from './fixtures';
import { expand, section, stage, tabTo } from './sidepanel';

/** Take all tags out of the notebook in front, and save it. */
async function untag(page: IJupyterLabPageFixture): Promise<void> {
  await activate(page, 0);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('u');
  await expect(page.locator('[data-nb2pipe-badge]')).toHaveCount(0);
  await save(page);
}

test.describe('suggesting stages', () => {
  test('shows a proposal first, and applies it as one step', async ({
    page,
    tmpPath
  }) => {
    const file = copyExample(tmpPath);
    await open(page, file);
    await untag(page);
    expect(savedTags(file).flat()).toEqual([]);
    const panel = await openPanel(page);
    const suggest = await expand(panel, 'suggest');
    const ask = suggest.locator('.jp-Nb2pipe-body').getByRole('button', {
      name: 'Suggest stages'
    });
    await ask.click();
    const proposed = suggest.locator('.jp-Nb2pipe-proposed > li');
    await expect(proposed.first()).toBeVisible();
    const stages = await proposed.locator('strong').allTextContents();
    expect(stages.length).toBeGreaterThan(2);
    for (const reason of await proposed
      .locator('.jp-Nb2pipe-advice')
      .allTextContents()) {
      expect(reason).toMatch(/\w/);
    }
    await save(page);
    expect(savedTags(file).flat()).toEqual([]);

    await suggest.getByRole('button', { name: 'Cancel' }).click();
    await expect(proposed).toHaveCount(0);

    await ask.click();
    await suggest.getByRole('button', { name: 'Apply' }).click();
    for (const name of stages) {
      await expect(stage(panel, name)).toBeVisible();
    }
    await expect(section(panel, 'findings')).not.toContainText('✗ Error');
    await save(page);
    const tags = savedTags(file).flat();
    for (const name of stages) {
      expect(tags).toContain(`stage:${name}`);
    }
    await activate(page, 0);
    await page.keyboard.press('z');
    await expect(page.locator('[data-nb2pipe-badge]')).toHaveCount(0);
    await save(page);
    expect(savedTags(file).flat()).toEqual([]);
  });

  test('by keyboard alone', async ({ page, tmpPath }) => {
    await open(page, copyExample(tmpPath));
    await untag(page);
    await page.keyboard.press('n');
    await page.keyboard.press('t');
    const suggest = section(page.locator('#nb2pipe-panel'), 'suggest');
    const apply = suggest.getByRole('button', { name: 'Apply' });
    await apply.waitFor();
    await tabTo(page, apply);
    await page.keyboard.press('Enter');
    await expect(suggest.getByRole('status')).toContainText(
      'The proposed tags are set'
    );
    await expect(suggest.getByRole('status')).toBeFocused();
    await expect(cell(page, 1)).toHaveAttribute('data-nb2pipe-badge', /./);
  });
});
