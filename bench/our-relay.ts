/** What our client says to our relay: the only file of this bench that knows the protocol. */
import { join } from 'node:path';
import { sampleDocument, sampleLedger, type SampleLedger } from '../sync-server/sample.ts';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage, type RelayMessage } from '../src/sync/protocol/messages.ts';
import type { Dialect, Talk } from './sync/dialect.ts';
import type { Begin } from './sync/socket.ts';

/** A sealed change of one entry comes to so many bytes of ciphertext (ADR 18), one of a thousand entries to so many for each. */
export const ENTRY_BYTES = 1_040;
const MANY_ENTRIES_BYTES = 120;

export const RELAY_PROGRAM = 'sync-server/main.ts';
/** Under the setting of V8 that its unit and its image start it with (resources/relay). */
export const relayEnvironment = (folder: string): Record<string, string> => ({
  RELAY_PORT: '0', RELAY_DATA: join(folder, 'relay.sqlite'), NODE_OPTIONS: '--max-semi-space-size=4',
});

type Say = (message: ClientMessage) => void;

/** Says hello, opens the ledger, and hands on what comes after. */
function createTalk(ledger: SampleLedger, send: (bytes: Uint8Array) => void, onOpened: (say: Say) => void, onMessage: (message: RelayMessage, bytes: Uint8Array, say: Say) => void): Talk {
  const say: Say = (message) => send(encodeMessage(message));
  let nonce: Uint8Array = new Uint8Array();
  return {
    onOpen: () => say({ type: 'hello', version: PROTOCOL_VERSION }),
    onMessage(bytes) {
      const parsed = parseRelayMessage(bytes);
      if (!parsed.ok) throw new Error(parsed.code);
      const message = parsed.value;
      switch (message.type) {
        case 'challenge':
          nonce = message.nonce;
          return say(ledger.open(1, nonce));
        case 'enrolled': return say(ledger.open(1, nonce));
        case 'opened': return onOpened(say);
        case 'refused':
          // Whoever comes first brings the ledger's records.
          if (message.reason === 'ledger_unknown') return say(ledger.enrol(2));
          throw new Error(`the relay refused: ${message.reason}`);
        default: return onMessage(message, bytes, say);
      }
    },
  };
}

/** A device that has opened its ledger and waits. */
export const waitIn = (ledger: SampleLedger): Begin<Talk> => (send, hearing) => createTalk(ledger, send, hearing.onReady, () => {});

/** A device that appends as fast as it is answered, `ahead` requests at a time; `run` answers when all are acknowledged. */
export const appendTo = (ledger: SampleLedger, requests: readonly (readonly Uint8Array[])[], ahead: number): Begin<Talk & { run(): Promise<void> }> => (send, hearing) => {
  const done = Promise.withResolvers<void>();
  // Before the clock runs: what devices take to speak is not the relay's time, though all share this machine's processors.
  const messages = requests.map((frames, index) => encodeMessage({ type: 'append', id: index + 1, ledger: ledger.id, frames: [...frames] }));
  let sent = 0;
  let answered = 0;
  function appendNext(): void {
    const message = messages[sent];
    sent += 1;
    if (message) send(message);
  }
  const talk = createTalk(ledger, send, hearing.onReady, (message) => {
    if (message.type !== 'appended' || message.refused.length > 0) throw new Error(`the relay says ${JSON.stringify(message)}`);
    answered += 1;
    if (answered === requests.length) done.resolve();
    appendNext();
  });
  return {
    ...talk,
    run() {
      for (let first = 0; first < ahead; first += 1) appendNext();
      return done.promise;
    },
  };
};

export const ourRelay: Dialect = {
  name: 'our relay',
  program: RELAY_PROGRAM,
  environment: relayEnvironment,
  begin(entries, changes) {
    const ledger = sampleLedger();
    const document = sampleDocument('a');
    const frames = Array.from({ length: changes }, (_, index) => ledger.frame(document, index === 0 ? entries * MANY_ENTRIES_BYTES : ENTRY_BYTES));
    /** Everybody gets the same bytes, so they are read once. */
    let last = { bytes: Buffer.alloc(0), change: 0 };
    return {
      write(send, hearing) {
        let written = 0;
        let append = (): void => {};
        const writer = createTalk(ledger, send, (say) => {
          append = () => {
            const frame = frames[written];
            if (!frame) throw new Error('no frames are left');
            written += 1;
            say({ type: 'append', id: 1 + written, ledger: ledger.id, frames: [frame] });
          };
          append();
        }, (message) => {
          if (message.type === 'appended') hearing.onReady();
        });
        return { ...writer, write: () => append() };
      },
      read(send, hearing) {
        const openIt = (say: Say): void => say({ type: 'since', id: 2, ledger: ledger.id, document, after: 0, frame: null });
        const reader = createTalk(ledger, send, openIt, (message, bytes) => {
          if (message.type === 'page') hearing.onReady();
          if (message.type !== 'live') return;
          last = { bytes: Buffer.from(bytes), change: message.seq };
          hearing.onDelivered(message.seq);
        });
        return { ...reader, onMessage: (bytes) => (last.bytes.equals(bytes) ? hearing.onDelivered(last.change) : reader.onMessage(bytes)) };
      },
    };
  },
};
