/**
 * What is built: the screen for every host, and the three small programs of the Electron host. Everything else runs
 * from its sources. Modes: renderer, electron-main, electron-core, preload.
 */
import react from '@vitejs/plugin-react';
import { createRequire } from 'node:module';
import { defineConfig, type UserConfig } from 'vite';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

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

/**
 * A program for Electron's Node. Packages stay packages: Automerge finds its wasm, and better-sqlite3 its addon, beside
 * their own files.
 */
const node = (entry: string, fileName: string, format: 'cjs' | 'es'): UserConfig => ({
  root: here,
  publicDir: false,
  build: {
    ssr: entry,
    outDir: `${here}/dist/electron`,
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    rolldownOptions: { external: [/^(node:|electron$)/], output: { format, entryFileNames: fileName, codeSplitting: false } },
  },
});

const electron = 'src/main/hosts/electron';
const programs: Record<string, UserConfig> = {
  // CommonJS is run before Electron is ready, which is when schemes must be registered; a sandboxed preload knows nothing else.
  'electron-main': node(`${electron}/main.ts`, 'main.cjs', 'cjs'),
  'electron-core': node(`${electron}/core.ts`, 'core.js', 'es'),
  preload: node(`${electron}/preload/preload.ts`, 'preload.cjs', 'cjs'),
};

export default defineConfig(({ mode }) => programs[mode] ?? renderer);
