/** The media router's program, kept running: a process of its own, in C++, that may die without taking the relay with it. */
import { createWorker, type types } from 'mediasoup';
import type { Logger } from 'pino';

export interface MediaWorkerOptions {
  readonly binary: string;
  /** Where it listens, UDP and TCP: an address of this machine, and a port; 0 for any that is free. */
  readonly listen: string;
  readonly port: number;
  /** What clients are told instead: an address or a name that leads there. */
  readonly announced?: string | undefined;
  readonly logger: Logger;
  /** It died and everything in it is gone; another one is being started. */
  onDied(): void;
}

export interface Media {
  readonly worker: types.Worker;
  /** One port for the sound of all calls. */
  readonly server: types.WebRtcServer;
}

export interface MediaWorker {
  /** Settles when it runs. Rejects where that takes longer than `patience` milliseconds, and after `close`. */
  ready(patience: number): Promise<Media>;
  /** The process; null while there is none. */
  pid(): number | null;
  close(): void;
}

const RESTART = { first: 50, longest: 30_000 };
/** One that ran for so long, in milliseconds, did not die of what it was started with. */
const SOUND = 60_000;

/** Starts it, and again whenever it dies. Rejects where it cannot be started at all. */
export async function startMediaWorker({ binary, listen, port, announced, logger, onDied }: MediaWorkerOptions): Promise<MediaWorker> {
  let isClosed = false;
  let running: types.Worker | null = null;
  let deaths = 0;
  let wake = (): void => {};

  async function start(): Promise<Media> {
    const startedAt = Date.now();
    const worker = await createWorker({ workerBin: binary, logLevel: 'error' });
    try {
      const place = { ip: listen, port, ...(announced !== undefined && { announcedAddress: announced }) };
      const server = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ...place }, { protocol: 'tcp', ...place }] });
      if (isClosed) throw new Error('closed');
      worker.once('died', () => {
        running = null;
        if (isClosed) return;
        if (Date.now() - startedAt > SOUND) deaths = 0;
        deaths += 1;
        logger.error({ deaths }, 'the media router died; calls begin anew');
        current = restart();
        current.catch(() => undefined); // who waits is told
        onDied();
      });
      running = worker;
      return { worker, server };
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  async function restart(): Promise<Media> {
    for (let tries = deaths; ; tries += 1) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, Math.min(RESTART.longest, RESTART.first * 2 ** Math.min(tries - 1, 20))).unref();
      });
      if (isClosed) throw new Error('closed');
      try {
        return await start();
      } catch (error) {
        logger.error({ error: error instanceof Error ? error.message : String(error) }, 'the media router cannot be started again');
      }
    }
  }

  let current = Promise.resolve(await start());
  return {
    async ready(patience) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('the media router does not come back')), patience);
      });
      return Promise.race([current, tooLong]).finally(() => clearTimeout(timer));
    },
    pid: () => running?.pid ?? null,
    close() {
      isClosed = true;
      wake();
      running?.close();
    },
  };
}
