/**
 * `npm test`: sets up what is missing and runs every check. Stages are collected, not stopped at, so that one run tells
 * everything; the last line is the sum. Begins on Node 20 without packages.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, findElectron } from './hosts.mjs';
import { findOrMakeWorker } from './mediasoup-worker.mjs';
import { build, installPackages, root, run, runTool, toolEnvironment } from './setup.mjs';

const results = join(root, 'test-results');
const seconds = (since) => `${((Date.now() - since) / 1_000).toFixed(0)} s`;

/** What the virtual card readers of tests/native are made of: package and a file of it. */
const READER_PACKAGES = [
  ['pcscd', '/usr/sbin/pcscd'],
  ['vsmartcard-vpcd', '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'],
  ['umockdev', '/usr/bin/umockdev-run'],
  ['gir1.2-umockdev-1.0', '/usr/share/doc/gir1.2-umockdev-1.0'],
  ['python3-gi', '/usr/lib/python3/dist-packages/gi/__init__.py'],
  ['gcc', '/usr/bin/gcc'],
  ['libc6-dev', '/usr/include/stdio.h'],
];

/** A browser, fonts for both scripts, a display for Electron, a database for the relay and virtual card readers. On Debian, as root, what is missing is installed. */
function installSystemPackages() {
  const fonts = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';
  const missing = [
    !findChromium() && 'chromium',
    process.platform === 'linux' && !existsSync(fonts) && 'fonts-noto-cjk',
    process.platform === 'linux' && !existsSync('/usr/bin/xvfb-run') && 'xvfb',
    process.platform === 'linux' && !existsSync('/usr/bin/xauth') && 'xauth',
    process.platform === 'linux' && !existsSync('/usr/lib/postgresql') && 'postgresql',
    ...READER_PACKAGES.map(([name, file]) => process.platform === 'linux' && !existsSync(file) && name),
  ].filter(Boolean);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log(`Installing ${missing.join(', ')} …`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] };
  run('apt-get', ['update', '-q'], options);
  run('apt-get', ['install', '-yq', '--no-install-recommends', ...missing], options);
}

/**
 * Where an Electron runtime is for the desktop tests, as variables of the environment; undefined where there is none.
 * Test machines that cannot fetch one may keep an older one, with a SQLite addon for its Node, in a folder beside the checkout.
 */
function findDesktop() {
  const tools = join(root, '../shared/tools');
  const provider = join(tools, 'electron-dist');
  if (!process.env.ELECTRON_OVERRIDE_DIST_PATH && process.platform === 'linux' && existsSync(provider)) {
    const { status, stdout } = spawnSync(provider, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const addon = readdirSync(join(tools, 'bin')).find((name) => name.startsWith('better_sqlite3-') && name.endsWith('.node'));
    if (status === 0) process.env.ELECTRON_OVERRIDE_DIST_PATH = stdout.trim();
    if (status === 0 && addon) process.env.TALLYSTICK_SQLITE_BINDING ??= join(tools, 'bin', addon);
  }
  return findElectron();
}

/**
 * Finds or makes the program that calls go through, for the tests of calls; they say themselves that they were not run where there is
 * none. Test machines may keep one that spares them the three minutes, in a folder beside the checkout.
 */
function findCalls() {
  const provider = join(root, '../shared/tools/mediasoup-worker');
  if (!process.env.MEDIASOUP_WORKER_BIN && process.platform === 'linux' && existsSync(provider)) {
    const { status, stdout } = spawnSync(provider, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (status === 0) process.env.MEDIASOUP_WORKER_BIN = stdout.trim();
  }
  try {
    findOrMakeWorker((words) => console.log(words));
  } catch (error) {
    console.log(`NOT RUN: calls. ${error.message}`);
  }
}

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

const unitReport = join(results, 'unit.json');
function countUnit() {
  const report = readJson(unitReport);
  return report && { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests };
}

const playwrightReport = (project) => join(results, `${project}.json`);
function countPlaywright(project) {
  const stats = readJson(playwrightReport(project))?.stats;
  return stats && { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped, flaky: stats.flaky };
}

function runPlaywright(project, wrapper = []) {
  const [command, ...rest] = [...wrapper, join(root, 'node_modules/.bin/playwright'), 'test', `--project=${project}`, '--reporter=list,json'];
  run(command, rest, { env: toolEnvironment({ PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport(project) }) });
}

const desktopWrapper = process.platform === 'linux' && !process.env.DISPLAY ? ['xvfb-run', '--auto-servernum'] : [];

function setUp() {
  installPackages();
  installSystemPackages();
  findCalls();
}

const stages = [
  { name: 'set-up', run: setUp },
  { name: 'types', needs: 'set-up', run: () => runTool('tsc', ['-b']) },
  { name: 'lint', needs: 'set-up', run: () => runTool('oxlint', ['--deny-warnings']) },
  { name: 'unit', needs: 'set-up', run: () => runTool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]), count: countUnit },
  { name: 'build', needs: 'set-up', run: () => build({ desktop: true }) },
  { name: 'browser', needs: 'build', run: () => runPlaywright('browser'), count: () => countPlaywright('browser') },
  { name: 'desktop', needs: 'build', run: () => runPlaywright('desktop', desktopWrapper), count: () => countPlaywright('desktop') },
];

function runStage(stage, outcomes) {
  if (stage.needs && !outcomes.some((one) => one.name === stage.needs && one.ok)) return { name: stage.name, ok: false, note: `not run: ${stage.needs} failed` };
  if (stage.name === 'desktop' && !findDesktop()) return { name: stage.name, ok: true, note: "NOT RUN: there is no Electron runtime here, so the desktop was not tried" };
  console.log(`\n── ${stage.name} ──`);
  const startedAt = Date.now();
  let ok = true;
  try {
    stage.run();
  } catch (error) {
    console.error(error.message);
    ok = false;
  }
  return { name: stage.name, ok, counts: stage.count?.(), note: seconds(startedAt) };
}

/** A stage that failed without a failed test of its own counts as one. */
function addUp(outcomes) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { ok, counts } of outcomes) {
    total.passed += counts?.passed ?? 0;
    total.skipped += counts?.skipped ?? 0;
    total.failed += counts?.failed || (ok ? 0 : 1);
  }
  return total;
}

const startedAt = Date.now();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const outcomes = [];
for (const stage of stages) outcomes.push(runStage(stage, outcomes));

console.log('\n── summary ──');
for (const { name, ok, counts, note } of outcomes) {
  const flaky = counts?.flaky ? ` (${counts.flaky} of the passed only at a later try: to be looked at)` : '';
  const tests = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${flaky}` : '';
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${note.padEnd(8)} ${tests}`);
}
console.log(`in ${seconds(startedAt)}`);
const { passed, failed, skipped } = addUp(outcomes);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
