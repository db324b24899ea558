/** One line of the list of keys: keys that do the same, or the two directions of one thing. */
export interface ListedKeys {
  /** The key of its text in `shortcuts`. */
  readonly what: string;
  readonly keys: readonly string[];
  /** Handled by what has the focus, and there whenever this key of the page is. */
  readonly along?: string;
}

/**
 * The keys of the window that belong to no page of their own, as `?` lists them. Those of a page are in its
 * `commands.ts`. test/unit/ui/keys.test.ts fails if a key is bound and not listed.
 */
export const keyGroups = [
  {
    key: 'everywhere',
    keys: [
      { what: 'anything', keys: ['mod+k'] },
      { what: 'thisList', keys: ['?'] },
      { what: 'close', keys: ['escape'] },
    ],
  },
  {
    key: 'inLists',
    keys: [
      { what: 'search', keys: ['/'] },
      { what: 'filter', keys: ['f'] },
      { what: 'export', keys: ['e'] },
      { what: 'refresh', keys: ['r', 'f5'] },
      { what: 'move', keys: ['j', 'k', 'arrowdown', 'arrowup'] },
      { what: 'moveFar', keys: ['pagedown', 'pageup', 'end', 'home'], along: 'j' },
      { what: 'moveAcross', keys: ['arrowleft', 'arrowright'], along: 'j' },
      { what: 'open', keys: ['enter'], along: 'j' },
      { what: 'choose', keys: ['x', 'space'] },
      { what: 'range', keys: ['shift+arrowdown', 'shift+arrowup'] },
      { what: 'all', keys: ['mod+a'] },
      { what: 'copy', keys: ['mod+c'], along: 'j' },
      { what: 'columnWidth', keys: ['alt+arrowleft', 'alt+arrowright'], along: 'j' },
    ],
  },
  {
    key: 'inDialogs',
    keys: [
      { what: 'submit', keys: ['mod+enter'] },
      { what: 'moveChoice', keys: ['arrowdown', 'arrowup'] },
      { what: 'take', keys: ['enter'] },
      { what: 'drawerWidth', keys: ['arrowleft', 'arrowright'] },
    ],
  },
] as const satisfies readonly { readonly key: string; readonly keys: readonly ListedKeys[] }[];

const mac = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac OS');
const caps: Readonly<Record<string, string>> = {
  mod: mac ? '⌘' : 'Ctrl',
  alt: mac ? '⌥' : 'Alt',
  shift: 'Shift',
  arrowdown: '↓',
  arrowup: '↑',
  arrowleft: '←',
  arrowright: '→',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  escape: 'Esc',
};

/** The keys as they are printed on a keyboard, for `Kbd`: `mod+k` is `Ctrl K`. What several share stands once. */
export function printed(keys: readonly string[]): string {
  const parts = keys.flatMap((chord) => {
    const all = chord.split(/[+ ]/);
    return all.map((part) => {
      if (caps[part] !== undefined) return caps[part];
      if (part.length > 1) return `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`;
      return chord.includes('+') ? part.toUpperCase() : part;
    });
  });
  return [...new Set(parts)].join(' ');
}
