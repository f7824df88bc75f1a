/** Programs that run beside this one until a person closes them. Plain JavaScript for Node 20, without packages. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findChromium, rootArguments } from './hosts.mjs';

/** Runs a program until it ends; resolves to its exit code. */
export function runProgram(command, args, stdio = 'inherit') {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', () => done(1));
    child.once('exit', (code) => done(code ?? 0));
  });
}

/** An application window of Chromium, with its own browser data beside the profile; resolves when it is closed. */
export const openChromium = (address, profile, place = []) =>
  runProgram(findChromium(), [...rootArguments(), `--app=${address}`, `--user-data-dir=${join(profile, 'chromium')}`, '--no-first-run', '--disable-sync', ...place], 'ignore');

/** Calls `close` once when a person ends this program, then ends it. */
export function closeOnSignal(close) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().then(() => process.exit(0)));
}
