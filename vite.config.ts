/**
 * What is built: the screen for every host, and the three small programs of the Electron host. Everything else runs
 * from its sources. Modes: renderer, electron-main, electron-core, preload.
 */
import react from '@vitejs/plugin-react';
import { createRequire } from 'node:module';
import { defineConfig, type UserConfig } from 'vite';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;
const builtins = /^(node:|electron$)/;

const renderer: UserConfig = {
  root: `${here}/src/renderer`,
  base: './',
  plugins: [react()],
  css: { postcss: { plugins: [require('postcss-preset-mantine')()] } },
  build: {
    outDir: `${here}/dist/renderer`,
    emptyOutDir: true,
    target: 'chrome130',
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // One person's own disk, not a network: a few large files start faster than many small ones.
    chunkSizeWarningLimit: 4_000,
  },
};

/** A module for Electron's Node. Packages stay packages: Automerge finds its wasm, and better-sqlite3 its addon, beside their own files. */
const node = (entry: string, name: string): UserConfig => ({
  root: here,
  publicDir: false,
  build: {
    ssr: entry,
    outDir: `${here}/dist/electron`,
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: { external: [builtins], output: { format: 'es', entryFileNames: `${name}.js`, codeSplitting: false } },
  },
});

/** A sandboxed preload is CommonJS and can require nothing but `electron`. */
const preload: UserConfig = {
  root: here,
  publicDir: false,
  build: {
    lib: { entry: `${here}/src/main/hosts/electron/preload/preload.ts`, formats: ['cjs'], fileName: () => 'preload.cjs' },
    outDir: `${here}/dist/electron`,
    emptyOutDir: false,
    minify: false,
    rolldownOptions: { external: [builtins] },
  },
};

const programs: Record<string, UserConfig> = {
  'electron-main': node('src/main/hosts/electron/main.ts', 'main'),
  'electron-core': node('src/main/hosts/electron/core.ts', 'core'),
  preload,
};

export default defineConfig(({ mode }) => programs[mode] ?? renderer);
