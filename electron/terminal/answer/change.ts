import type { Proof, SkippedGroup } from '../../contract/common.js';
import { contract, type OperationName } from '../../contract/index.js';
import type { Job } from '../../contract/jobs.js';
import { type Language, type LocalizedText, translate } from '../../contract/text.js';
import { proofIn } from '../pending.js';
import { printable } from '../printable.js';
import { codeWord } from './code-words.js';
import { isPlain } from './flatten.js';

/** A completed change as a sentence, with its proof; null for any other result. */
export function changeText(operation: OperationName, value: unknown, language: Language): string | null {
  const proof = proofIn(value);
  if (proof === null || !isPlain(value)) return null;
  const sentence = changeSentence(operation, value, language);
  const places = proof.places
    .filter(({ state }) => state !== 'none')
    .map(({ place, count, state }) => {
      const waits = state === 'pending' ? ` (${codeWord('state', state, language)})` : '';
      return `${codeWord('place', place, language)} ${String(count)}${waits}`;
    })
    .join(', ');
  const lost = proof.notRestored?.sessions ?? 0;
  return [
    sentence,
    ...(places === '' ? [] : [`  ${places}`]),
    ...(lost === 0 ? [] : [`  ${lostText(String(lost), language)}`]),
    `  ${undoText(proof, language)}`,
    '',
  ].join('\n');
}

function lostText(sessions: string, language: Language): string {
  return translate(
    {
      zh: `当时被结束的 ${sessions} 个登录会话不会恢复`,
      en: `${sessions} sessions that the change had ended do not come back`,
    },
    language,
  );
}

/** What was done, as a sentence, for when the result cannot be written. */
export function doneSentence(operation: OperationName, value: unknown, language: Language): string {
  if (proofIn(value) !== null && isPlain(value))
    return `${changeSentence(operation, value, language)} ${auditText(value, language)}`;
  const { zh, en } = contract[operation].summary;
  const audit = isPlain(value) && typeof value['auditId'] === 'string' ? value['auditId'] : null;
  const entry: LocalizedText =
    audit === null ? { zh: '', en: '' } : { zh: `（操作记录 ${audit}）`, en: ` (audit entry ${audit})` };
  return translate({ zh: `已完成：${zh}${entry.zh}。`, en: `Done: ${en}${entry.en}.` }, language);
}

/** How a job ended, as a sentence. */
export function jobSentence(job: Job, language: Language): string {
  const { id, label, state, audits, error } = job;
  const [done = '', skipped = '', failed = ''] = [job.done, job.skipped, job.failed].map(String);
  const entries = audits.join(', ');
  const audit = entries === '' ? { zh: '', en: '' } : { zh: `，操作记录 ${entries}`, en: `, audit entry ${entries}` };
  const why = error === null || state !== 'failed' ? { zh: '', en: '' } : { zh: `：${error}`, en: `: ${error}` };
  return printable(
    translate(
      {
        zh: `${label}：${codeWord('state', state, 'zh-CN')}；完成 ${done}，跳过 ${skipped}，失败 ${failed}（任务 ${id}${audit.zh}）${why.zh}。`,
        en: `${label}: ${codeWord('state', state, 'en')}; ${done} done, ${skipped} left out, ${failed} failed (job ${id}${audit.en})${why.en}.`,
      },
      language,
    ),
  );
}

function changeSentence(
  operation: OperationName,
  value: Readonly<Record<string, unknown>>,
  language: Language,
): string {
  const { zh, en } = contract[operation].summary;
  const changed = typeof value['changed'] === 'number' ? String(value['changed']) : '';
  const skipped = skippedIn(value).map(({ why, count }) => `${codeWord('why', why, language)} ${String(count)}`);
  const aside = skipped.length === 0 ? '' : skipped.join(', ');
  return translate(
    {
      zh: `${zh}：改动 ${changed}${aside === '' ? '' : `；跳过：${aside}`}。`,
      en: `${en}: ${changed} changed${aside === '' ? '' : `; left alone: ${aside}`}.`,
    },
    language,
  );
}

function skippedIn(value: Readonly<Record<string, unknown>>): readonly SkippedGroup[] {
  return Array.isArray(value['skipped']) ? (value['skipped'] as readonly SkippedGroup[]) : [];
}

function auditText(value: unknown, language: Language): string {
  const id = printable(proofIn(value)?.auditId ?? '');
  return translate({ zh: `操作记录 ${id}。`, en: `Audit entry ${id}.` }, language);
}

function undoText({ auditId, undo }: Proof, language: Language): string {
  const id = printable(auditId);
  return translate(
    undo === 'possible'
      ? {
          zh: `操作记录 ${id}；撤销：moondesk audit undo --id ${id} -y`,
          en: `Audit entry ${id}; undo: moondesk audit undo --id ${id} -y`,
        }
      : { zh: `操作记录 ${id}；不能撤销`, en: `Audit entry ${id}; it cannot be undone` },
    language,
  );
}
