import type { Count, OtherNames } from '../contract/common.js';
import { Refusal } from '../contract/errors.js';
import { contract, type OperationName } from '../contract/index.js';
import type { LocalizedText } from '../contract/text.js';
import { isOperation } from './help.js';
import type { TerminalSession } from './session.js';

/**
 * Previews of changes say how many of how many; those of creating something, how many; that of the first owner, what
 * exists already.
 */
type Previewed = { readonly fingerprint: string; readonly otherNames?: OtherNames } & (
  | { readonly matching: number; readonly changed: number }
  | { readonly count: number }
  | { readonly username: string; readonly users: Count; readonly files: readonly { readonly file: string }[] }
);

/**
 * Implements `--yes`: runs the preview, and returns the input with the preview's fingerprint, plus a sentence about
 * what is previewed and how much. An operation without a preview, or an input that is not an object, stays as it is.
 * Throws conflict if typed names match users with another spelling, because no one has checked which users are meant.
 */
export async function confirm(
  session: Pick<TerminalSession, 'send'>,
  operation: OperationName,
  input: unknown,
): Promise<{ readonly input: unknown; readonly said: LocalizedText | null }> {
  const asking: string = `${operation}.preview`;
  if (!isOperation(asking) || typeof input !== 'object' || input === null) return { input, said: null };
  const preview = (await session.send(asking, input)) as Previewed;
  if (preview.otherNames !== undefined) throw calledOtherwise(preview.otherNames);
  return { input: { ...input, fingerprint: preview.fingerprint }, said: previewed(operation, sizeOf(preview)) };
}

/** Nothing is done yet, and it may be refused. */
function previewed(operation: OperationName, size: LocalizedText): LocalizedText {
  const { zh, en } = contract[operation].summary;
  return { zh: `预览：${zh}：${size.zh}`, en: `Preview: ${en}: ${size.en}` };
}

function sizeOf(preview: Previewed): LocalizedText {
  if ('count' in preview) return both(String(preview.count));
  if ('changed' in preview) return both(`${String(preview.changed)} / ${String(preview.matching)}`);
  const { username, users, files } = preview;
  const count = `${String(users.count)}${users.exact ? '' : '+'}`;
  const names = files.map(({ file }) => file).join(', ');
  return {
    zh: `${username}；现有用户 ${count}；要执行的迁移：${names === '' ? '无' : names}`,
    en: `${username}; users there: ${count}; migrations to run: ${names === '' ? 'none' : names}`,
  };
}

function both(text: string): LocalizedText {
  return { zh: text, en: text };
}

function calledOtherwise({ count, sample }: OtherNames): Refusal {
  const list = sample.map(({ typed, stored }) => `${typed} → ${stored}`).join(', ');
  const more = count > sample.length ? ' …' : '';
  return new Refusal(
    'conflict',
    {
      zh: `${String(count)} 个输入的名称在站点中另有写法，没有执行`,
      en: `${String(count)} typed ${count === 1 ? 'name means somebody' : 'names mean people'} called otherwise: nothing was done`,
    },
    {
      hint: {
        zh: `确认指的是他们之后，按站点中的写法输入：${list}${more}`,
        en: `If they are meant, type the names as the site has them: ${list}${more}`,
      },
      details: { otherNames: sample },
    },
  );
}
