import { benchFanOut } from './fan-out.bench.ts';
import { benchFreshDevice } from './fresh-device.bench.ts';
import { benchRelay } from './relay.bench.ts';

/** The speed of sync and of the relay, beside what others take in the same run. */
export async function benchSync(): Promise<void> {
  await benchFanOut();
  await benchRelay();
  await benchFreshDevice();
}
