import type { ErrorCode } from '#contract/errors.ts';
import type { OwnDeviceView } from '#contract/people-views.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { makeRemoval } from '#sync/records.ts';
import type { Service } from '#main/handlers.ts';
import { listForeignKeys } from './foreign-keys.ts';
import type { Ground } from './ground.ts';
import { readFrontier } from './members.ts';
import { createPairing } from './pairing.ts';

export function createDevicesService(ground: Ground): Service<'devices'> {
  const { shell, self, store, link, personal, queries, publish } = ground;
  const pairing = createPairing(ground);

  function read(): OwnDeviceView[] {
    const id = personal.ledger();
    const access = id === undefined ? undefined : link.access(id);
    if (id === undefined || !access) return [];
    const row = queries.ledgers.find(id);
    const named = row ? queries.ledgers.devices(row) : [];
    const idOf = new Map([...access.pseudonyms].map(([device, key]) => [key, device]));
    const places = personal.places().filter(({ state }) => state === 'in');
    return [...access.membership.tenures].flatMap(([key, tenures]): OwnDeviceView[] => {
      const card = access.cards.get(key);
      if (!card || card.recovery !== null) return [];
      const device = idOf.get(key) ?? '';
      const isIn = places.filter(({ ledger }) => [...(link.access(ledger)?.cards ?? [])].some(([other, one]) => one.device === card.device && link.access(ledger)?.membership.tenures.get(other)?.at(-1)?.to === null)).length;
      const { first, last } = queries.history.seen(id, device);
      return [{
        device: card.device,
        name: named.find((one) => one.id === device)?.name ?? card.deviceName,
        mine: card.device === self.device.device,
        addedAt: first, lastSeen: last,
        state: tenures.at(-1)?.to === null ? 'active' : 'revoked',
        ledgers: isIn, missing: places.length - isIn,
      }];
    });
  }

  /** Out of the personal ledger first: the other ledgers follow from that, also where the relay goes away in between. */
  async function revoke(device: string): Promise<Result<{ failed: number }, ErrorCode>> {
    const id = personal.ledger();
    const access = id === undefined ? undefined : link.access(id);
    if (id === undefined || !access) return failure('not_found');
    const isIn = [...access.cards].some(([one, card]) => card.device === device && card.recovery === null && access.membership.tenures.get(one)?.at(-1)?.to === null);
    if (!isIn || device === self.device.device) return failure('not_found');
    // More of them may come to light with each record.
    const next = (): string | undefined => listForeignKeys(link.access(id) ?? access, (one) => one === device)[0];
    for (let key = next(); key !== undefined; key = next()) {
      const gone = key;
      const revoked = await link.appendRecord(id, async (known) => {
        if (!known.current) return failure('key_missing');
        const frontier = await readFrontier({ store }, id);
        return frontier.ok ? success(await makeRemoval(known, { type: 'revoke', key: gone }, frontier.value, shell.randomBytes)) : frontier;
      });
      if (!revoked.ok) return revoked;
    }
    await ground.companion().lookNow();
    publish('people');
    return success({ failed: read().find((one) => one.device === device)?.ledgers ?? 0 });
  }

  return {
    'devices.list': { topics: () => ['people', 'profile', 'ledgers'], read: () => success(read()) },
    'devices.pair': () => pairing.give(),
    'devices.join': (input) => pairing.join(input),
    'devices.pairing': { topics: () => ['pairing'], read: () => success(pairing.view()) },
    'devices.confirmPairing': async () => pairing.confirm(),
    async 'devices.cancelPairing'() {
      pairing.cancel();
      return success(null);
    },
    'devices.revoke': ({ device }) => revoke(device),
  };
}
