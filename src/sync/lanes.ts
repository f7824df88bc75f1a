/** Which set of documents a revision goes to, so that a long chat makes no entry wait, nor the other way round. */
import type { Revision } from '#domain/revision.ts';

/** `ledger`: the document that bears the ledger's own id, for what is little. The others are followed by a new one when full. */
export type Lane = 'ledger' | 'entries' | 'messages';

export const LANES: Readonly<Record<Revision['type'], Lane>> = {
  ledger: 'ledger', person: 'ledger', device: 'ledger', profile: 'ledger', contact: 'ledger', place: 'ledger', admission: 'ledger',
  attachment: 'ledger', tab: 'ledger', card: 'ledger', issuer: 'ledger',
  entry: 'entries', iou: 'entries',
  message: 'messages',
};

/** In the order in which a write fills them: what a ledger is before what stands in it. */
export const LANE_ORDER: readonly Lane[] = ['ledger', 'entries', 'messages'];
