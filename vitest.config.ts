import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,sync-server,native,tests,scripts,bench}/**/*.test.{ts,tsx}', '{src,sync-server,native}/**/*.fuzz.test.ts'],
    environment: 'node',
    // Real files and sockets: slow on a busy machine is not broken.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // A test that leaves a socket open is found out here and not in the next one.
    teardownTimeout: 10_000,
    maxWorkers: 2,
  },
});
