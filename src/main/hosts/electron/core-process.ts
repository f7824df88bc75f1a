/** The core in a process of its own, started again when it dies. */
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess, type WebContents } from 'electron';
import type { CoreFailure } from '#main/core.ts';
import { exitToFailure } from './core-exit.ts';
import type { StartMessage } from './start-message.ts';

const FIRST_RETRY_MILLISECONDS = 100;
const LONGEST_RETRY_MILLISECONDS = 10_000;
/** A core that lived this long was well: its next restart does not wait. */
const HEALTHY_MILLISECONDS = 30_000;
/** As many deaths in a row are no accident: a person should know. */
const HOPELESS_DEATHS = 5;
/** Everything that was answered is on disk already; a core that takes longer to close its files hangs. */
const STOP_MILLISECONDS = 5_000;

export interface CoreProcess {
  /** Gives the window a new port that leads straight to the core; call it whenever the window's page has loaded. */
  connect(contents: WebContents): void;
  /** Asks the core to close its files, and waits until it has. */
  stop(): Promise<void>;
}

interface Dependencies {
  /** The core's program and its arguments. */
  readonly entry: string;
  readonly args: string[];
  /** What seals the profile's secrets; null: nothing does. Never among the arguments, which other programs can read. */
  readonly profileKey: Uint8Array | null;
  log(text: string): void;
  /** A core begins, the first one or after a death: this process talks to it through the port. */
  onStarted(port: MessagePortMain): void;
  /** The profile cannot be opened, and trying again would not help. */
  onClosed(why: CoreFailure): void;
  /** It has died again and again. It is still tried. */
  onHopeless(): void;
  /** The core says something to this process. */
  onMessage(message: unknown): void;
}

export function startCoreProcess({ entry, args, profileKey, log, onStarted, onClosed, onHopeless, onMessage }: Dependencies): CoreProcess {
  let child: UtilityProcess | undefined;
  let screen: WebContents | undefined;
  let retry: NodeJS.Timeout | undefined;
  let delay = FIRST_RETRY_MILLISECONDS;
  let deaths = 0;

  const handOver = () => {
    if (!child || !screen || screen.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage('connect', [port1]);
    screen.postMessage('core-port', null, [port2]);
  };

  const restart = (code: number, lived: number) => {
    child = undefined;
    const closed = exitToFailure(code);
    if (closed !== undefined) return onClosed(closed);
    if (lived > HEALTHY_MILLISECONDS) [delay, deaths] = [FIRST_RETRY_MILLISECONDS, 0];
    deaths += 1;
    if (deaths === HOPELESS_DEATHS) onHopeless();
    log(`the core ended with code ${code}; starting it again in ${delay} ms`);
    retry = setTimeout(start, delay);
    delay = Math.min(delay * 2, LONGEST_RETRY_MILLISECONDS);
  };

  const start = () => {
    const startedAt = Date.now();
    child = utilityProcess.fork(entry, args, { serviceName: 'Tallystick core', stdio: 'inherit' });
    child.once('exit', (code) => restart(code, Date.now() - startedAt));
    child.on('message', onMessage);
    child.postMessage({ profileKey } satisfies StartMessage);
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage('connect', [port1]);
    onStarted(port2);
    handOver();
  };
  start();

  return {
    connect(contents) {
      screen = contents;
      handOver();
    },
    stop() {
      clearTimeout(retry);
      const ending = child;
      if (!ending) return Promise.resolve();
      ending.removeAllListeners('exit');
      return new Promise((resolve) => {
        const impatient = setTimeout(() => ending.kill(), STOP_MILLISECONDS);
        ending.once('exit', () => {
          clearTimeout(impatient);
          resolve();
        });
        ending.postMessage('stop');
      });
    },
  };
}
