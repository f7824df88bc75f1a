/** `node bench/join.ts PROFILE INVITE ENTRIES`: a fresh device joins by a link; prints milliseconds and bytes as JSON. */
import { openCore, type OpenCore } from './open-core.ts';

const [profile = '', invite = '', wanted = ''] = process.argv.slice(2);
let received = 0;
let sent = 0;

/** Counts what is in the messages, both ways. */
class CountingWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener('message', ({ data }) => (received += data instanceof ArrayBuffer ? data.byteLength : 0));
  }
  override send(data: ArrayBufferView<ArrayBuffer>): void {
    sent += data.byteLength;
    super.send(data);
  }
}

interface Seen {
  /** A full page of the list is there; and the one that it will still be when all entries are. */
  first: number;
  lasting: number;
  /** All entries are in the list. */
  all: number;
}

/** Looks at the list as a screen does, until all entries are in it. */
const lookUntilAll = ({ client }: OpenCore, ledger: string, entries: number): Promise<Seen> =>
  new Promise((resolve, reject) => {
    let first = 0;
    let [page, lasting] = ['', 0];
    const fail = ({ code }: { code: string }): void => reject(new Error(code));
    client.watch('ledgers.get', { ledger }, () => {}, fail);
    client.watch('balances.get', { ledger }, () => {}, fail);
    client.watch('entries.page', { ledger, offset: 0, limit: 50 }, ({ rows, total }) => {
      if (first === 0 && rows.length === 50) first = performance.now();
      const shown = rows.map(({ id }) => id).join();
      if (shown !== page) [page, lasting] = [shown, performance.now()];
      if (total >= entries) resolve({ first, lasting, all: performance.now() });
    }, fail);
  });

const core = await openCore(profile, CountingWebSocket);
await core.ask('profile.setUp', { name: 'Zoe', language: 'en' });
const start = performance.now();
const { ticket } = await core.ask('sharing.open', { invite });
const { ledger } = await core.ask('sharing.join', { ticket, as: { name: 'Zoe' } });
const { first, lasting, all } = await lookUntilAll(core, ledger, Number(wanted));
console.log(JSON.stringify({ first: first - start, lasting: lasting - start, all: all - start, received, sent }));
await core.close();
process.exit(0);
