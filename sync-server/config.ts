import { z } from 'zod';
import type { RelayServerConfig } from './server.ts';
import type { CallsConfig } from './sfu/open-calls.ts';

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
  RELAY_SFU: z.enum(['auto', 'off']).default('auto'),
  RELAY_SFU_LISTEN: z.union([z.ipv4(), z.ipv6()]).optional(),
  RELAY_SFU_PORT: z.coerce.number().int().min(0).max(65_535).default(8788),
  RELAY_SFU_ANNOUNCED: z.string().min(1).optional(),
  RELAY_SFU_ADDRESS: z.string().regex(/^wss?:\/\//, 'an address that begins with ws:// or wss://').max(500).optional(),
  RELAY_SFU_SECRET: z.string().min(32).optional(),
  RELAY_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  RELAY_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

const ADDRESS = /^[\d.]+$|:/;

function toCalls(data: z.infer<typeof environmentSchema>): CallsConfig {
  const { RELAY_SFU_ADDRESS: address, RELAY_SFU_SECRET: secret, RELAY_SFU_ANNOUNCED: announced } = data;
  if ((address === undefined) !== (secret === undefined)) throw new Error('RELAY_SFU_ADDRESS and RELAY_SFU_SECRET: both or neither');
  return {
    isHere: data.RELAY_SFU === 'auto', isShared: data.RELAY_STORE !== undefined, port: data.RELAY_SFU_PORT,
    listen: data.RELAY_SFU_LISTEN ?? (ADDRESS.test(data.RELAY_HOST) ? data.RELAY_HOST : '127.0.0.1'),
    ...(announced !== undefined && { announced }),
    ...(address !== undefined && secret !== undefined && { place: { address, secret: new TextEncoder().encode(secret) } }),
  };
}

/** The configuration a relay is started with. Throws, naming the variable, for a value that makes no sense. */
export function environmentToConfig(environment: Readonly<Record<string, string | undefined>>): RelayServerConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const { data } = parsed;
  return {
    calls: toCalls(data),
    host: data.RELAY_HOST, port: data.RELAY_PORT, data: data.RELAY_DATA, connections: data.RELAY_CONNECTIONS,
    ledgerBytes: data.RELAY_LEDGER_BYTES, totalBytes: data.RELAY_TOTAL_BYTES, keepCovered: data.RELAY_KEEP_DAYS * 24 * 60 * 60 * 1000,
    ...(data.RELAY_STORE !== undefined && { postgres: data.RELAY_STORE, databaseConnections: data.RELAY_STORE_CONNECTIONS }),
    ...(data.RELAY_METRICS_PORT !== undefined && { metrics: { host: data.RELAY_METRICS_HOST, port: data.RELAY_METRICS_PORT } }),
  };
}
