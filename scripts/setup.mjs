/** What must be there before anything of the project can run. Plain JavaScript for Node 20, without packages. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

/** Runs a command to its end with its output shown; throws with a plain sentence where it fails. */
export function run(command, args, options = {}) {
  const { status, error, signal } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows, ...options });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${signal ?? status}.`);
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** True where node_modules holds what the lockfile names. Packages for other machines may be missing. */
function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = readPackages(hidden);
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/** Installs the packages of the lockfile where they are not there yet. */
export function installPackages() {
  if (isInstalled()) return;
  console.log('Installing the packages of package-lock.json …');
  run('npm', ['ci', '--no-fund', '--no-audit']);
}

/** The Node 24 that came with the packages, or this Node where it is as new. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const names = [`node-${windows ? 'win' : process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const found = names.map((name) => join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')).find((path) => existsSync(path));
  if (!found) throw new Error(`There is no Node 24 package for ${process.platform}-${process.arch}: install Node 24 or later and start again.`);
  return found;
}

/** The environment in which tools of node_modules run, under Node 24. */
export function toolEnvironment(extra = {}) {
  const path = [dirname(findNode()), join(root, 'node_modules/.bin'), process.env.PATH].join(windows ? ';' : ':');
  return { ...process.env, PATH: path, ...extra };
}

/** Runs a tool of node_modules. */
export const runTool = (name, args, extra = {}) => run(join(root, 'node_modules/.bin', name), args, { env: toolEnvironment(extra) });

function newestChange(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

const SCREEN = { modes: ['renderer'], sources: ['src/renderer', 'src/domain', 'src/contract'] };
const DESKTOP = { modes: ['electron-main', 'electron-core', 'preload'], sources: ['src/main', 'src/sync', 'src/domain', 'src/contract', 'native'] };

/** Builds the screen, and the programs of the desktop where asked, if a source is newer than the last build. */
export function build({ desktop }) {
  for (const { modes, sources } of desktop ? [SCREEN, DESKTOP] : [SCREEN]) {
    const stamp = join(root, 'dist', `${modes[0]}.built`);
    const changed = Math.max(...[...sources, 'vite.config.ts', 'package-lock.json'].map((path) => newestChange(join(root, path))));
    if (newestChange(stamp) > changed) continue;
    const startedAt = new Date();
    for (const mode of modes) runTool('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, `${startedAt.toISOString()}\n`);
  }
}
