/** A relay that lies: about what it stored, what others stored, and who is in. Its clients' connections are real, its answers are rewritten. */
import { createHash } from 'node:crypto';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { encodeMessage, parseClientMessage, parseRelayMessage, type ClientMessage, type RelayMessage } from '#sync/protocol/messages.ts';
import { parseFrame } from '#sync/protocol/frames.ts';
import { later, type Act, type Chaos } from '#tests/sync/chaos/chaos.ts';

const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** What a lie makes of what is said; null: it is not said at all. `document`: what a page is of. */
interface Lie {
  toDevice?(message: RelayMessage, connection: number, document: string): RelayMessage | null;
  fromDevice?(message: ClientMessage, connection: number): ClientMessage | null;
}

export function beHonest({ tampering, world }: Chaos): void {
  if (tampering.toDevice || tampering.fromDevice) world.network.cutAll();
  delete tampering.toDevice;
  delete tampering.fromDevice;
}

/** Tells a lie until it is time to be honest again. */
function tell(chaos: Chaos, { toDevice, fromDevice }: Lie): void {
  beHonest(chaos);
  // Whatever it acknowledges from now on may be nowhere.
  chaos.hasForgotten = true;
  const { tampering, world } = chaos;
  const asked = new Map<string, string>();
  tampering.fromDevice = (bytes, connection) => {
    const message = parseClientMessage(bytes);
    if (!message.ok) return bytes;
    if (message.value.type === 'since') asked.set(`${connection}/${message.value.id}`, message.value.document);
    const said = fromDevice ? fromDevice(message.value, connection) : message.value;
    return said && encodeMessage(said);
  };
  tampering.toDevice = (bytes, connection) => {
    const message = parseRelayMessage(bytes);
    if (!message.ok || !toDevice) return bytes;
    const said = toDevice(message.value, connection, 'id' in message.value ? (asked.get(`${connection}/${message.value.id}`) ?? '') : '');
    return said && encodeMessage(said);
  };
  world.network.cutAll();
  later(chaos, () => beHonest(chaos));
}

interface LoggedFrame {
  document: string;
  seq: number;
  frame: string;
  bytes: Buffer;
}
const readLog = ({ world: { relay } }: Chaos): LoggedFrame[] =>
  relay.store?.database
    .prepare<[], LoggedFrame>('SELECT lower(hex(document.document)) AS document, log.seq, lower(hex(log.frame)) AS frame, bytes FROM log JOIN document ON document.id = log.document ORDER BY document.id, log.seq')
    .all() ?? [];

const dropSome: Act = (chaos) =>
  tell(chaos, { toDevice: (message) => (['live', 'liveRecord', 'page', 'appended'].includes(message.type) && chaos.world.scheduler.isLikely(0.3) ? null : message) });

const reorder: Act = (chaos) =>
  tell(chaos, {
    toDevice: (message) => (message.type === 'page' && message.frames.length > 1
      ? { ...message, frames: message.frames.map(({ seq }, index) => ({ seq, bytes: message.frames.at(-1 - index)!.bytes })) } : message),
  });

/** The first answers of each kind come again and again. */
const replay: Act = (chaos) => {
  const first = new Map<string, RelayMessage>();
  tell(chaos, {
    toDevice(message, _connection, document) {
      const kind = `${message.type}/${document}`;
      if (!['opened', 'page', 'recordPage', 'live'].includes(message.type)) return message;
      const old = first.get(kind) ?? message;
      first.set(kind, old);
      return 'id' in old && 'id' in message ? ({ ...old, id: message.id } as RelayMessage) : old;
    },
  });
};

/** Always the same wrong frames in the same places: of another document, or one that was there before. */
const swap: Act = (chaos) => {
  const { scheduler } = chaos.world;
  const log = readLog(chaos);
  if (log.length < 2) return;
  const wrong = new Map(log.filter(() => scheduler.isLikely(0.2)).map(({ document, seq }) => [`${document}/${seq}`, new Uint8Array(scheduler.pick(log).bytes)]));
  const at = (document: string, { seq, bytes }: { seq: number; bytes: Uint8Array }) => ({ seq, bytes: wrong.get(`${document}/${seq}`) ?? bytes });
  tell(chaos, {
    toDevice(message, _connection, document) {
      if (message.type === 'page') return { ...message, frames: message.frames.map((frame) => at(document, frame)) };
      return message.type === 'live' ? { ...message, ...at(message.document, message) } : message;
    },
  });
};

const showOldHeads: Act = (chaos) =>
  tell(chaos, {
    toDevice: (message) => (message.type === 'opened' ? { ...message, documents: message.documents.slice(1).map((head) => ({ ...head, seq: Math.max(1, head.seq - 1) })) } : message),
  });

/** Every other conversation hears of a log without one of its frames; what comes after it moves up. */
const forkLog: Act = (chaos) => {
  const log = readLog(chaos);
  if (log.length === 0) return;
  const hidden = chaos.world.scheduler.pick(log);
  const before = log.find(({ document, seq }) => document === hidden.document && seq === hidden.seq - 1);
  const isTold = (connection: number): boolean => connection % 2 === 0;
  const toShown = (seq: number): number => (seq >= hidden.seq ? seq - 1 : seq);
  tell(chaos, {
    fromDevice(message, connection) {
      const isMoved = message.type === 'since' && !isTold(connection) && message.document === hidden.document && message.after >= hidden.seq;
      return isMoved ? { ...message, after: message.after + 1 } : message;
    },
    toDevice(message, connection, document) {
      if (isTold(connection)) return message;
      switch (message.type) {
        case 'opened':
          return {
            ...message,
            documents: message.documents.flatMap((head) => {
              if (head.document !== hidden.document || head.seq < hidden.seq) return [head];
              if (head.seq > hidden.seq) return [{ ...head, seq: head.seq - 1 }];
              return before ? [{ ...head, seq: before.seq, frame: before.frame }] : [];
            }),
          };
        case 'page':
          if (document !== hidden.document) return message;
          return { ...message, head: toShown(message.head), frames: message.frames.filter(({ seq }) => seq !== hidden.seq).map(({ seq, bytes }) => ({ seq: toShown(seq), bytes })) };
        case 'live':
          if (message.document !== hidden.document) return message;
          return message.seq === hidden.seq ? null : { ...message, seq: toShown(message.seq) };
        case 'appended':
          return { ...message, stored: message.stored.map((one) => (one.document === hidden.document ? { ...one, seq: toShown(one.seq) } : one)) };
        default:
          return message;
      }
    },
  });
};

/** Only the first records of the line are shown. */
const showOldLine: Act = async (chaos) => {
  const { relay, ledger, scheduler } = chaos.world;
  const page = await relay.store?.records(ledger, 0, Infinity);
  if (!page?.ok || page.value.records.length < 2) return;
  const { records } = page.value;
  const last = scheduler.between(0, records.length - 2);
  const recordHash = createHash('sha256').update(records[last]!).digest('hex');
  tell(chaos, {
    toDevice(message) {
      switch (message.type) {
        case 'opened': return { ...message, record: last, recordHash };
        case 'recordPage': return { ...message, record: last, records: [] };
        case 'liveRecord': return null;
        default: return message;
      }
    },
  });
};

/** What was to be appended is acknowledged and thrown away. */
const swallow: Act = (chaos) => {
  const numbers = new Map<string, number>();
  for (const { document, seq } of readLog(chaos)) numbers.set(document, Math.max(seq, numbers.get(document) ?? 0));
  const swallowed = new Map<string, { document: string; frame: string; seq: number }[]>();
  tell(chaos, {
    fromDevice(message, connection) {
      if (message.type !== 'append') return message;
      swallowed.set(`${connection}/${message.id}`, message.frames.map((bytes) => {
        const parsed = parseFrame(bytes);
        const document = parsed.ok ? parsed.value.header.document : bytesToHex(new Uint8Array(16));
        numbers.set(document, (numbers.get(document) ?? 0) + 1);
        return { document, frame: idOf(bytes), seq: numbers.get(document) ?? 1 };
      }));
      return { ...message, frames: [new Uint8Array([1])] };
    },
    toDevice(message, connection) {
      const stored = message.type === 'appended' ? swallowed.get(`${connection}/${message.id}`) : undefined;
      return message.type === 'appended' && stored ? { ...message, stored, refused: [] } : message;
    },
  });
};

/** Some frame of the log stands for all that was before it, as its author alone says. */
const offerSnapshots: Act = (chaos) => {
  const log = readLog(chaos);
  if (log.length === 0) return;
  tell(chaos, {
    toDevice(message, _connection, document) {
      const some = chaos.world.scheduler.pick(log);
      return message.type === 'page' && document !== '' && !message.snapshot
        ? { ...message, frames: [], snapshot: { seq: message.head + 1, bytes: new Uint8Array(some.bytes), endorsements: [] } } : message;
    },
  });
};

export const LIES: [number, Act][] = [[2, dropSome], [1, reorder], [2, replay], [3, swap], [1, showOldHeads], [3, forkLog], [2, showOldLine], [2, swallow], [1, offerSnapshots]];
