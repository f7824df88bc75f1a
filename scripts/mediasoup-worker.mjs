/**
 * Where the program is that calls go through, made where there is none: the one named in MEDIASOUP_WORKER_BIN; the one in the package,
 * which its own install step fetches; or one built from the sources in the package with the libraries of Debian 12, about three minutes.
 * `node scripts/mediasoup-worker.mjs` prints its path. `npm ci` does none of this: a relay does without calls. Plain JavaScript for Node 20.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { root, run } from './setup.mjs';

const packageFolder = join(root, 'node_modules/mediasoup');
const place = join(packageFolder, 'worker/out/Release/mediasoup-worker');
const standIns = join(root, 'scripts/mediasoup-worker');
const DEBIAN_PACKAGES = 'ninja-build meson pkg-config g++ libssl-dev libuv1-dev libsrtp2-dev libflatbuffers-dev flatbuffers-compiler libabsl-dev'.split(' ');
const RUNTIME_PACKAGES = 'libuv1 libssl3 libsrtp2-1 libabsl20220623'.split(' ');
/** How long its own install step may take, in milliseconds: where nothing can be fetched some networks never answer. */
const FETCH_WITHIN = 120_000;

/** It says so with this code that it misses what mediasoup gives it; one that cannot run on this machine does not get so far. */
const isSound = (program) => existsSync(program) && spawnSync(program, { env: {}, stdio: 'ignore' }).status === 41;

const isRootOnDebian = () => process.getuid?.() === 0 && existsSync('/etc/debian_version');
const isInstalled = (packages) => spawnSync('dpkg', ['-s', ...packages], { stdio: 'ignore' }).status === 0;
const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };

function install(packages) {
  if (isInstalled(packages)) return;
  if (!isRootOnDebian()) throw new Error(`It needs these packages of Debian 12: ${packages.join(' ')}`);
  const options = { ...quiet, env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  run('apt-get', ['update', '-q'], options);
  run('apt-get', ['install', '-yq', '--no-install-recommends', ...packages], options);
}

/** The package's own step, without its build: that one fetches sources, and fails where the program could not be fetched either. */
function fetchPrebuilt() {
  spawnSync(process.execPath, ['npm-scripts.mjs', 'postinstall'], { cwd: packageFolder, env: { ...env, PYTHON: 'false' }, stdio: 'ignore', timeout: FETCH_WITHIN });
  return isSound(place);
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** Named by all that it is made from, and outside of node_modules, which `npm ci` removes. */
function cachePath() {
  const hash = createHash('sha256');
  for (const file of [fileURLToPath(import.meta.url), join(packageFolder, 'package.json'), ...listFiles(standIns)]) hash.update(readFileSync(file));
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tallystick', `mediasoup-worker-${hash.digest('hex').slice(0, 16)}`);
}

/** Where the text is not there exactly once, this is another release, and has to be looked at again. */
function edit(file, before, after) {
  const text = readFileSync(file, 'utf8');
  if (text.split(before).length !== 2) throw new Error(`${file} is not what this script knows`);
  writeFileSync(file, text.replace(before, () => after));
}

function buildInto(target) {
  install(DEBIAN_PACKAGES);
  const work = mkdtempSync(join(tmpdir(), 'mediasoup-worker-'));
  try {
    const [source, out] = [join(work, 'worker'), join(work, 'out')];
    cpSync(join(packageFolder, 'worker'), source, { recursive: true });
    cpSync(standIns, join(source, 'subprojects'), { recursive: true });
    // Debian's is 1.0.1, and nothing newer is needed.
    edit(join(source, 'meson.build'), "meson_version: '>= 1.1.0'", "meson_version: '>= 1.0.1'");
    // To "does this connection do TLS in the kernel?" the callback answers yes. An OpenSSL that can do that, as Debian's, then leaves out its
    // own buffer, and the first handshake of a call crashes. So what the connection itself answers is passed on.
    edit(join(source, 'src/RTC/DtlsTransport.cpp'), '(operationType == BIO_CB_RETURN)', '(operationType & BIO_CB_RETURN)');
    const named = "  'mediasoup-worker',\n  build_by_default: true,";
    edit(join(source, 'meson.build'), named, `${named}\n  cpp_pch: 'subprojects/often-included.hpp',`);
    run('meson', ['setup', '--wrap-mode=nodownload', '-Doptimization=2', '-Ddebug=false', '-Db_ndebug=true', out, source], quiet);
    // Others include the generated headers without telling ninja.
    run('ninja', ['-C', out, 'fbs/FBS/message.h'], quiet);
    run('ninja', ['-C', out, 'mediasoup-worker'], quiet);
    if (!readFileSync(join(out, 'build.ninja'), 'utf8').includes('-O2 ')) throw new Error('It was built without -O2.');
    mkdirSync(dirname(target), { recursive: true });
    run('strip', ['-o', `${target}.new`, join(out, 'mediasoup-worker')], quiet);
    renameSync(`${target}.new`, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Its path, or throws with words where there is none to be had. `say` hears what takes long. */
export function findOrMakeWorker(say) {
  if (env.MEDIASOUP_WORKER_BIN) return env.MEDIASOUP_WORKER_BIN;
  if (!existsSync(packageFolder)) throw new Error('The package mediasoup is not installed: npm ci');
  if (isSound(place)) return place;
  const cached = cachePath();
  if (!existsSync(cached)) {
    say('Fetching mediasoup-worker …');
    // The package's own variable for those who want no program that somebody else has built.
    if (!env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD && fetchPrebuilt()) return place;
    if (process.platform !== 'linux') throw new Error('mediasoup-worker could not be fetched, and is built here on Debian only.');
    say('Building mediasoup-worker from its sources, about three minutes …');
    buildInto(cached);
  }
  if (isRootOnDebian()) install(RUNTIME_PACKAGES);
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(cached, place);
  if (!isSound(place)) throw new Error(`The mediasoup-worker in ${cached} does not run here; it needs ${RUNTIME_PACKAGES.join(' ')}.`);
  return place;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(findOrMakeWorker((words) => console.error(words)));
  } catch (error) {
    console.error(`There will be no calls. ${error.message}`);
    process.exitCode = 1;
  }
}
