import {
  activate,
  copyExample,
  expect,
  open,
  openPanel,
  test
} from './fixtures';
import { section, tabTo, typeInto } from './sidepanel';

test.describe('the form of the parameters', () => {
  test('has an input for each type, with help and default', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    const form = section(await openPanel(page), 'parameters');
    await expect(form.locator('.jp-Nb2pipe-field')).toHaveCount(6);
    const months = form.getByRole('textbox', { name: 'months' });
    await expect(months).toHaveValue('9');
    await expect(months).toHaveAccessibleDescription(
      /months of history that make the features.*Default: 9/
    );
    const scoring = form.getByRole('combobox', { name: 'scoring' });
    await expect(scoring).toHaveValue('0');
    await expect(scoring.locator('option')).toHaveText([
      'roc_auc',
      'average_precision',
      'neg_log_loss'
    ]);
    await scoring.selectOption('neg_log_loss');
    const field = form.locator('[data-parameter="scoring"]');
    await expect(field).toHaveAttribute('data-changed', 'true');
    await field.getByRole('button', { name: /^Reset/ }).click();
    await expect(field).toHaveAttribute('data-changed', 'false');
    await expect(scoring).toHaveValue('0');
  });

  test('says what is no value, and keeps what was typed', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    const panel = await openPanel(page);
    const form = section(panel, 'parameters');
    const months = form.getByRole('textbox', { name: 'months' });
    await months.fill('many');
    await expect(months).toHaveAttribute('aria-invalid', 'true');
    await expect(form.getByRole('alert')).toHaveText('Give a whole number.');
    await section(panel, 'parameters').locator('h2 button').click();
    await section(panel, 'parameters').locator('h2 button').click();
    await expect(months).toHaveValue('many');
    await form.getByRole('button', { name: 'Reset all' }).click();
    await expect(months).toHaveValue('9');
    await expect(form.getByRole('alert')).toHaveCount(0);
  });

  test('by keyboard alone', async ({ page, tmpPath }) => {
    await open(page, copyExample(tmpPath));
    await activate(page, 0);
    await page.keyboard.press('n');
    await page.keyboard.press('g');
    const form = section(page.locator('#nb2pipe-panel'), 'parameters');
    const size = form.getByRole('textbox', { name: 'test_size' });
    await size.waitFor();
    await tabTo(page, size);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.5');
    await expect(form.locator('[data-parameter="test_size"]')).toHaveAttribute(
      'data-changed',
      'true'
    );
    const scoring = form.getByRole('combobox', { name: 'scoring' });
    await tabTo(page, scoring);
    await page.keyboard.press('ArrowDown');
    await expect(scoring).toHaveValue('1');
    const reset = form.getByRole('button', { name: 'Reset all' });
    await tabTo(page, reset);
    await page.keyboard.press('Space');
    await expect(size).toHaveValue('0.25');
    await expect(scoring).toHaveValue('0');
  });

  test('follows the cell of the parameters', async ({ page, tmpPath }) => {
    await open(page, copyExample(tmpPath));
    const form = section(await openPanel(page), 'parameters');
    await expect(form.locator('.jp-Nb2pipe-field')).toHaveCount(6);
    await typeInto(
      page,
      3,
      '\nlogged: bool = True  # whether to take logarithms'
    );
    const logged = form.getByRole('checkbox', { name: 'logged' });
    await expect(logged).toBeChecked();
    await logged.uncheck();
    await expect(form.locator('[data-parameter="logged"]')).toHaveAttribute(
      'data-changed',
      'true'
    );
  });
});
