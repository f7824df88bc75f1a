/** What a relay answers over plain HTTP: whether it is well, and its counters. */
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { RelayMetrics } from './metrics.ts';
import type { RelayStore } from './store.ts';

export interface HttpDeps {
  readonly store: Pick<RelayStore, 'check'>;
  readonly metrics: Pick<RelayMetrics, 'render'>;
  /** A relay that is stopping is not well: whoever shares out connections sends none here any more. */
  isStopping(): boolean;
}

export type HttpPath = '/healthz' | '/metrics';

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

/** Answers these paths, and 404 to everything else. */
export function createHttpHandler({ store, metrics, isStopping }: HttpDeps, paths: readonly HttpPath[]): RequestListener {
  const answers: Record<HttpPath, (response: ServerResponse) => Promise<void>> = {
    async '/healthz'(response) {
      const isWell = !isStopping() && (await store.check()).ok;
      answer(response, isWell ? 200 : 503, isWell ? 'ok\n' : 'failing\n');
    },
    async '/metrics'(response) {
      const { type, text } = await metrics.render();
      answer(response, 200, text, type);
    },
  };
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = paths.find((one) => one === request.url?.split('?')[0]);
    if (request.method !== 'GET' || !path) return answer(response, 404, 'not found\n');
    answers[path](response).catch(() => answer(response, 500, 'failing\n'));
  };
}

/** Starts to listen and answers the port. Rejects where it can't be had. */
export async function listenOn(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

