import { contextBridge, ipcRenderer } from 'electron';
import { channels, largestCall } from './contract/channels.js';
import type { Envelope } from './contract/envelope.js';
import type { Call, Events } from './contract/index.js';

type Listener = (payload: unknown) => void;

const listeners: Readonly<Record<keyof Events, Set<Listener>>> = {
  jobs: new Set(),
  session: new Set(),
  menu: new Set(),
};

ipcRenderer.on(channels.event, (_event, name: keyof Events, payload: unknown) => {
  for (const listener of listeners[name]) listener(payload);
});

function refused(zh: string, en: string, language: unknown): Envelope<never> {
  return { ok: false, error: { code: 'invalid_input', message: language === 'en' ? en : zh } };
}

/** Calls cross as JSON text: only plain data, and the size is known before it is parsed. */
async function call(asked: Call): Promise<Envelope<unknown>> {
  let text: string | undefined;
  try {
    text = JSON.stringify(asked) as string | undefined;
  } catch {
    text = undefined;
  }
  if (text === undefined) return refused('调用不是纯数据', 'The call is not plain data', undefined);
  if (text.length > largestCall) return refused('调用的数据太大', 'The call carries too much', asked.language);
  return (await ipcRenderer.invoke(channels.call, text)) as Envelope<unknown>;
}

/** All that the page can use of Electron. */
contextBridge.exposeInMainWorld('moondesk', {
  call,
  cancel: (id: unknown): void => ipcRenderer.send(channels.cancel, String(id).slice(0, 64)),
  on: (name: string, listener: Listener): (() => void) => {
    if (!Object.hasOwn(listeners, name) || typeof listener !== 'function') return () => undefined;
    const set = listeners[name as keyof Events];
    set.add(listener);
    return () => void set.delete(listener);
  },
});
