import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import * as z from 'zod';

/** The content size of a first start. Every page is fully laid out at this size. */
export const usual = { width: 1280, height: 800 } as const;

/** The smallest content size. Everything can be reached at this size, some of it by scrolling. */
export const smallest = { width: 1024, height: 700 } as const;

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

/** Makes a window no larger than the screen that it is on, frame included, and moves it there as a whole. */
export function fitToScreen(window: BrowserWindow): void {
  const now = window.getBounds();
  const { workArea } = screen.getDisplayMatching(now);
  const [width, height] = [Math.min(now.width, workArea.width), Math.min(now.height, workArea.height)];
  // The frame is part of the smallest size too, so a small screen has the last word.
  window.setMinimumSize(Math.min(smallest.width, workArea.width), Math.min(smallest.height, workArea.height));
  const within = (at: number, from: number, room: number): number => Math.max(from, Math.min(at, from + room));
  window.setBounds({
    x: within(now.x, workArea.x, workArea.width - width),
    y: within(now.y, workArea.y, workArea.height - height),
    width,
    height,
  });
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
    const [width = usual.width, height = usual.height] = window.isMaximized()
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
