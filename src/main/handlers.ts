import type { z } from 'zod';
import type { Api, CallName, Operation, Output, WatchName } from '#contract/api.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { Result } from '#domain/result.ts';

/** What a view depends on. Whoever changes something publishes its topics; the watches of these topics look again. */
export type Topic = 'profile' | 'ledgers' | 'imports' | 'sync' | 'people' | 'pairing' | 'nearby' | 'till' | 'readers' | 'calls' | 'ious' | `ledger:${LedgerId}` | `members:${LedgerId}` | 'chats' | `chat:${LedgerId}`;
export type Publish = (...topics: Topic[]) => void;

/** An input as the contract's schema leaves it. */
export type Parsed<K extends Operation> = z.output<Api[K]['input']>;

export type CallHandler<K extends CallName> = (input: Parsed<K>) => Promise<Result<Output<K>, ErrorCode>>;

export interface WatchHandler<K extends WatchName> {
  topics(input: Parsed<K>): Topic[];
  /** Reads at once and without waiting, so that a view and the reply behind it cannot be overtaken by another change. */
  read(input: Parsed<K>): Result<Output<K>, ErrorCode>;
}

/** The service of one section of the contract: a handler for each operation whose name starts with it. */
export type Service<Section extends string> = {
  [K in Extract<CallName, `${Section}.${string}`>]: CallHandler<K>;
} & { [K in Extract<WatchName, `${Section}.${string}`>]: WatchHandler<K> };

export type Handlers = { [K in CallName]: CallHandler<K> } & { [K in WatchName]: WatchHandler<K> };
