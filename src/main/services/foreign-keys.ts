import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { tenureNow } from '#sync/protocol/membership.ts';
import { parseRecord } from '#sync/protocol/membership-record.ts';

/**
 * Pseudonyms under which somebody is in a ledger as me, and that are to be taken out when devices are: those of the devices
 * themselves, however many; recovery pseudonyms that they made, whose seed they may have kept; and such as nobody answers
 * for with a card, where we could read it. `isRevoked` is asked for a device's own key.
 */
export function listForeignKeys(access: LedgerAccess, isRevoked: (device: string) => boolean): string[] {
  const { membership, cards, contentKeys, records } = access;
  const mine = tenureNow(membership, ownKey(access));
  const founding = parseRecord(records[0] ?? new Uint8Array());
  // Of the personal ledger: this one follows from the words, so that only who has them has it.
  const founder = founding.ok ? founding.value.author : '';
  const isAllRead = contentKeys.length === membership.epochs.length;
  return [...((mine && membership.members.get(mine.member)?.devices) ?? [])].filter((key) => {
    if (key === ownKey(access) || key === founder) return false;
    const card = cards.get(key);
    return card ? isRevoked(card.device) : isAllRead;
  });
}
