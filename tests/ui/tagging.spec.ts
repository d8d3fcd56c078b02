import {
  activate,
  badge,
  cell,
  copyExample,
  expect,
  open,
  save,
  savedTags,
  test,
  writeNotebook
} from './fixtures';

test.describe('tagging cells', () => {
  test('shows the stages of the example on its cells', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    await expect(cell(page, 3)).toHaveAttribute(
      'data-nb2pipe-badge',
      'parameters'
    );
    expect(await badge(page, 1)).toBe('setup');
    await expect(cell(page, 7)).toHaveAttribute('data-nb2pipe-kind', 'own');
    await expect(cell(page, 7)).toHaveAttribute(
      'aria-description',
      'Stage load.'
    );
  });

  test('by keyboard alone: a new stage, undone in one step', async ({
    page,
    tmpPath
  }) => {
    const file = writeNotebook(`${tmpPath}/keys.ipynb`, [
      ['code', 'a = 1'],
      ['code', 'b = a'],
      ['markdown', 'Text'],
      ['code', 'c = b']
    ]);
    await open(page, file);
    await activate(page, 0);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('t');
    const field = page.getByRole('combobox', { name: 'Name of the stage' });
    await expect(field).toBeFocused();
    await page.keyboard.type('Load Data');
    await expect(
      page.getByText('The stage will be called load_data.')
    ).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(cell(page, 0)).toHaveAttribute(
      'data-nb2pipe-badge',
      'load_data'
    );
    await expect(cell(page, 1)).toHaveAttribute('data-nb2pipe-kind', 'own');
    await expect(cell(page, 3)).toHaveAttribute(
      'data-nb2pipe-kind',
      'inherited'
    );
    await page.keyboard.press('z');
    await expect(cell(page, 0)).not.toHaveAttribute('data-nb2pipe-badge', /./);
    await page.keyboard.press('Shift+Z');
    await expect(cell(page, 1)).toHaveAttribute(
      'data-nb2pipe-badge',
      'load_data'
    );
    await save(page);
    expect(savedTags(file)).toEqual([
      ['stage:load_data'],
      ['stage:load_data'],
      [],
      []
    ]);
  });
});
