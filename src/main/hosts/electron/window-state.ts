import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const boundsSchema = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() });
const stateSchema = z.object({ bounds: boundsSchema, maximized: z.boolean() });
export type WindowState = z.infer<typeof stateSchema>;

/** The least size in which every screen works, in device-independent pixels. */
export const LEAST_SIZE = { width: 900, height: 600 };
const FIRST_SIZE = { width: 1_200, height: 800 };

/** How the window stood when it was last closed; the first size where that is unknown or on a screen that is gone. */
export function readWindowState(file: string): { bounds: Partial<Rectangle>; maximized: boolean } {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (isOnScreen(state.bounds)) return state;
  } catch {
    // The first start, or a file somebody damaged: the window's place is not worth a word.
  }
  return { bounds: FIRST_SIZE, maximized: false };
}

function isOnScreen(bounds: Rectangle): boolean {
  const area = screen.getDisplayMatching(bounds).workArea;
  return bounds.x < area.x + area.width && bounds.x + bounds.width > area.x && bounds.y < area.y + area.height && bounds.y >= area.y;
}

/** Remembers the window's place whenever it closes. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  });
}
