/** Two people call each other: the part of the story that is about calls. Their voices are the business of the sound's own tests. */
import type { Operation } from '#contract/api.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import type { Player } from './cast.ts';

interface Call {
  readonly one: Player;
  readonly other: Player;
  readonly ledger: string;
  /** The line that they talk about. */
  readonly about: string;
  /** Whether calls go through this relay. */
  readonly hasRouter: boolean;
  newId(): string;
}

/** What cannot be told where no calls go through a relay: what is signalled then is told all the same. */
export const NEEDS_ROUTER: readonly Operation[] = ['calls.answer', 'calls.router', 'calls.keys', 'calls.ask', 'calls.report'];

const untilPhase = ({ client }: Player, call: string, phase: string) =>
  viewOf(client, 'calls.state', {}, (state) => state.call?.call === call && state.call.phase === phase);

/** Rings, is declined, rings again, is answered and ended. Answers with what must not be read on the way: beginnings of signals. */
export async function callEachOther({ one, other, ledger, about, hasRouter, newId }: Call): Promise<string[]> {
  const [mine, theirs] = [newId(), newId()];
  const identity = await viewOf(other.client, 'identity.get', {});
  const ring = async (): Promise<string> => {
    const call = newId();
    valueOf(await one.client.call('calls.start', { call, screen: mine, ledger, with: identity?.root ?? null, about }));
    return call;
  };
  valueOf(await one.client.call('calls.introduced', {}));
  const first = await ring();
  if (hasRouter) await untilPhase(other, first, 'ringing');
  valueOf(await other.client.call('calls.decline', { call: first }));
  const { call: over } = await untilPhase(one, first, 'ended');
  const expected = hasRouter ? 'declined' : 'failed';
  if (over?.outcome !== expected) throw new Error(`a call that was ${expected} is ${over?.outcome}`);
  valueOf(await one.client.call('calls.dismiss', { call: first }));

  const second = hasRouter ? await ring() : first;
  if (hasRouter) {
    await untilPhase(other, second, 'ringing');
    valueOf(await other.client.call('calls.answer', { call: second, screen: theirs }));
    for (const [player, screen] of [[one, mine], [other, theirs]] as const) {
      const here = { call: second, screen };
      await viewOf(player.client, 'calls.media', here, (view) => view?.isOpen === true && view.isAgreed);
      valueOf(await player.client.call('calls.router', here));
      valueOf(await player.client.call('calls.keys', here));
      valueOf(await player.client.call('calls.ask', { ...here, request: { type: 'callTransport', direction: 'send' } }));
      valueOf(await player.client.call('calls.report', { ...here, isUp: true, problem: null }));
    }
    await untilPhase(other, second, 'active');
  }
  await viewOf(one.client, 'calls.media', { call: second, screen: mine });
  valueOf(await one.client.call('calls.hangUp', { call: second }));
  if (hasRouter) await untilPhase(other, second, 'ended');
  return ['ring', 'answer', 'reveal', 'decline'].map((type) => `{"type":"${type}","call":"`);
}
