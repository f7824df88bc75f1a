/** Prints what becomes of each kind of reader on this machine, and ends. */
import { openReaders } from '#native/open-readers.ts';
import { systemTimers } from '#native/system-timers.ts';

const readers = openReaders({
  timers: systemTimers,
  now: () => performance.now(),
  onBug(error) {
    throw error;
  },
});
readers.onChange(({ drivers }) => {
  if (drivers.some(({ state }) => state === 'starting')) return;
  process.stdout.write(JSON.stringify(drivers));
  void readers.close();
});
