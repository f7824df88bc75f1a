/** `node bench/start.ts PROFILE LEDGER`: a fresh core shows the first view of a ledger; prints milliseconds and MB as JSON. */
const began = performance.now();
const [profile = '', ledger = ''] = process.argv.slice(2);
const { openCore } = await import('./open-core.ts');
const loaded = performance.now();
const core = await openCore(profile);
await core.look('ledgers.get', { ledger });
await core.look('entries.page', { ledger, offset: 0, limit: 50 });
const shown = performance.now();

// A day's work on top, for the memory that a core in use takes.
for (const text of ['dinner', '火锅', 'rent']) await core.ask('entries.search', { text, limit: 20 });
await core.look('balances.get', { ledger });
await core.look('charts.get', { ledger, currency: 'EUR', from: '2016-01-01', to: '2026-12-31' });
for (let offset = 0; offset < 5_000; offset += 500) await core.look('entries.page', { ledger, offset, limit: 100 });
console.log(
  JSON.stringify({
    first: shown - loaded,
    withProgram: shown - began,
    memory: process.memoryUsage.rss() / 1e6,
  }),
);
await core.close();

export {};
