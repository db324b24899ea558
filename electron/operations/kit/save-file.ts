import { rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ErrorCode, Refusal } from '../../contract/errors.js';
import type { OperationName } from '../../contract/index.js';
import type { LocalizedText } from '../../contract/text.js';
import type { EphemeralProgress } from '../../jobs/ephemeral.js';
import type { Change } from '../../data/write/audited-change.js';
import type { SiteContext } from '../context.js';
import { isSignInEnded } from '../session/operator-rights.js';

/** What goes into a file. */
export interface FileContent {
  /** Adds to the audit entry what else it should say of the export. */
  note?(change: Change): Promise<void>;
  /**
   * It gives access to whoever has it: where it cannot be written down although there is a place for it, nothing is
   * taken away.
   */
  readonly secret?: boolean;
  /** Writes everything and ends the stream; throws where it cannot or the signal aborts. */
  write(stream: Writable, job: EphemeralProgress, signal: AbortSignal): Promise<void>;
}

/**
 * Saves a file by a job. The place is asked for first; who took data away is written down. A file that is cancelled or
 * fails half-way is deleted. Throws `cancelled` where no place was chosen, and for places that cannot be written to
 * what the disk said.
 */
export async function saveFile(
  context: SiteContext,
  operation: OperationName,
  name: string,
  content: FileContent,
): Promise<{ readonly jobId: string }> {
  const { desk, jobs, operator } = context;
  const target = await desk.host.saveFile(name).catch((error: unknown) => {
    throw unwritable(error);
  });
  if (target === null) throw new Refusal('cancelled', { zh: '没有选择保存位置', en: 'No place to save was chosen' });
  const drop = async (): Promise<void> => {
    target.stream.destroy();
    await finished(target.stream).catch(() => undefined);
    await rm(target.path, { force: true });
  };
  try {
    // Choosing takes as long as it likes.
    await context.checkRights();
    await writeDown(context, content);
  } catch (error) {
    await drop();
    throw error;
  }
  const jobId = jobs.ephemeral(operation, operator.username, async (job, signal) => {
    try {
      await content.write(target.stream, job, signal);
    } catch (error) {
      await drop();
      throw error instanceof Error ? unwritable(error) : error;
    }
    job.file(target.path);
  });
  return { jobId };
}

const faults: Readonly<Record<string, readonly [code: ErrorCode, text: LocalizedText]>> = {
  EEXIST: ['conflict', { zh: '这个文件已经存在，没有覆盖它', en: 'This file is there already; it was left alone' }],
  ENOENT: ['not_found', { zh: '没有这个文件夹', en: 'There is no such folder' }],
  EISDIR: ['conflict', { zh: '这里已有同名的文件夹', en: 'There is a folder of this name' }],
  EACCES: ['forbidden', { zh: '没有权限写入这个位置', en: 'This place may not be written to' }],
  EPERM: ['forbidden', { zh: '没有权限写入这个位置', en: 'This place may not be written to' }],
  EROFS: ['forbidden', { zh: '这个磁盘是只读的', en: 'This disk is read-only' }],
  ENOSPC: ['unavailable', { zh: '磁盘已满', en: 'The disk is full' }],
};

/** What the disk said of the chosen place, for people. */
function unwritable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = faults[code];
  if (fault === undefined) return error;
  return new Refusal(fault[0], fault[1], {
    hint: { zh: '换一个位置或文件名。', en: 'Choose another place or name.' },
    cause: error,
  });
}

/** Who took data away is written down; where writing is locked or has nowhere to go, the export goes on without. */
async function writeDown(context: SiteContext, content: FileContent): Promise<void> {
  if (!(await context.site.has('console'))) return;
  try {
    await context.change(async (change) => {
      await content.note?.(change);
      return null;
    });
  } catch (error) {
    if (!context.desk.locked || content.secret === true || isSignInEnded(error)) throw error;
  }
}
