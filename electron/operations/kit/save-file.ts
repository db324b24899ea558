import { rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ErrorCode, Refusal } from '../../contract/errors.js';
import type { OperationName } from '../../contract/index.js';
import type { LocalizedText } from '../../contract/text.js';
import type { EphemeralProgress } from '../../jobs/ephemeral.js';
import { jobErrorOf, writeJobError } from '../../jobs/job-error.js';
import { auditEndedEarly, type Change } from '../../data/write/audited-change.js';
import type { SiteContext } from '../context.js';
import { isSignInEnded } from '../session/operator-rights.js';

/** The content of a file. */
export interface FileContent {
  /** Adds more about the export to its audit entry. */
  note?(change: Change): Promise<void>;
  /**
   * True if the file gives access to everyone who has it. If the console's tables exist but the export cannot be
   * recorded, the file is then not made.
   */
  readonly secret?: boolean;
  /** Writes everything and ends the stream. Throws if it cannot, or if the signal aborts. */
  write(stream: Writable, job: EphemeralProgress, signal: AbortSignal): Promise<void>;
}

/**
 * Saves a file in a job. It first asks for the place, and then records who exported the data. A file that is cancelled
 * or fails half-way is deleted. Throws `cancelled` if no place was chosen, and the disk's error if the place cannot be
 * written.
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
  let auditId: string | null;
  try {
    // Choosing a place may take any time, so check the rights again.
    await context.checkRights();
    auditId = await writeDown(context, content);
  } catch (error) {
    await drop();
    throw error;
  }
  const jobId = jobs.ephemeral(operation, operator.username, async (job, signal) => {
    try {
      await content.write(target.stream, job, signal);
    } catch (error) {
      await drop();
      const why = error instanceof Error ? unwritable(error) : error;
      // Where even that cannot be written, the entry goes on saying that the data was taken away.
      if (auditId !== null)
        await auditEndedEarly(context.site.db, auditId, {
          stopped: signal.aborted,
          error: writeJobError(jobErrorOf(why)),
        }).catch(() => undefined);
      throw why;
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

/** A disk error about the chosen place, as a text for users. */
function unwritable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = faults[code];
  if (fault === undefined) return error;
  return new Refusal(fault[0], fault[1], {
    hint: { zh: '换一个位置或文件名。', en: 'Choose another place or name.' },
    cause: error,
  });
}

/**
 * Records who exported the data; returns the entry's id. If the connection is locked, the server takes no writes or
 * there is no table, the export continues without.
 */
async function writeDown(context: SiteContext, content: FileContent): Promise<string | null> {
  if (!(await context.site.has('console'))) return null;
  try {
    const { auditId } = await context.change(async (change) => {
      await content.note?.(change);
      return null;
    });
    return auditId;
  } catch (error) {
    const readOnly = error instanceof Refusal && error.code === 'read_only';
    if (!(context.desk.locked || readOnly) || content.secret === true || isSignInEnded(error)) throw error;
    return null;
  }
}
