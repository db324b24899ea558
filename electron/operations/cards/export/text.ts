import { stringify } from 'csv-stringify/sync';
import { csvHeader, type ExportCard, type ExportFormat, isoOrNull, plainIsLost, siteHeader } from './card.js';

/** Turns cards into pieces of a file. */
export interface Writer {
  begin(): void;
  add(cards: readonly ExportCard[]): void;
  end(): Promise<void>;
}

/** Our CSV, the site's CSV, or plain lines. Pieces are passed to `emit` in order. */
export function textWriter(format: Exclude<ExportFormat, 'sheet'>, emit: (piece: Uint8Array) => void): Writer {
  const say = (text: string): void => {
    if (text !== '') emit(Buffer.from(text));
  };
  const { head, lines } = formats[format];
  return {
    begin: () => say(head),
    add: (cards) => say(lines(cards)),
    end: () => Promise.resolve(),
  };
}

interface TextFormat {
  readonly head: string;
  lines(cards: readonly ExportCard[]): string;
}

const formats: Readonly<Record<Exclude<ExportFormat, 'sheet'>, TextFormat>> = {
  csv: {
    head: `\uFEFF${csvHeader.join(',')}\n`,
    // A spreadsheet must not run a cell. So a key that begins with = + - @ (only imported keys can) gets an apostrophe,
    // like any other cell. The hash column tells the import which keys got one. TXT contains every key exactly.
    lines: (cards) => stringify(cards.map(csvCells), { escape_formulas: true }),
  },
  txt: {
    head: '',
    lines: (cards) =>
      cards
        .filter((card) => !plainIsLost(card))
        .map((card) => `${card.plain_key}\n`)
        .join(''),
  },
  site: {
    // As the site writes it: no BOM, quotes only if the line would break without them, ISO times with milliseconds, its
    // own states. But people open it in a spreadsheet all the same, and keys and names are other people's texts.
    head: `${siteHeader.join(',')}\n`,
    lines: (cards) => stringify(cards.map(siteCells), { escape_formulas: true }),
  },
};

function csvCells(card: ExportCard): readonly (string | null)[] {
  return [
    card.id,
    plainIsLost(card) ? null : card.plain_key,
    card.key_hash,
    card.key_type,
    card.state,
    isoOrNull(card.created_at),
    isoOrNull(card.expires_at),
    card.bound_to,
    isoOrNull(card.bound_at),
    card.assigned,
    card.batch,
  ];
}

function siteCells(card: ExportCard): readonly string[] {
  return [
    card.plain_key,
    card.key_type,
    card.state === 'revoked' ? 'expired' : card.state,
    siteTime(card.created_at),
    siteTime(card.expires_at),
    card.bound_to ?? '',
    siteTime(card.bound_at),
  ];
}

function siteTime(time: string | null): string {
  return isoOrNull(time)?.replace('Z', '.000Z') ?? '';
}
