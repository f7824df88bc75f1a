/** What a session says and hears in passing, beside what is stored: some of it is about what is missing, the rest is for others. */
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { LedgerAccess } from './access.ts';
import type { Conversation } from './conversation.ts';
import { createMissingAnswers, missingToSignals, signalToMissing } from './missing.ts';
import { hexToBytes } from './protocol/bytes.ts';
import { createSignalMemory, openSignal, sealSignal, type HeardSignal, type SignalDeps } from './signal.ts';
import type { MissingChange, Store } from './store.ts';
import { createTurns } from './turns.ts';

export type SignalTrouble = 'relay_away' | 'relay_refused' | 'key_missing' | 'too_large' | 'too_fast';

export interface Signalling {
  /** `to`: pseudonyms; null: all who are there. */
  say(conversation: Pick<Conversation, 'request'>, access: LedgerAccess, content: Uint8Array, to: readonly string[] | null): Promise<Result<void, SignalTrouble>>;
  /** Asks the other devices for what is missing here. Who cannot ask now asks later. */
  ask(conversation: Pick<Conversation, 'request'>, access: LedgerAccess, missing: readonly MissingChange[]): Promise<void>;
  /** Signals are heard in the order they come in; `access` as it is then. */
  hear(access: () => LedgerAccess | null | undefined, bytes: Uint8Array): Promise<void>;
  /** Settles when nothing that was heard is under way. */
  idle(): Promise<void>;
}

export interface SignallingDeps extends SignalDeps {
  readonly store: Pick<Store, 'commitDoubted' | 'knownChanges'>;
  /** Something of the ledger is to be sent. */
  kick(ledger: LedgerId): void;
  onSignal?(signal: HeardSignal): void;
}

export function createSignalling(deps: SignallingDeps): Signalling {
  const isNew = createSignalMemory(() => deps.now());
  const answerMissing = createMissingAnswers(deps);
  const inTurn = createTurns();

  const say: Signalling['say'] = async (conversation, access, content, to) => {
    const sealed = await sealSignal(deps, access, content);
    if (!sealed.ok) return sealed;
    const sent = await conversation.request({ type: 'signal', ledger: access.ledger, to: to && to.map(hexToBytes), bytes: sealed.value });
    if (sent.ok) return success(undefined);
    switch (sent.code) {
      case 'ended': case 'ledger_not_open': return failure('relay_away');
      case 'too_fast': return failure('too_fast');
      default: return failure('relay_refused');
    }
  };

  return {
    say,
    async ask(conversation, access, missing) {
      for (const content of missingToSignals(missing)) await say(conversation, access, content, null);
    },
    hear: (access, bytes) => inTurn(async () => {
      const known = access();
      const signal = known && (await openSignal(known, bytes));
      if (!signal || !isNew(signal)) return;
      const missing = signalToMissing(signal.content);
      if (missing) await answerMissing(signal.ledger, missing);
      else deps.onSignal?.(signal);
    }),
    idle: inTurn.idle,
  };
}
