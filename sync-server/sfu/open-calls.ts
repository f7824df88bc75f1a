/** Whether and how calls go through a relay, by its settings. The media router's package is loaded only where they do. */
import type { Logger } from 'pino';
import type { Calls } from '#relay/calls.ts';
import type { Sfu, SfuOptions } from './sfu.ts';
import { createCallsElsewhere } from './tokens.ts';
import type { TokenPlace } from './token.ts';
import { findWorker } from './worker-binary.ts';

export interface CallsConfig extends Pick<SfuOptions, 'listen' | 'port' | 'limits' | 'onProducer'> {
  /** Whether rooms are to be here, if the media router is. */
  readonly isHere: boolean;
  readonly announced?: string;
  /** The media router's program; by default the one that is found. */
  readonly binary?: string;
  /** Where several relays share a database: the one with the rooms, and what they make tokens with. */
  readonly place?: TokenPlace;
  /** Others may work on the same database. */
  readonly isShared?: boolean;
}

export interface OpenedCalls {
  /** Null: calls are refused with `call_unavailable`. */
  readonly calls: Calls | null;
  /** Those of them that are in this process. */
  readonly sfu: Sfu | null;
}

const ANYWHERE = ['0.0.0.0', '::'];

/** Why rooms cannot be here, in words for who operates the relay. */
function findHindrance({ isHere, isShared, place, listen, announced }: CallsConfig, binary: string | null): string | null {
  if (!isHere) return 'RELAY_SFU is off';
  if (binary === null) return 'there is no mediasoup-worker (node scripts/mediasoup-worker.mjs makes one)';
  if (isShared && !place) return 'relays on one PostgreSQL need RELAY_SFU_ADDRESS and RELAY_SFU_SECRET, so that both ends of a call come to the same one';
  if (ANYWHERE.includes(listen) && announced === undefined) return `RELAY_SFU_ANNOUNCED does not say at which address clients reach ${listen}`;
  return null;
}

/** Never rejects: a relay that cannot carry calls keeps ledgers in step all the same, and says so. */
export async function openCalls(config: CallsConfig | undefined, { logger, now, onDied }: { logger: Logger; now(): number; onDied(): void }): Promise<OpenedCalls> {
  if (!config) return { calls: null, sfu: null };
  const { place } = config;
  const binary = config.binary ?? findWorker();
  const hindrance = findHindrance(config, binary);
  if (hindrance === null && binary !== null) {
    try {
      const { createSfu } = await import('./sfu.ts');
      const sfu = await createSfu({ ...config, binary, logger, now, onDied });
      logger.info({ listen: config.listen, port: config.port }, 'calls go through this relay');
      return { calls: sfu, sfu };
    } catch (error) {
      logger.error({ error: error instanceof Error ? error.message : String(error) }, 'no calls: the media router cannot be started');
    }
  } else if (!config.isHere && place) {
    logger.info('calls go through another relay');
    return { calls: createCallsElsewhere(place, now), sfu: null };
  } else logger.info(`no calls: ${hindrance}`);
  return { calls: null, sfu: null };
}
