/**
 * Who may do what in the ledgers that this relay is busy with: what their records come to. Rebuilt from the store when
 * needed, so that forgetting costs time only; that it is not out of date is for the store to say (`stale`).
 */
import { extendMembership, type Membership } from '#sync/protocol/membership.ts';
import { parseRecord } from '#sync/protocol/membership-record.ts';
import type { Listener } from './hub.ts';
import type { Outcome, RelayStore } from './store.ts';
import { hashHex } from './verify.ts';

/** Records that were added to a ledger, the last of them `membership.number`. */
export interface Growth {
  readonly membership: Membership;
  readonly records: readonly Uint8Array[];
  /** Who brought them to this relay just now. */
  readonly by: Listener | null;
}

export interface Memberships {
  /** Null where the ledger is unknown. */
  get(ledger: string): Outcome<Membership | null>;
  /** Reads what the store has beyond what is known here. */
  refresh(ledger: string): Outcome<Membership | null>;
  /** Takes note of records that are in the store since just now. */
  grow(growth: Growth): void;
}

export interface MembershipsDeps {
  readonly store: Pick<RelayStore, 'records'>;
  /** Called at once when records have become known, from this relay or from another. Some may be told twice. */
  onGrown(growth: Growth): void;
  /** How many hashes and devices may be kept in memory: a few hundred bytes each. */
  readonly capacity?: number;
}

const PAGE = 1024 * 1024;
/** About what a hash or a device takes in memory. */
const ENTRY_BYTES = 200;
/** Of an invite its wrap is kept as well, which may be as large as a whole membership. */
const weigh = ({ hashes, tenures, invites }: Membership): number =>
  hashes.length + tenures.size + [...invites.values()].reduce((sum, { wrap }) => sum + 1 + Math.ceil(wrap.length / ENTRY_BYTES), 0);

/** What records in the store come to after `membership`. Throws for records that no relay would have taken in. */
function extendWith(membership: Membership | null, records: readonly Uint8Array[]): Membership | null {
  return records.reduce<Membership | null>((before, bytes) => {
    const record = parseRecord(bytes);
    const extended = record.ok ? extendMembership(before, record.value, hashHex(bytes)) : record;
    if (!extended.ok) throw new Error(`the records of a ledger are broken: ${extended.code}`);
    return extended.value;
  }, membership);
}

export function createMemberships({ store, onGrown, capacity = 200_000 }: MembershipsDeps): Memberships {
  /** The one that was asked for last comes last. */
  const known = new Map<string, Membership>();
  const reading = new Map<string, { now: Outcome<Membership | null>; next: Outcome<Membership | null> | null }>();
  let weight = 0;

  function keep(membership: Membership): void {
    const { ledger } = membership;
    const before = known.get(ledger);
    if (before) weight -= weigh(before);
    known.delete(ledger);
    known.set(ledger, membership);
    weight += weigh(membership);
    for (const [oldest, forgotten] of known) {
      if (weight <= capacity || oldest === ledger) break;
      known.delete(oldest);
      weight -= weigh(forgotten);
    }
  }

  function grow(growth: Growth): void {
    const there = known.get(growth.membership.ledger);
    if (there && there.number >= growth.membership.number) return;
    keep(growth.membership);
    onGrown(growth);
  }

  async function read(ledger: string): Outcome<Membership | null> {
    for (;;) {
      const before = known.get(ledger) ?? null;
      const from = before ? before.number + 1 : 0;
      const page = await store.records(ledger, from, PAGE);
      if (!page.ok) return page;
      if ((known.get(ledger) ?? null) !== before) continue; // it has grown meanwhile
      const { records, count } = page.value;
      const membership = extendWith(before, records);
      if (membership && records.length > 0) grow({ membership, records, by: null });
      if (records.length === 0 || from + records.length >= count) return { ok: true, value: membership };
    }
  }

  function start(ledger: string): Outcome<Membership | null> {
    const now = read(ledger).finally(() => {
      if (reading.get(ledger)?.now === now) reading.delete(ledger);
    });
    reading.set(ledger, { now, next: null });
    return now;
  }
  /** One reading at a time; who comes while one is going on wants what is there after that, and shares the next. */
  function refresh(ledger: string): Outcome<Membership | null> {
    const going = reading.get(ledger);
    if (!going) return start(ledger);
    going.next ??= going.now.then(() => start(ledger));
    return going.next;
  }

  return {
    async get(ledger) {
      const there = known.get(ledger);
      if (!there) return reading.get(ledger)?.now ?? start(ledger);
      keep(there);
      return { ok: true, value: there };
    },
    refresh,
    grow,
  };
}
