/** `npm run bench -- NAME`: prints one JSON line a figure. Exits with 1 where a figure misses its goal. */
import { figures } from './figure.ts';
import { benchCalls } from './calls.bench.ts';
import { benchChat } from './chat.bench.ts';
import { benchLedger } from './ledger.bench.ts';
import { benchFanOut } from './fan-out.bench.ts';
import { benchFreshDevice } from './fresh-device.bench.ts';
import { benchRelay } from './relay.bench.ts';
import { benchSync } from './sync.bench.ts';
import { benchTap } from './tap.bench.ts';

const benches: Record<string, () => Promise<void>> = {
  ledger: benchLedger,
  chat: benchChat,
  calls: benchCalls,
  sync: benchSync,
  tap: benchTap,
  // Parts of it.
  'sync-fan-out': benchFanOut,
  'sync-relay': benchRelay,
  'sync-fresh-device': benchFreshDevice,
};

const name = process.argv[2] ?? '';
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  await bench();
  process.exitCode = figures.every(({ pass }) => pass) ? 0 : 1;
} else {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exitCode = 2;
}
