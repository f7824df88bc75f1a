import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchTapCard } from './tap-card.ts';
import { benchTapScreen } from './tap-screen.ts';

/** The speed of a tap at the counter. */
export async function benchTap(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  try {
    await benchTapCard();
    await benchTapScreen(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
