import type { ElectronApplication, Page } from 'playwright';
import type { E2eSite } from '../support/site.js';
import type { Language } from './keys.js';
import { layers, type View } from './views.js';

/**
 * Names that stay as they are in Chinese: of products, formats and units. Words in capitals are others of that kind, or
 * keys.
 */
const names = new Set(
  `Moondesk MoonTV LunaTV TVBox MySQL MariaDB Redis Sentinel Galera Node UserConfig Users scrypt age
   Ctrl Shift Alt Tab Enter Esc Space Home End Delete Backspace ms px`.split(/\s+/),
);
/** The switch of the language, and its choices, name the other one. */
const otherLanguage = /Switch to English|切换为中文|简体中文|中文|English/g;
/** What the walk types, and the names of its file and connections. */
const typed = /first_owner|\b(?:mine|new|wp|keys\.txt|OldShop\w*)\b/g;
/** A masked key. */
const masked = /[\w-]*••••\w*/g;

/** What the database holds may be in any language. */
const held = [
  'SELECT username AS text FROM users',
  'SELECT tags AS text FROM users',
  'SELECT enabled_apis AS text FROM users',
  "SELECT CONCAT_WS('\n', title, source, source_name) AS text FROM play_records",
  'SELECT reason AS text FROM points_records',
  'SELECT notes AS text FROM user_card_keys',
  "SELECT CONCAT_WS('\n', note, channel) AS text FROM console_card_batches",
  'SELECT note AS text FROM console_bans',
  'SELECT operator AS text FROM console_audit',
  'SELECT DATABASE() AS text',
] as const;

/** All of that, one text a line. */
export async function dataOf(site: E2eSite): Promise<string> {
  const rows = [];
  for (const query of held) rows.push(...(await site.rows<{ text: string | null }>(query)));
  return rows.flatMap(({ text }) => text ?? []).join('\n');
}

/** Every text of the layer that people see or hear, without what is typed in a terminal or runs on a server. */
function textsOf(page: Page, layer: View['layer']): Promise<string[]> {
  return page.evaluate((within) => {
    const texts: string[] = [document.title];
    for (const top of document.querySelectorAll(within)) {
      for (const one of [top, ...top.querySelectorAll('*')]) {
        // The switch of the language says which one it is in.
        if (one.closest('code, pre, kbd, .md-kbd, .md-key, .md-code, style, script, body [lang]') !== null) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-valuetext'])
          texts.push(one.getAttribute(name) ?? '');
        for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? '');
        if (one instanceof HTMLInputElement && !one.checkValidity()) texts.push(one.validationMessage);
      }
    }
    return texts.filter((text) => text.trim() !== '');
  }, layers[layer]);
}

/** Words of the other language, and codes, among these texts. */
export function strayWords(texts: readonly string[], language: Language, data: string): string[] {
  const known = new Set(data.match(/[\w’'-]+/gu) ?? []);
  const faults = texts.flatMap((whole) => {
    const text = whole.replaceAll(otherLanguage, '').replaceAll(typed, '').replaceAll(masked, '').trim();
    if (text === '' || data.includes(text)) return [];
    const codes = text.match(/(?<![\w.@/-])[a-z]+(?:_[a-z]+)+(?![\w@-])/gu) ?? [];
    const foreign =
      language === 'en'
        ? (text.match(/\p{Script=Han}+/gu) ?? []).filter((word) => !data.includes(word))
        : (text.match(/(?<![\w./@:-])[A-Za-z]{2,}(?![\w@:/])/gu) ?? []).filter(
            (word) => !names.has(word) && word !== word.toUpperCase(),
          );
    return [...codes, ...foreign]
      .filter((word) => !known.has(word))
      .map((word) => `“${word}” in “${text.slice(0, 80)}”`);
  });
  return [...new Set(faults)];
}

/** What the layer says in the wrong language, or in codes. */
export async function strayIn(page: Page, layer: View['layer'], language: Language, data: string): Promise<string[]> {
  return strayWords(await textsOf(page, layer), language, data);
}

/** The labels of the window's menu, of all levels. */
export function menuOf(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(({ Menu }) => {
    const labels: string[] = [];
    const look = (menu: Electron.Menu | null | undefined): void => {
      for (const item of menu?.items ?? []) {
        labels.push(item.label, item.sublabel ?? '', item.toolTip ?? '');
        look(item.submenu);
      }
    };
    look(Menu.getApplicationMenu());
    return labels;
  });
}
