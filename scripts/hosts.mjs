/** Finds what can show a window on this machine. Plain JavaScript for Node 20, without packages. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findNode, root } from './setup.mjs';

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Chromium's sandbox refuses to run as root. */
export const rootArguments = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

const ELECTRON_BINARY = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/** Path of Electron's executable where its runtime is on this machine: the folder in ELECTRON_OVERRIDE_DIST_PATH, or the package's own. */
export function findElectron() {
  return [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(root, 'node_modules/electron/dist')]
    .filter(Boolean)
    .map((folder) => join(folder, ELECTRON_BINARY))
    .find(isExecutable);
}

/** The SQLite addon speaks Node-API 10, which Electron has since this version; with an older one it needs a build of its own. */
const OLDEST_ELECTRON = 35;

/** Why an Electron that is here can't run the core; undefined where it can. */
function findElectronFault(executable) {
  const file = join(dirname(executable), 'version');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : '';
  const isTooOld = Number.parseInt(version, 10) < OLDEST_ELECTRON && !process.env.TALLYSTICK_SQLITE_BINDING;
  return isTooOld ? `the Electron ${version} here is too old for its SQLite (TALLYSTICK_SQLITE_BINDING can name one that fits)` : undefined;
}

/** Tries to fetch Electron's runtime, for at most the given time. False where it did not come. */
export function downloadElectron(milliseconds = 180_000) {
  console.log("Fetching Electron's runtime …");
  const installer = join(root, 'node_modules/electron/install.js');
  const { status } = spawnSync(findNode(), [installer], { cwd: root, stdio: 'ignore', timeout: milliseconds });
  return status === 0 && findElectron() !== undefined;
}

const CHROMIUM_PLACES = {
  darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean).flatMap((folder) => [
    join(folder, 'Google/Chrome/Application/chrome.exe'),
    join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    join(folder, 'Chromium/Application/chrome.exe'),
  ]),
};
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'brave-browser'];

/** Path of a Chromium, Chrome or Edge; undefined where there is none. TALLYSTICK_CHROMIUM names another. */
export function findChromium() {
  const named = process.env.TALLYSTICK_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const places = CHROMIUM_PLACES[process.platform] ?? (process.env.PATH ?? '').split(delimiter).flatMap((folder) => CHROMIUM_NAMES.map((name) => join(folder, name)));
  return places.find(isExecutable);
}

/** Which of the three ways to show the app this machine allows, and why: `electron`, `chromium` or `serve`. */
export function chooseHost() {
  if (!hasDisplay()) return { host: 'serve', reason: 'there is no display' };
  const electron = findElectron();
  const fault = electron && findElectronFault(electron);
  if (electron && !fault) return { host: 'electron', reason: "Electron's runtime is on this machine" };
  if (!electron && downloadElectron()) return { host: 'electron', reason: "Electron's runtime could be fetched" };
  if (findChromium()) return { host: 'chromium', reason: fault ?? "Electron's runtime is not here and could not be fetched" };
  return { host: 'serve', reason: "there is neither Electron's runtime nor a Chromium" };
}
