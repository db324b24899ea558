import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import * as z from 'zod';

/** The smallest content size at which every page is fully laid out. */
export const smallest = { width: 1280, height: 800 } as const;

const kept = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200).max(20_000),
  height: z.int().min(200).max(20_000),
  maximized: z.boolean(),
});
type Kept = z.infer<typeof kept>;

const fileIn = (folder: string): string => join(folder, 'window.json');

/** The window's last position and size, if still on a screen. */
export function lastBounds(folder: string): Kept | null {
  try {
    const parsed = kept.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
    return screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, parsed)) ? parsed : null;
  } catch {
    return null;
  }
}

/** Enough of the title bar to grab must be on the screen. */
function overlaps(area: Rectangle, { x, y, width }: Rectangle): boolean {
  return x + width > area.x + 80 && x < area.x + area.width - 80 && y >= area.y - 10 && y < area.y + area.height - 40;
}

/** Saves the window's position and size, a moment after it stops moving. */
export function rememberBounds(window: BrowserWindow, folder: string): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y } = window.getNormalBounds();
    const [width = smallest.width, height = smallest.height] = window.isMaximized()
      ? sizeOf(window.getNormalBounds())
      : window.getContentSize();
    try {
      writeFileSync(
        fileIn(folder),
        JSON.stringify({ x, y, width, height, maximized: window.isMaximized() } satisfies Kept),
      );
    } catch {
      // A failed save is not worth a message.
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, 500);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', write);
}

const sizeOf = ({ width, height }: Rectangle): [number, number] => [width, height];
