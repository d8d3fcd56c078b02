import {
  badge,
  cell,
  copyExample,
  expect,
  freshTest as test,
  open,
  openPanel
} from './fixtures';
import { expectPicture } from './pictures';
import { section } from './sidepanel';

test('the tagged notebook with the panel is as in the README', async ({
  page,
  tmpPath
}) => {
  await open(page, copyExample(tmpPath));
  const panel = await openPanel(page);
  await expect(panel.locator('.jp-Nb2pipe-node')).toHaveCount(8);
  await page.sidebar.close('left');
  await page.evaluate(() => {
    document
      .querySelector('.jp-NotebookPanel .jp-Cell[data-windowed-list-index="7"]')
      ?.scrollIntoView();
  });
  await expect(cell(page, 7)).toBeInViewport();
  expect(await badge(page, 7)).toBe('load');
  for (const name of ['Tag cells', 'Suggest stages']) {
    const toggle = panel.getByRole('button', { name });
    if ((await toggle.getAttribute('aria-expanded')) === 'true') {
      await toggle.click();
    }
  }
  await expect(section(panel, 'graph')).toContainText('X_train, y_train');
  await expectPicture(page, 'tagged');
});
