import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const readPackages = (file: string): string => JSON.stringify(JSON.parse(readFileSync(file, 'utf8')).packages['node_modules/yjs']);

/** Installs what the benchmarks compare with (bench/package.json), where it is not there yet. Throws where that fails. */
export function installPeers(): void {
  const installed = 'bench/node_modules/.package-lock.json';
  if (existsSync(installed) && readPackages(installed) === readPackages('bench/package-lock.json')) return;
  console.error('Installing the peers of bench/package.json …');
  const { status } = spawnSync('npm', ['ci', '--prefix', 'bench', '--no-fund', '--no-audit'], { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('the peers could not be installed');
}
