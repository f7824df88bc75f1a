import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this operating system wants a program to keep its data. */
export function defaultProfile(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Tallystick');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Tallystick');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'tallystick');
}
