import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openedWindow } from './support/opened.js';
import { closeDialog, dialog, startAfresh } from './support/window.js';

/** Keys of a length that no key of the site has. */
const keys = Array.from({ length: 300 }, (_, at) => `OldShop${String(at).padStart(5, '0')}`);
const lines = [...keys, ...keys.slice(0, 3), 'x'.repeat(65)];

describe('importing keys through the window', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moondesk-e2e-import-'));
    file = join(folder, 'old.txt');
    await writeFile(file, lines.join('\r\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const { site, console } = openedWindow({ users: 300, more: () => ({ env: { MOONDESK_IMPORT_FILE: file } }) });

  const verdicts = async (): Promise<Record<string, string>> => {
    const report = dialog(console.page).getByRole('table', { name: '检查结果' });
    await report.waitFor();
    const rows = await report.locator('tbody tr').all();
    const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
    return Object.fromEntries(cells.map(([verdict = '', count = '']) => [verdict, count]));
  };
  const cards = async (): Promise<number> => {
    const [row] = await site.rows<{ n: string }>('SELECT COUNT(*) AS n FROM card_keys');
    return Number(row?.n);
  };
  const choose = async (): Promise<void> => {
    const { page } = console;
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.getByRole('button', { name: '导入…' }).first().click();
    await dialog(page).getByRole('button', { name: '选择文件…' }).click();
  };

  it('tells what the file holds, writes only what was confirmed, and nothing the second time', async () => {
    const { page } = console;
    const before = await cards();
    await choose();
    const none = { 已过期: '0', 已存在: '0', 有冲突: '0', 已被使用: '0' };
    expect(await verdicts()).toEqual({ 新卡密: '300', 文件内重复: '3', 无法识别: '1', ...none });
    const samples = dialog(page).getByRole('region', { name: '不作为新卡密导入的行' });
    expect(await samples.getByRole('row').nth(1).textContent()).toContain('304');
    expect(await cards(), 'a report writes no card').toBe(before);

    // The report is kept after the dialog was closed.
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '导入…' }).first().click();
    await dialog(page).getByLabel('输入数字 300 以继续').fill('300');
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByText('已导入 300 张卡密。').waitFor();
    expect(await cards()).toBe(before + 300);
    await dialog(page)
      .getByRole('link', { name: /^打开批次 #\d+$/ })
      .click();
    const drawer = page.getByRole('complementary', { name: /^批次 #\d+$/ });
    await drawer.getByRole('table', { name: '去向' }).getByRole('link', { name: '未使用' }).waitFor();
    expect(await page.locator('body').innerText(), 'covered').not.toContain(keys[0]);

    await startAfresh(page);
    await choose();
    expect(await verdicts()).toEqual({ 新卡密: '0', 文件内重复: '3', 无法识别: '1', ...none, 已存在: '300' });
    await dialog(page).getByText('没有可以导入的新卡密。').waitFor();
    expect(await dialog(page).getByRole('button', { name: '导入 0 张卡密' }).isDisabled()).toBe(true);
    await closeDialog(page);
    expect(await cards()).toBe(before + 300);
  });

  it('asks what the columns hold that a file does not name, and saves the lines that are not added', async () => {
    const { page, data } = console;
    const rows = ['NoNames00001,年卡,2037-01-01', 'NoNames00002,月卡,2021-01-01', 'NoNames00003\u200b,月卡,2037-01-01'];
    await writeFile(join(folder, 'old.txt'), rows.join('\n'));
    const before = await cards();
    await choose();
    const columns = dialog(page).getByRole('table', { name: '文件的前几行' });
    await columns.waitFor();
    expect(
      await columns.getByRole('combobox').evaluateAll((fields) => fields.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['卡密', '类型', '到期时间']);
    expect(await columns.innerText()).not.toContain('NoNames');
    await dialog(page).getByRole('button', { name: '按此读取' }).click();
    expect(await verdicts()).toMatchObject({ 新卡密: '1', 已过期: '1', 无法识别: '1' });
    await dialog(page).getByRole('button', { name: '下载全部不导入的行（CSV）…' }).click();
    const file = async (): Promise<string | undefined> =>
      (await readdir(data)).find((name) => name.endsWith('-import-lines.csv'));
    await expect.poll(file).toBeDefined();
    await expect.poll(async () => readFile(join(data, (await file()) ?? ''), 'utf8')).toContain('3,malformed,');
    await page.keyboard.press('Control+Enter');
    await dialog(page).getByText('已导入 2 张卡密。').waitFor();
    expect(await cards()).toBe(before + 2);
    await closeDialog(page);
  });

  it('finds keys in what is pasted into the search: one in a sentence, and several at once, to open by keyboard', async () => {
    const { page } = console;
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    const field = page.getByRole('textbox', { name: '粘贴卡密查找' });
    const paste = (text: string): Promise<void> =>
      field.evaluate((input, pasted) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', pasted);
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    await paste(`卡密：${keys[5] ?? ''}，请尽快使用`);
    await page.getByRole('complementary', { name: /^卡密/ }).waitFor();
    await page.keyboard.press('Escape');
    await field.focus();
    await paste(`${keys[6] ?? ''}\n${keys[7] ?? ''}\nNotOfThisSite1`);
    await page.getByRole('alert').getByText('找到 2 张卡密').waitFor();
    await page.getByRole('alert').getByText('另有 1 行没有找到。').waitFor();
    // The first card is reached by Tab, behind the field's own button.
    for (let tabs = 0; tabs < 2; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('complementary', { name: /^卡密/ });
    await drawer.waitFor();
    expect(await drawer.innerText()).toContain('0006');
  });
});
