import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { channels } from '../contract/channels.js';
import { Refusal } from '../contract/errors.js';
import type { Envelope } from '../contract/envelope.js';
import type { Call } from '../contract/index.js';
import { type Language, translate } from '../contract/text.js';
import { parseCall } from './parse-call.js';
import { isOurPage } from './sender.js';

export interface BridgeOptions {
  dispatch(call: Call): Promise<Envelope<unknown>>;
  cancel(id: string): void;
  /** Called with the language of each call, for the menu and the dialogs. */
  spoke(language: Language): void;
}

/** Opens the two channels into the main process. A sender other than our page is refused before the message is read. */
export function openBridge({ dispatch, cancel, spoke }: BridgeOptions): void {
  ipcMain.handle(channels.call, async (event, text: unknown): Promise<Envelope<unknown>> => {
    if (!isFromOurPage(event)) return failure(stranger);
    let call: Call;
    try {
      call = parseCall(text);
    } catch (error) {
      if (error instanceof Refusal) return failure(error);
      throw error;
    }
    spoke(call.language);
    return dispatch(call);
  });
  ipcMain.on(channels.cancel, (event, id: unknown) => {
    if (isFromOurPage(event) && typeof id === 'string') cancel(id);
  });
}

const stranger = new Refusal('forbidden', {
  zh: '只有控制台自己的页面可以调用',
  en: 'Only the console’s own page may call',
});

function isFromOurPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  try {
    return isOurPage(event.senderFrame);
  } catch {
    // The frame is gone by now.
    return false;
  }
}

function failure(refusal: Refusal): Envelope<never> {
  return { ok: false, error: { code: refusal.code, message: translate(refusal.text, 'zh-CN') } };
}
