import Pdf from 'pdfkit';
import { encodeQR } from 'qr';
import type { ExportCard } from './card.js';
import { plainIsLost } from './card.js';
import type { Writer } from './text.js';

/** Maximum number of cards on a printed sheet. */
export const mostOnSheet = 10_000;

/** In points: an A4 page with three columns and nine rows. */
const page = { width: 595, height: 842, margin: 28, columns: 3, rows: 9 };
const cell = {
  width: (page.width - 2 * page.margin) / page.columns,
  height: (page.height - 2 * page.margin - 14) / page.rows,
};
const code = 64;
const gap = 8;

/**
 * Cards to print and cut: QR code, key, type and expiry. The labels are in English, because the fonts that every PDF
 * reader has contain no Chinese, and a font of our own would be larger than the rest of the console. The QR code
 * contains exactly the key, also if its symbols cannot be printed.
 */
export function sheetWriter(emit: (piece: Uint8Array) => void): Writer {
  const document = new Pdf({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    info: { Title: 'Card keys', Producer: 'Moondesk', Creator: 'Moondesk' },
  });
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (piece: Uint8Array) => emit(piece));
    document.on('end', resolve);
    document.on('error', reject);
  });
  let drawn = 0;
  return {
    begin: () => undefined,
    add(cards) {
      for (const card of cards) {
        if (plainIsLost(card)) continue;
        const place = drawn % (page.columns * page.rows);
        if (place === 0) newPage(document, drawn / (page.columns * page.rows) + 1);
        const x = page.margin + (place % page.columns) * cell.width;
        const y = page.margin + Math.floor(place / page.columns) * cell.height;
        draw(document, card, x, y);
        drawn += 1;
      }
    },
    async end() {
      if (drawn === 0) newPage(document, 1);
      document.end();
      await ended;
    },
  };
}

function newPage(document: PDFKit.PDFDocument, number: number): void {
  document.addPage();
  document
    .font('Helvetica')
    .fontSize(7)
    .fillColor('#666')
    .text(`Card keys · page ${String(number)}`, page.margin, page.height - page.margin - 6, { lineBreak: false });
}

function draw(document: PDFKit.PDFDocument, card: ExportCard, x: number, y: number): void {
  document
    .rect(x, y, cell.width, cell.height)
    .lineWidth(0.4)
    .dash(2, { space: 2 })
    .strokeColor('#bbb')
    .stroke()
    .undash();
  drawCode(document, card.plain_key, x + gap, y + (cell.height - code) / 2);
  const left = x + code + 2 * gap;
  const lines = linesOf(card.plain_key);
  const top = y + (cell.height - (lines.length * 9.5 + 20)) / 2;
  document.fillColor('#000').font('Courier-Bold').fontSize(7.6);
  for (const [at, line] of lines.entries()) document.text(line, left, top + at * 9.5, { lineBreak: false });
  const below = top + lines.length * 9.5;
  document.font('Helvetica').fontSize(7);
  document.text(labels[card.key_type], left, below + 3, { lineBreak: false });
  document.text(`until ${card.expires_at.slice(0, 16)} UTC`, left, below + 12, { lineBreak: false });
}

const labels = { year: 'Year card', quarter: 'Quarter card', month: 'Month card', week: 'Week card' } as const;

/** One path of rectangles, each for a run of dark modules. That is a tenth of the size of one rectangle per module. */
function drawCode(document: PDFKit.PDFDocument, text: string, left: number, top: number): void {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 2 });
  const unit = code / modules.length;
  for (const [row, line] of modules.entries()) {
    for (let at = 0; at < line.length; at += 1) {
      if (line[at] !== true) continue;
      const from = at;
      while (line[at + 1] === true) at += 1;
      document.rect(left + from * unit, top + row * unit, (at - from + 1) * unit, unit);
    }
  }
  document.fillColor('#000').fill();
}

/** A key in lines that fit beside its code, broken after a dash if there is one. */
function linesOf(key: string): readonly string[] {
  if (!/^[\x20-\x7e]*$/.test(key)) return ['(see QR code)'];
  const lines: string[] = [];
  for (let rest = key; rest !== '';) {
    const piece = rest.slice(0, widest);
    const dash = piece.lastIndexOf('-');
    const end = rest.length <= widest ? rest.length : dash > 0 ? dash + 1 : widest;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return lines;
}

const widest = 20;
