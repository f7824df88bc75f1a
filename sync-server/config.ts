import { z } from 'zod';
import type { RelayServerConfig } from './server.ts';

const bytes = z.coerce.number().int().min(1_000_000);

const environmentSchema = z.object({
  RELAY_HOST: z.string().min(1).default('127.0.0.1'),
  RELAY_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  RELAY_DATA: z.string().min(1).default('relay.db'),
  RELAY_STORE: z.string().regex(/^postgres(ql)?:\/\//, 'an address that begins with postgres://, or nothing for the SQLite file in RELAY_DATA').optional(),
  RELAY_STORE_CONNECTIONS: z.coerce.number().int().min(2).max(1_000).default(10),
  RELAY_LEDGER_BYTES: bytes.default(1_000_000_000),
  RELAY_TOTAL_BYTES: bytes.default(50_000_000_000),
  RELAY_KEEP_DAYS: z.coerce.number().min(1).default(30),
  RELAY_CONNECTIONS: z.coerce.number().int().min(1).default(10_000),
  RELAY_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  RELAY_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

/** The configuration a relay is started with. Throws, naming the variable, for a value that makes no sense. */
export function environmentToConfig(environment: Readonly<Record<string, string | undefined>>): RelayServerConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const { data } = parsed;
  return {
    host: data.RELAY_HOST, port: data.RELAY_PORT, data: data.RELAY_DATA, connections: data.RELAY_CONNECTIONS,
    ledgerBytes: data.RELAY_LEDGER_BYTES, totalBytes: data.RELAY_TOTAL_BYTES, keepCovered: data.RELAY_KEEP_DAYS * 24 * 60 * 60 * 1000,
    ...(data.RELAY_STORE !== undefined && { postgres: data.RELAY_STORE, databaseConnections: data.RELAY_STORE_CONNECTIONS }),
    ...(data.RELAY_METRICS_PORT !== undefined && { metrics: { host: data.RELAY_METRICS_HOST, port: data.RELAY_METRICS_PORT } }),
  };
}
