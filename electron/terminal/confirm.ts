import type { OtherNames } from '../contract/common.js';
import { Refusal } from '../contract/errors.js';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import type { LocalizedText } from '../contract/text.js';
import { isOperation } from './help.js';
import type { TerminalSession } from './session.js';

type Previewed = { readonly fingerprint: string; readonly otherNames?: OtherNames };

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
  return { input: { ...input, fingerprint: preview.fingerprint }, said: previewed(operation, asking, preview) };
}

/** Nothing is done yet, and it may be refused. */
function previewed(operation: OperationName, asking: OperationName, preview: Previewed): LocalizedText {
  const { zh, en } = contract[operation].summary;
  const { size }: Definition = contract[asking];
  // The contract gives every preview the function for its own answer.
  const shown = size?.(preview as never);
  return {
    zh: `预览：${zh}${shown === undefined ? '' : `：${shown.zh}`}`,
    en: `Preview: ${en}${shown === undefined ? '' : `: ${shown.en}`}`,
  };
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
