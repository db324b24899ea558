import * as z from 'zod';
import { batches, batchNote } from './cards-batches.js';
import { type Issued, issueInput, type IssuePreview } from './cards-issue.js';
import { type ImportReport, importReading } from './cards-import.js';
import {
  type CardDetails,
  cardFilter,
  type CardRow,
  cardSelection,
  cardSort,
  type CardStats,
  cardType,
  expiry,
  type FoundCard,
} from './cards-list.js';
import { fingerprint, rowId, username } from './common.js';
import { as, change, figure, listing, orderedBy, read, rowOf, shows } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';
import { userSelection } from './users.js';

const reason = means(z.string().trim().max(200), '原因', 'Why').optional();
const nothing = z.strictObject({});
const importId = means(rowId, '导入编号，由 cards.import.read 给出', 'The import’s id, from cards.import.read');

/** The batch is the record of what was added, not images of each card. */
const byRollback = {
  zh: '在「卡密 › 批次」回滚这一批中未使用的卡密。',
  en: 'Roll the batch back under Card keys › Batches: what is still unused of it goes.',
};
const onlyLooked = { zh: '查看和导出没有改动任何数据。', en: 'Looking and taking away changed nothing.' };

export const cards = {
  ...listing('cards', {
    noun: { zh: '卡密', en: 'card keys' },
    row: rowOf<CardRow>({
      id: true,
      masked: true,
      type: true,
      state: true,
      stale: true,
      createdAt: true,
      expiresAt: true,
      boundTo: true,
      boundAt: true,
      assignedTo: true,
      batch: true,
    }),
    filter: cardFilter.default({}),
    order: orderedBy(cardSort.default('created')),
    export: {
      fields: {
        who: means(
          cardSelection,
          '哪些卡密；不写则为条件匹配的全部',
          'Which cards; without it, all that the filter matches',
        ).optional(),
        format: means(
          z.enum(['csv', 'txt', 'site', 'sheet']),
          'csv 全部列；txt 每行一张；site 站点自己的列；sheet 可打印的 PDF，带二维码',
          'csv: every column; txt: one key per line; site: the site’s own columns; sheet: a PDF to print, with QR codes',
        ),
        passphrase: means(z.string().min(8).max(200), '用此口令加密文件', 'Encrypts the file').optional(),
      },
      secrets: ['passphrase', 'keys'],
      notUndone: onlyLooked,
    },
    examples: {
      list: { filter: { states: ['unused'] }, limit: 5 },
      count: { filter: { types: ['month'] }, exact: true },
      export: { filter: { batch: '1' }, format: 'txt' },
    },
  }),
  'cards.get': read<CardDetails>()({
    summary: { zh: '查看一张卡密的来龙去脉', en: 'Show the whole story of a card key' },
    input: z.strictObject({ id: rowId }),
    example: { id: '1' },
  }),
  'cards.find': read<FoundCard>()({
    timeLimit: 30_000,
    secrets: ['text'],
    summary: { zh: '按粘贴的内容查找卡密', en: 'Find a card key by what was pasted' },
    input: z.strictObject({ text: means(z.string().trim().min(1).max(4_000), '粘贴的内容', 'What was pasted') }),
    example: { text: 'moon abcd efgh jklm npqr' },
  }),
  'cards.stats': read<CardStats>()({
    timeLimit: 30_000,
    summary: { zh: '卡密库存与到期概况', en: 'Stock of card keys, and what expires' },
    input: z.strictObject({
      zone: means(
        z.int().min(-840).max(840),
        '按哪个时区数日子：比 UTC 早多少分钟（北京时间为 480）',
        'Whose days are counted: minutes ahead of UTC (480 for China)',
      ).default(0),
    }),
  }),
  'cards.reveal': define<{ readonly keys: readonly { readonly id: string; readonly key: string }[] }>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    needs: 'console',
    notUndone: onlyLooked,
    summary: { zh: '查看卡密明文', en: 'Reveal card keys' },
    input: z.strictObject({ ids: means(z.array(rowId).min(1).max(1_000), '卡密编号', 'Ids of cards') }),
    example: { ids: ['1'] },
  }),
  ...change('cards.issue', {
    summary: { zh: '批量发卡', en: 'Issue card keys' },
    input: issueInput,
    preview: shows<IssuePreview>(({ count }) => figure(count)),
    answer: as<Issued>(),
    notUndone: byRollback,
    needs: 'cards',
    example: { type: 'month', count: 1_000 },
  }),
  ...batches,
  'cards.import.read': define<{ readonly importId: string; readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    needs: 'cards',
    // The operator may take their time to choose a file.
    timeLimit: 600_000,
    summary: { zh: '读入卡密文件并检查', en: 'Read a file of card keys and check it' },
    input: importReading,
    example: { type: 'month' },
  }),
  'cards.import.report': read<ImportReport>()({
    needs: 'cards',
    timeLimit: 60_000,
    summary: { zh: '查看导入检查报告', en: 'Show what an import would do' },
    input: z.strictObject({ importId }),
  }),
  'cards.import.lines': define<{ readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    needs: 'cards',
    // The operator may take their time to choose where to save.
    timeLimit: 600_000,
    notUndone: onlyLooked,
    summary: { zh: '导出文件中不导入的行', en: 'Export the lines of a file that are not added' },
    input: z.strictObject({ importId }),
  }),
  'cards.import': define<Issued>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    needs: 'cards',
    timeLimit: 60_000,
    notUndone: byRollback,
    summary: { zh: '导入卡密', en: 'Import card keys' },
    input: z.strictObject({
      importId,
      fingerprint: means(fingerprint, '检查报告给出的指纹', 'The fingerprint that the report gives'),
    }),
  }),
  ...change('cards.bind', {
    summary: { zh: '绑定卡密', en: 'Bind card keys' },
    input: z.strictObject({
      pairs: means(
        z
          .array(
            z.strictObject({
              card: means(
                z.union([
                  z.strictObject({ id: means(rowId, '卡密编号', 'The card’s id') }),
                  z.strictObject({ key: means(z.string().min(1).max(100), '买家写的卡密', 'What the buyer typed') }),
                ]),
                '哪张卡密',
                'Which card',
              ),
              username: means(username, '绑定给谁', 'The user it is for'),
            }),
          )
          .min(1)
          .max(10_000),
        '卡密与用户，一对一行',
        'Cards and the users they are for, a pair each',
      ),
    }),
    secrets: ['key'],
    withinChange: true,
    needs: 'cards',
    example: { pairs: [{ card: { id: '1' }, username: 'someone' }] },
  }),
  ...change('cards.unbind', {
    summary: { zh: '解绑卡密', en: 'Unbind card keys' },
    input: z.strictObject({
      who: cardSelection,
      afterwards: means(
        z.enum(['stock', 'revoke']),
        '卡密之后如何：stock 带原到期时间回到库存；revoke 作废',
        'What happens to the key: stock: back to stock with its own expiry; revoke: revoked for good',
      ),
      reason,
    }),
    secrets: ['keys'],
    withinChange: true,
    needs: 'cards',
  }),
  ...change('cards.renew', {
    summary: { zh: '为会员续期', en: 'Renew memberships' },
    input: z.strictObject({
      who: userSelection,
      type: means(cardType, '续一张哪种卡', 'By a card of which type'),
      note: batchNote.optional(),
    }),
    withinChange: true,
    needs: 'cards',
    example: { who: { names: ['someone'] }, type: 'month' },
  }),
  ...change('cards.revoke', {
    summary: { zh: '作废卡密', en: 'Revoke card keys' },
    input: z.strictObject({
      who: cardSelection,
      reason,
      boundToo: means(
        z.boolean(),
        '连使用中的卡密一起作废；否则跳过它们',
        'Also take cards in use from their users; without it they are skipped',
      ).default(false),
    }),
    secrets: ['keys'],
    withinChange: true,
    needs: 'cards',
    example: { who: { ids: ['1'] } },
  }),
  ...change('cards.reissue', {
    summary: { zh: '补发卡密', en: 'Re-issue card keys' },
    input: z.strictObject({
      who: cardSelection,
      expiry: means(
        z.union([z.literal('same'), expiry]),
        '新卡密何时到期：same 同旧的；type 按类型算，90d 为 90 天后，或一个时间',
        'When the new key expires: same, as the old one; type, after the days of its type; 90d, that many days from now; or a time',
      ).default('same'),
      reason,
    }),
    secrets: ['keys'],
    withinChange: true,
    needs: 'cards',
  }),
  ...change('cards.sweep', {
    summary: { zh: '把已过期的未用卡密标记为过期', en: 'Mark unused card keys past their expiry as expired' },
    input: nothing,
    withinChange: true,
    needs: 'cards',
  }),
} as const;
