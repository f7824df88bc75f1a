/** What a shop keeps: the tabs of its customers, the cards that stand for them, and the key its cards are made with. */
import { z } from 'zod';
import { idSchema, type Id } from './ids.ts';
import { amountSchema, currencySchema } from './money.ts';
import { nameSchema } from './text.ts';

/** prepaid: only what was paid in can be spent. credit: up to the limit beyond that. */
export const TAB_KINDS = ['prepaid', 'credit'] as const;
export const tabKindSchema = z.enum(TAB_KINDS);
export type TabKind = z.infer<typeof tabKindSchema>;

/** A customer's account with the shop. The thing is the ledger that both share; its entries are what was sold and paid in. */
export const tabBodySchema = z.strictObject({
  ledger: idSchema,
  customer: nameSchema,
  /** Who the customer is in that ledger. */
  person: idSchema,
  kind: tabKindSchema,
  currency: currencySchema,
  /** How far the customer may owe, in minor units; of no meaning for prepaid. */
  limit: amountSchema,
  state: z.enum(['open', 'closed']),
});
export type TabBody = z.infer<typeof tabBodySchema>;

/** The 7 bytes of an NTAG 424 DNA's own number (ISO 14443-3), 14 hexadecimal digits in capitals. */
export const cardUidSchema = z.string().regex(/^[0-9A-F]{14}$/);

const keyVersionSchema = z.number().int().min(0).max(255);

/** A card that stands for a tab. */
export const cardBodySchema = z.strictObject({
  uid: cardUidSchema,
  tab: idSchema,
  /** Whose keys it has been given: the thing of an issuer. */
  issuer: idSchema,
  /** Which generation of them, and the one before, which the card may still have where its writing was torn; 0: those of the factory. */
  version: keyVersionSchema,
  previous: keyVersionSchema,
  /** writing and locking: about to be given its keys, or that was torn; it opens nothing and can be taken up again. */
  state: z.enum(['writing', 'locking', 'active', 'blocked']),
});
export type CardBody = z.infer<typeof cardBodySchema>;

/** The thing that a card is a revision of. */
export const uidToThing = (uid: string): Id => uid.toLowerCase().padStart(32, '0');

/** What the keys of a shop's cards are derived from. Two tills that were offline may have made one each: both stay good, a card names its own. */
export const issuerBodySchema = z.strictObject({ key: z.string().regex(/^[0-9a-f]{32}$/) });
export type IssuerBody = z.infer<typeof issuerBodySchema>;

/** What a customer can still spend, in minor units; negative where they owe more than they may. `balance`: positive is what the shop owes them. */
export const spendable = ({ kind, limit }: Pick<TabBody, 'kind' | 'limit'>, balance: number): number => balance + (kind === 'credit' ? limit : 0);
