/** `npm run relay`. Settings come from the environment: see config.ts. */
import { environmentToConfig } from './config.ts';
import { createRelayServer } from './server.ts';

try {
  const config = environmentToConfig(process.env);
  const server = await createRelayServer(config);
  process.stdout.write(`Relay: ws://${config.host}:${server.port}, data in ${config.data}\n`);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`The relay cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
