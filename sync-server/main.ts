/** `npm run relay`. Settings come from the environment: see config.ts and docs/operating-a-relay.md. */
import { environmentToConfig } from './config.ts';
import { createRelayServer } from './server.ts';

/** So long a relay may take to stop, in milliseconds; whatever it still does then can be broken off without a loss. */
const STOP_WITHIN = 15_000;

try {
  const config = environmentToConfig(process.env);
  const server = await createRelayServer(config);
  // The address of a database may hold a password.
  process.stdout.write(`Relay: ws://${config.host}:${server.port}, data in ${config.postgres === undefined ? config.data : 'PostgreSQL'}\n`);
  if (config.metrics) process.stdout.write(`Metrics: http://${config.metrics.host}:${server.metricsPort}/metrics\n`);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1); // asked twice
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN).unref();
    void server.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`The relay cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
