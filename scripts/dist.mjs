/**
 * `npm run dist`: the unpacked application for this platform, in release/. The Electron runtime is the one in
 * ELECTRON_OVERRIDE_DIST_PATH, or the package's own, fetched where it is missing. TALLYSTICK_SQLITE_BINDING names
 * another build of the SQLite addon to put into the package, for a runtime older than the one the addon was built for.
 */
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { downloadElectron, findElectron } from './hosts.mjs';
import { build, installPackages, root, runTool } from './setup.mjs';

function putSqliteBinding(binding) {
  const name = join('node_modules/better-sqlite3/prebuilds', `${process.platform}-${process.arch}.node`);
  const release = join(root, 'release');
  const target = readdirSync(release).map((folder) => join(release, folder, 'resources/app.asar.unpacked', name)).find((path) => existsSync(path));
  if (!target) throw new Error(`The package holds no ${name}.`);
  copyFileSync(binding, target);
}

try {
  installPackages();
  if (!findElectron() && !downloadElectron()) {
    throw new Error(
      "Electron's runtime is missing: it is not in node_modules/electron/dist and could not be fetched. " +
        'Put one somewhere and name its folder in ELECTRON_OVERRIDE_DIST_PATH.',
    );
  }
  build({ desktop: true });
  const binary = findElectron();
  // On macOS the executable lies three folders deep in Electron.app.
  const runtime = process.platform === 'darwin' ? dirname(dirname(dirname(dirname(binary)))) : dirname(binary);
  runTool('electron-builder', ['--dir', '--publish=never', `--config.electronDist=${runtime}`]);
  if (process.env.TALLYSTICK_SQLITE_BINDING) putSqliteBinding(process.env.TALLYSTICK_SQLITE_BINDING);
  console.log(`The application is in ${join(root, 'release')}.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
