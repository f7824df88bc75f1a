import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL_TIMES, callCard, isOngoing, nextTime, NO_CALL, stepCall, type CallInput, type CallState, type EndedCall, type Saying } from './call.ts';

const ID = (name: string): string => name.padEnd(32, '0');

interface Flying {
  readonly from: string;
  readonly to: string;
  readonly saying: Saying;
}

/** People with devices, and a network between them that the test decides over. */
function createWorld(people: Readonly<Record<string, readonly string[]>>) {
  const ownerOf = (device: string): string => Object.keys(people).find((person) => people[person]?.includes(device)) ?? '';
  const states = new Map<string, CallState>(Object.values(people).flat().map((device) => [device, NO_CALL]));
  const endings: { device: string; ended: EndedCall }[] = [];
  const flying: Flying[] = [];
  let now = 1_000_000;

  function act(device: string, input: CallInput): void {
    const before = states.get(device) ?? NO_CALL;
    const { state, says } = stepCall(before, input, now);
    states.set(device, state);
    const { current } = state;
    if (current?.phase === 'ended' && before.current !== current) endings.push({ device, ended: current });
    for (const saying of says) {
      const receivers = saying.to === null ? (people[saying.person] ?? []).filter((one) => one !== saying.except) : [saying.to];
      for (const to of receivers) flying.push({ from: device, to, saying });
    }
  }
  const deliver = (index: number): void => {
    const [message] = flying.splice(index, 1);
    if (!message) return;
    const { call, word } = message.saying;
    act(message.to, { type: 'heard', call, word, person: ownerOf(message.from), device: message.from });
  };
  return {
    act, deliver, flying, endings,
    state: (device: string): CallState => states.get(device) ?? NO_CALL,
    phase: (device: string) => states.get(device)?.current?.phase ?? 'idle',
    endOf: (device: string, call?: string) => endings.findLast((one) => one.device === device && (call === undefined || one.ended.call === call))?.ended,
    deliverAll() {
      for (let most = 10_000; flying.length > 0 && most > 0; most -= 1) deliver(0);
      expect(flying).toEqual([]);
    },
    pass(milliseconds: number) {
      now += milliseconds;
      for (const device of states.keys()) act(device, { type: 'time' });
    },
    /** Lets so much time pass with everything heard at once. */
    settle(milliseconds: number) {
      for (let left = milliseconds; left > 0; left -= 500) {
        this.pass(500);
        this.deliverAll();
      }
    },
  };
}

const heardAll = (world: ReturnType<typeof createWorld>, ...inputs: [string, CallInput][]): void => {
  for (const [device, input] of inputs) {
    world.act(device, input);
    world.deliverAll();
  }
};
const dial = (person: string, call: string): CallInput => ({ type: 'dial', person, call: ID(call) });
const up: CallInput = { type: 'media', isUp: true };

describe('a call between two people', () => {
  const two = () => createWorld({ ann: ['a'], ben: ['b', 'c'] });

  it('rings, is answered by one device and not by the other, is heard, and completed on both sides alike', () => {
    const world = two();
    heardAll(world, ['a', dial('ben', '1')]);
    expect([world.phase('a'), world.phase('b'), world.phase('c')]).toEqual(['ringing', 'ringing', 'ringing']);
    heardAll(world, ['b', { type: 'answer' }]);
    expect([world.phase('a'), world.phase('b'), world.endOf('c')?.outcome]).toEqual(['connecting', 'connecting', 'elsewhere']);
    heardAll(world, ['a', up], ['b', up]);
    world.settle(90_000);
    expect([world.phase('a'), world.phase('b')]).toEqual(['active', 'active']);
    heardAll(world, ['b', { type: 'hangUp' }]);
    for (const device of ['a', 'b']) expect(world.endOf(device)).toMatchObject({ outcome: 'completed', seconds: 90 });
    const cards = world.endings.flatMap(({ ended }) => callCard(ended) ?? []);
    expect(cards).toEqual([{ outcome: 'completed', seconds: 90 }]);
  });

  it('is declined, cancelled, not answered', () => {
    const declined = two();
    heardAll(declined, ['a', dial('ben', '1')], ['c', { type: 'decline' }]);
    expect(['a', 'b', 'c'].map((device) => declined.endOf(device)?.outcome)).toEqual(['declined', 'elsewhere', 'declined']);
    const cancelled = two();
    heardAll(cancelled, ['a', dial('ben', '1')], ['a', { type: 'hangUp' }]);
    expect(['a', 'b', 'c'].map((device) => cancelled.endOf(device)?.outcome)).toEqual(['cancelled', 'missed', 'missed']);
    const unanswered = two();
    heardAll(unanswered, ['a', dial('ben', '1')]);
    unanswered.settle(CALL_TIMES.ring + 1_000);
    expect(['a', 'b', 'c'].map((device) => unanswered.endOf(device)?.outcome)).toEqual(['noAnswer', 'missed', 'missed']);
    for (const world of [declined, cancelled, unanswered]) expect(world.endings.flatMap(({ ended }) => callCard(ended) ?? [])).toHaveLength(1);
  });

  it('is busy where somebody else is being talked with, who does not notice', () => {
    const world = createWorld({ ann: ['a'], ben: ['b'], cy: ['c'] });
    heardAll(world, ['a', dial('ben', '1')], ['b', { type: 'answer' }], ['a', up], ['b', up], ['c', dial('ben', '2')]);
    expect([world.phase('a'), world.phase('b'), world.endOf('c')?.outcome]).toEqual(['active', 'active', 'busy']);
  });

  it('is one call where both dial each other at once, and nobody has to answer', () => {
    for (const [first, second] of [['1', '2'], ['2', '1']] as const) {
      const world = createWorld({ ann: ['a'], ben: ['b'] });
      world.act('a', dial('ben', first));
      world.act('b', dial('ann', second));
      world.deliverAll();
      expect(['a', 'b'].map((device) => world.state(device).current)).toMatchObject([{ phase: 'connecting', call: ID('1') }, { phase: 'connecting', call: ID('1') }]);
      heardAll(world, ['a', up], ['b', up], ['a', { type: 'hangUp' }]);
      expect(world.endings.flatMap(({ ended }) => callCard(ended) ?? [])).toMatchObject([{ outcome: 'completed' }]);
    }
  });

  it('is missed, and says so, where the caller vanishes while it rings', () => {
    const world = createWorld({ ann: ['a'], ben: ['b'] });
    heardAll(world, ['a', dial('ben', '1')]);
    for (let passed = 0; passed <= CALL_TIMES.silence; passed += 1_000) {
      world.flying.length = 0;
      world.pass(1_000);
    }
    const ended = world.endOf('b');
    expect(ended && callCard(ended)).toEqual({ outcome: 'missed', seconds: null });
  });

  it('comes back after the sound was lost, or fails', () => {
    const world = createWorld({ ann: ['a'], ben: ['b'] });
    const down: CallInput = { type: 'media', isUp: false };
    heardAll(world, ['a', dial('ben', '1')], ['b', { type: 'answer' }], ['a', up], ['b', up], ['a', down]);
    expect(world.phase('a')).toBe('reconnecting');
    heardAll(world, ['a', up]);
    expect(world.phase('a')).toBe('active');
    heardAll(world, ['a', down], ['b', down]);
    world.settle(CALL_TIMES.reconnect + 1_000);
    expect(['a', 'b'].map((device) => world.endOf(device)?.outcome)).toEqual(['failed', 'failed']);
  });

  it('is not disturbed by anybody else', () => {
    const world = createWorld({ ann: ['a'], ben: ['b'], cy: ['c'] });
    heardAll(world, ['a', dial('ben', '1')], ['b', { type: 'answer' }], ['a', up], ['b', up]);
    for (const word of [{ type: 'end', outcome: 'completed' }, { type: 'cancel' }, { type: 'taken' }, { type: 'decline' }, { type: 'answer' }, { type: 'reveal' }] as const) {
      for (const device of ['a', 'b']) world.act(device, { type: 'heard', call: ID('1'), word, person: 'cy', device: 'c' });
    }
    world.deliverAll();
    expect([world.phase('a'), world.phase('b')]).toEqual(['active', 'active']);
  });
});

/** What a test may do: somebody acts, a message arrives, twice, out of turn or not at all, or time passes. */
const devices = ['a', 'b', 'c'] as const;
const stepArbitrary = (isLossy: boolean) => fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('act' as const), device: fc.constantFrom(...devices), type: fc.constantFrom('answer', 'decline', 'hangUp', 'dismiss', 'dial', 'broken', 'up', 'down') }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), at: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), milliseconds: fc.integer({ min: 1, max: isLossy ? 8_000 : 1_000 }) }) },
  { weight: isLossy ? 2 : 0, arbitrary: fc.record({ do: fc.constant('lose' as const), at: fc.nat(20) }) },
  { weight: isLossy ? 2 : 0, arbitrary: fc.record({ do: fc.constant('repeat' as const), at: fc.nat(20) }) },
);

type Step = ReturnType<typeof stepArbitrary> extends fc.Arbitrary<infer T> ? T : never;

function play(steps: readonly Step[]) {
  const world = createWorld({ ann: ['a'], ben: ['b', 'c'] });
  let calls = 0;
  for (const step of steps) {
    if (step.do === 'pass') world.pass(step.milliseconds);
    else if (step.do === 'deliver') world.deliver(step.at % Math.max(1, world.flying.length));
    else if (step.do === 'lose') world.flying.splice(step.at % Math.max(1, world.flying.length), 1);
    else if (step.do === 'repeat') world.flying.push(...world.flying.slice(step.at % Math.max(1, world.flying.length)).slice(0, 1));
    else if (step.type === 'dial') world.act(step.device, dial(step.device === 'a' ? 'ben' : 'ann', String((calls += 1) * 7919 % 97).padStart(3, '0')));
    else if (step.type === 'up' || step.type === 'down') world.act(step.device, { type: 'media', isUp: step.type === 'up' });
    else world.act(step.device, { type: step.type });
    const agreed = devices.filter((device) => {
      const { current } = world.state(device);
      return isOngoing(current) && current.isAgreed && current.side === 'callee';
    });
    const same = agreed.map((device) => world.state(device).current?.call);
    expect(new Set(same).size).toBe(same.length);
  }
  return world;
}

describe('whatever happens', () => {
  it('no device is stuck: with nobody doing anything more, every call that is not heard is over', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary(true), { maxLength: 120 }), (steps) => {
        const world = play(steps);
        for (const device of devices) world.act(device, { type: 'media', isUp: false });
        world.settle(CALL_TIMES.ring + CALL_TIMES.connect + CALL_TIMES.reconnect + 10_000);
        for (const device of devices) {
          expect(isOngoing(world.state(device).current)).toBe(false);
          expect(nextTime(world.state(device))).toBeNull();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('both sides agree how a call ended, and it leaves one card, where everything is heard at last', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary(false), { maxLength: 60 }), (steps) => {
        const world = play(steps);
        world.deliverAll();
        for (const device of devices) world.act(device, { type: 'hangUp' });
        world.settle(CALL_TIMES.ring + CALL_TIMES.connect + CALL_TIMES.reconnect + 10_000);
        const written = new Map<string, number>();
        for (const { ended } of world.endings.filter(({ ended }) => ended.side === 'caller' && callCard(ended))) written.set(ended.call, (written.get(ended.call) ?? 0) + 1);
        expect([...written.values()].every((count) => count === 1)).toBe(true);
        for (const { device, ended } of world.endings) {
          const last = world.endOf(device, ended.call);
          if (!last || last.side !== 'callee' || last.outcome === 'elsewhere' || last.isAlone) continue;
          // Who declined while the caller cancelled, and was rung up once more before hearing of it, asks no more about that.
          if (world.state(device).current?.call !== ended.call) continue;
          const caller = world.endings.find((one) => one.device !== device && one.ended.call === ended.call && one.ended.side === 'caller')?.ended.outcome;
          // A call that gave way to another one, when both dialled, leaves nothing.
          if (caller !== undefined) expect(last.outcome === 'missed' ? ['cancelled', 'noAnswer', 'failed'] : [last.outcome]).toContain(caller);
        }
      }),
      { numRuns: 400 },
    );
  });
});
