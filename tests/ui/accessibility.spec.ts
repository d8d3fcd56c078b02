import AxeBuilder from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import {
  activate,
  copyExample,
  expect,
  open,
  openPanel,
  test,
  writeNotebook
} from './fixtures';
import { expand, link, section, stage } from './sidepanel';

/** What axe finds wrong in our parts of the page. */
async function violations(
  page: IJupyterLabPageFixture,
  part = '#nb2pipe-panel'
): Promise<string[]> {
  const results = await new AxeBuilder({ page: page as never })
    .include(part)
    .analyze();
  expect(results.passes.length).toBeGreaterThan(5);
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join('\n')}`
  );
}

/** Open every section, and in them what can be opened. */
async function expandAll(panel: Locator): Promise<void> {
  for (const name of ['suggest', 'stages', 'runs', 'conversion']) {
    await expand(panel, name);
  }
  await section(panel, 'stages')
    .getByRole('button', { name: /^train/ })
    .click();
  await link(panel, 'split', 'train').locator('text').click();
  await stage(panel, 'load').focus();
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme axe finds nothing wrong`, () => {
    test('in the panel of the example', async ({ page, tmpPath }) => {
      await useTheme(page, theme);
      await open(page, copyExample(tmpPath));
      const panel = await openPanel(page);
      await stage(panel, 'load').waitFor();
      await expandAll(panel);
      expect(await violations(page)).toEqual([]);
      await stage(panel, 'features').click();
      await section(panel, 'parameters')
        .getByRole('textbox', { name: 'months' })
        .fill('many');
      expect(await violations(page)).toEqual([]);
    });

    test('in findings and in a notebook without a pipeline', async ({
      page,
      tmpPath
    }) => {
      await useTheme(page, theme);
      const findings = writeNotebook(`${tmpPath}/findings.ipynb`, [
        ['code', 'x = [1]', 'stage:load'],
        ['code', 'y = x', 'stge:train'],
        ['code', 'z = (', 'stage:last']
      ]);
      await open(page, findings);
      const panel = await openPanel(page);
      await expect(section(panel, 'findings')).toContainText('Fix:');
      expect(await violations(page)).toEqual([]);
      await activate(page, 0);
      await page.keyboard.press('t');
      await page.getByRole('combobox', { name: 'Name of the stage' }).waitFor();
      expect(await violations(page, '.jp-Nb2pipe-stageField')).toEqual([]);
      await page.keyboard.press('Escape');
      await open(
        page,
        writeNotebook(`${tmpPath}/text.ipynb`, [['markdown', '# Title']])
      );
      await expect(panel).toContainText('has text but no code');
      expect(await violations(page)).toEqual([]);
    });
  });
}

async function useTheme(
  page: IJupyterLabPageFixture,
  theme: 'light' | 'dark'
): Promise<void> {
  if (theme === 'dark') {
    await page.theme.setDarkTheme();
  } else {
    await page.theme.setLightTheme();
  }
  await expect(page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    String(theme === 'light')
  );
}
