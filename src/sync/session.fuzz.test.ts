/**
 * Chaos: devices that write, die, go back to old backups and lose their disks' goodwill; members who come, go and change
 * their roles; over a network in bad weather, to a relay that dies, fills up, forgets and is replaced. When calm returns all
 * who are in must hold the same, nothing that was acknowledged may be gone, and nothing may wait.
 * `npm run chaos` runs a thousand; `CHAOS_SEEDS=200` so many, `CHAOS_SEED=17` that one.
 */
import { describe, expect, it } from 'vitest';
import { COMPANY, MALICE, runChaos, STORM } from '#tests/sync/chaos/run.ts';
import { talk } from '#tests/sync/chaos/talk.ts';
import { createSqliteDisk } from '#tests/sync/disk.ts';

const { CHAOS_SEED, CHAOS_SEEDS, npm_lifecycle_event: command } = process.env;
/** Without a word, as in CI: fifty of the worst, and some of the others. */
const isSample = !CHAOS_SEED && !CHAOS_SEEDS && command !== 'chaos';
const seeds = CHAOS_SEED ? [Number(CHAOS_SEED)] : Array.from({ length: Number(CHAOS_SEEDS ?? (command === 'chaos' ? 1_000 : 16)) }, (_, index) => index + 1);

describe('chaos', () => {
  it.each(seeds)('of weather, disks and relays, seed %i', async (seed) => {
    expect((await runChaos({ seed, acts: STORM })).revisions).toBeGreaterThan(0);
  }, 60_000);

  it.each(seeds)('of people who come and go as well, seed %i', async (seed) => {
    expect((await runChaos({ seed, acts: COMPANY })).time).toBeGreaterThan(0);
  }, 60_000);

  it.each(isSample ? Array.from({ length: 50 }, (_, index) => index + 1) : seeds)('of a relay that lies and a member who forges as well, seed %i', async (seed) => {
    expect((await runChaos({ seed, acts: MALICE, hasMallory: true })).time).toBeGreaterThan(0);
  }, 60_000);

  it.each(seeds.slice(0, Math.ceil(seeds.length / 5)))('on the app’s own store, seed %i', async (seed) => {
    expect((await runChaos({ seed, acts: MALICE, hasMallory: true, newDisk: createSqliteDisk })).time).toBeGreaterThan(0);
  }, 60_000);

  it.each(seeds.slice(0, Math.ceil(seeds.length / 5)))('of people who also talk, on the app’s own store, seed %i', async (seed) => {
    expect((await runChaos({ seed, acts: [[40, talk], ...MALICE], hasMallory: true, newDisk: createSqliteDisk })).time).toBeGreaterThan(0);
  }, 60_000);

  it.each([
    [445, 'where all who are honest were taken out'],
    [687, 'where what a relay hid in the middle of a log is missed by all but its author'],
    [721, 'where a held frame misses what nobody has, and besides what came'],
    [848, 'where a newcomer without the past takes in what rests on nothing'],
  ])('that once went wrong, seed %i, %s', async (seed) => {
    expect((await runChaos({ seed, acts: MALICE, hasMallory: true })).time).toBeGreaterThan(0);
  }, 60_000);

  it('is the same for the same seed', async () => {
    expect(await runChaos({ seed: 4_711 })).toEqual(await runChaos({ seed: 4_711 }));
  });
});
