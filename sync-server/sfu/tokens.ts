import type { Calls } from '#relay/calls.ts';
import { passToToken, type TokenPlace } from './token.ts';

/** Long enough to come in with, in milliseconds; whoever comes back gets another one, if still a member. */
const TOKEN_LIFETIME = 60_000;

/** `isHere`: this relay has the rooms. */
export function createTokens(place: TokenPlace, isHere: boolean, now: () => number): Pick<Calls, 'grant'> {
  return {
    grant(ledger, call, key) {
      const expires = now() + TOKEN_LIFETIME;
      return { token: passToToken(place, { ledger, call, key, expires }), address: isHere ? null : place.address, expires };
    },
  };
}

/** Of a relay that leaves calls to another one. */
export const createCallsElsewhere = (place: TokenPlace, now: () => number): Calls => ({
  ...createTokens(place, false, now),
  dismiss: () => undefined,
  connect: () => ({ answer: async () => ({ ok: false, code: 'call_unavailable' }), isIn: () => false, end: () => undefined }),
});
