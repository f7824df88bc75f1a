/** The desktop application: a window, the core beside it, and a port between the two. Neither sees anything else of this process. */
import { app, BrowserWindow, dialog, Menu, Notification, protocol, session } from 'electron';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultProfile } from '#main/profile-folder.ts';
import { PAGES_SCHEME } from './address.ts';
import { createCallWatch } from './call-watch.ts';
import { startCoreProcess, type CoreProcess } from './core-process.ts';
import { findLink, linkToPage } from './deep-link.ts';
import { guardPermissions, refuseNavigation } from './harden.ts';
import { systemKeychain } from './keychain.ts';
import { noticeToPage, noticeToWords, readNotice } from './notice.ts';
import { servePages } from './pages.ts';
import { openProfileKey } from './profile-key.ts';
import { keepWindowState, LEAST_SIZE, readWindowState } from './window-state.ts';
import { troubleWords, type Trouble } from './words.ts';

const programs = import.meta.dirname;
const pages = join(programs, '../renderer');
const { values } = parseArgs({ args: process.argv.slice(1), options: { profile: { type: 'string' } }, strict: false, allowPositionals: true });

// Chromium's own files and the single-instance lock live in the profile too: one window per profile, several profiles side by side.
if (typeof values.profile === 'string') app.setPath('userData', join(resolve(values.profile), 'window'));
const profile = typeof values.profile === 'string' ? resolve(values.profile) : defaultProfile();
// A packaged application loads no addon but its own.
const sqliteBinding = app.isPackaged || !process.env['TALLYSTICK_SQLITE_BINDING'] ? [] : ['--sqlite-binding', process.env['TALLYSTICK_SQLITE_BINDING']];
const stateFile = join(app.getPath('userData'), 'window.json');

protocol.registerSchemesAsPrivileged([
  { scheme: PAGES_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
refuseNavigation();

let window: BrowserWindow | undefined;
let core: CoreProcess | undefined;
const calls = createCallWatch();
/** A message that is still open must not keep the application. */
const quitting = new AbortController();

function openWindow(link?: string): void {
  const { bounds, maximized } = readWindowState(stateFile);
  window = new BrowserWindow({
    ...bounds,
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    title: 'Tallystick',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(programs, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const { webContents } = window;
  keepWindowState(window, stateFile);
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window?.show());
  window.once('closed', () => (window = undefined));
  webContents.on('did-finish-load', () => core?.connect(webContents));
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') webContents.reload();
  });
  void webContents.loadURL(linkToPage(link));
}

/** Tells by the notifications of the system; a click on one leads to what it is about. */
function tellNotice(message: unknown): void {
  const notice = readNotice(message);
  if (!notice) return;
  const notification = new Notification(noticeToWords(notice));
  notification.on('click', () => {
    showLink(undefined);
    void window?.webContents.loadURL(noticeToPage(notice));
  });
  notification.show();
}

function showLink(link: string | undefined): void {
  if (!window) return openWindow(link);
  if (window.isMinimized()) window.restore();
  window.focus();
  // Only the hash differs, so the page stays and keeps what is typed in it.
  if (link) void window.webContents.loadURL(linkToPage(link));
}

/** Keys that people expect of any window: copy and paste on macOS, and the size of the text everywhere. */
function createMenu(): Menu {
  return Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { role: 'editMenu' },
    { label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
  ]);
}

async function start(): Promise<void> {
  await app.whenReady();
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  guardPermissions(session.defaultSession, calls);
  servePages(session.defaultSession, pages);
  Menu.setApplicationMenu(createMenu());
  const tell = (trouble: Trouble) => `${troubleWords(trouble, app.getLocale())}\n\n${profile}`;
  const log = (text: string) => process.stderr.write(`${text}\n`);
  core = startCoreProcess({
    entry: join(programs, 'core.js'),
    args: ['--profile', profile, ...sqliteBinding, ...(Notification.isSupported() ? ['--notices'] : [])],
    profileKey: await openProfileKey(profile, systemKeychain, { randomBytes, log }),
    log,
    onMessage: tellNotice,
    onStarted: calls.follow,
    onClosed(why) {
      dialog.showErrorBox('Tallystick', tell(why));
      app.exit(1);
    },
    onHopeless() {
      // Without a window there is nobody to tell.
      if (window) void dialog.showMessageBox(window, { type: 'error', title: 'Tallystick', message: tell('hopeless'), signal: quitting.signal });
    },
  });
  // Somebody may have asked for the window while the keychain was asked for the key.
  if (window) core.connect(window.webContents);
  else openWindow(findLink(process.argv));
}

if (app.requestSingleInstanceLock()) {
  if (app.isPackaged) app.setAsDefaultProtocolClient('tallystick');
  app.on('second-instance', (_event, args) => showLink(findLink(args)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    showLink(findLink([link]));
  });
  app.on('activate', () => window ?? openWindow());
  app.on('before-quit', () => quitting.abort());
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (!core) return;
    event.preventDefault();
    // Not `quit`: it does nothing while the application is quitting.
    void core.stop().then(() => app.exit(0));
  });
  void start();
} else {
  process.stderr.write('Tallystick is open already; its window comes to the front.\n');
  app.quit();
}
