import { z } from 'zod';
import type { CallKeysView, CallView } from '#contract/calls-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { isOngoing, type CallInput } from '#domain/call.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { createCallKey } from '#sync/call-keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { callRequestSchema } from '#sync/protocol/media.ts';
import { systemTimers } from '#sync/timers.ts';
import type { Service } from '#main/handlers.ts';
import { createCallLine, type Talk } from './call-line.ts';
import { devicesOf, toPeerView } from './call-partner.ts';
import type { Ground } from './ground.ts';
import type { Messages } from './messages.ts';

const jsonSchema = z.json();
/** Messages of the relay have no bytes in what is said of media, so they are JSON as they are. */
const toJson = (value: unknown): z.infer<typeof jsonSchema> => jsonSchema.parse(JSON.parse(JSON.stringify(value)));


/** What a screen may know and do of the one call of this device. */
export function createCallsService(ground: Ground, messages: Pick<Messages, 'write'>): Service<'calls'> {
  const { shell, keyring, self, link, queries, ious, publish } = ground;
  const line = createCallLine(ground, messages, systemTimers);
  const { inTurn, step } = line;

  /** The call of this id, if it is the one that is on. */
  function ongoing(call: Id): Talk | null {
    const [talk, current] = [line.talk(), line.current()];
    return talk?.call === call && isOngoing(current) && current.call === call ? talk : null;
  }
  const at = ({ call, screen }: { call: Id; screen: Id }): Talk | null => {
    const own = ongoing(call);
    return own?.screen === screen ? own : null;
  };
  const act = (input: CallInput, call: Id): Promise<Result<null, ErrorCode>> =>
    inTurn(async () => {
      if (line.talk()?.call === call) step(input);
      return success(null);
    });

  function aboutOf({ ledger, about }: Talk): CallView['about'] {
    if (about === null) return null;
    const row = queries.ledgers.find(ledger);
    const entry = row && queries.entries.chosen(row, about);
    const iou = entry ? undefined : ious.find(ledger, about)?.iou;
    return { id: about, kind: entry ? 'entry' : iou ? 'iou' : 'other', title: entry?.body.description ?? iou?.terms.purpose ?? null };
  }

  function view(): CallView | null {
    const [talk, current] = [line.talk(), line.current()];
    if (!talk || !current || current.call !== talk.call) return null;
    const { call, ledger, root, side, secrets, problem, screen } = talk;
    const row = queries.ledgers.find(ledger);
    const isOver = current.phase === 'ended';
    return {
      call, ledger, side, problem, screen,
      ledgerName: row && row.template !== 'direct' ? row.name : '',
      about: aboutOf(talk),
      phase: current.phase,
      peer: toPeerView(ground, ledger, root),
      words: secrets && { en: secrets.words('en'), 'zh-CN': secrets.words('zh-CN') },
      since: current.since,
      activeAt: current.activeAt,
      outcome: isOver ? current.outcome : null,
      seconds: isOver ? current.seconds : null,
    };
  }

  /** Whom somebody wants to call: the one named, or the only other one. */
  function chosenRoot(ledger: LedgerId, wanted: string | null): string | undefined {
    const access = link.access(ledger);
    if (!access) return undefined;
    const others = new Set([...access.cards.values()].map(({ root }) => root).filter((root) => root !== self.root() && devicesOf(access, root).length > 0));
    if (wanted !== null) return others.has(wanted) ? wanted : undefined;
    return others.size === 1 ? [...others][0] : undefined;
  }

  async function start({ call, screen, ledger, with: wanted, about }: { call: Id; screen: Id; ledger: LedgerId; with: string | null; about: Id | null }): Promise<Result<null, ErrorCode>> {
    if (!queries.ledgers.find(ledger)) return failure('not_found');
    const root = chosenRoot(ledger, wanted);
    if (root === undefined) return failure('nobody_to_call');
    if (keyring.get().relay.url === null) return failure('relay_not_set');
    if (link.state().connection !== 'online') return failure('relay_away');
    const [talk, current] = [line.talk(), line.current()];
    // To call somebody who rings is to answer.
    if (talk && isOngoing(current) && current.person === root && current.side === 'callee' && current.phase === 'ringing') talk.screen = screen;
    else if (isOngoing(current)) return talk?.call === call ? success(null) : failure('in_call');
    else line.begin({ call, ledger, about, root, side: 'caller', key: await createCallKey(shell.randomBytes), commitment: new Uint8Array(), screen });
    step({ type: 'dial', call, person: root });
    return success(null);
  }

  return {
    'calls.state': {
      topics: () => ['calls', 'people', 'ledgers'],
      read: () => success({ call: view(), introduced: keyring.get().callsIntroduced }),
    },
    'calls.start': (input) => inTurn(() => start(input)),
    'calls.answer': ({ call, screen }) =>
      inTurn(async () => {
        const own = ongoing(call);
        if (!own) return failure('call_over');
        own.screen = screen;
        step({ type: 'answer' });
        return success(null);
      }),
    'calls.decline': ({ call }) => act({ type: 'decline' }, call),
    'calls.hangUp': ({ call }) => act({ type: 'hangUp' }, call),
    'calls.dismiss': ({ call }) => act({ type: 'dismiss' }, call),
    async 'calls.introduced'() {
      keyring.update((keys) => ({ ...keys, callsIntroduced: true }));
      publish('calls');
      return success(null);
    },
    'calls.media': {
      topics: () => ['calls'],
      read(input) {
        const own = at(input);
        const device = line.current()?.device ?? null;
        if (!own) return success(null);
        return success({
          isOpen: own.room.channel() !== null,
          generation: own.room.generation(),
          isAgreed: own.secrets !== null,
          producers: device === null || own.secrets === null ? [] : own.room.producersOf(device),
        });
      },
    },
    async 'calls.router'(input) {
      const own = at(input);
      const channel = own?.room.channel();
      if (!own || !channel) return failure('call_over');
      // A window that begins is a page loaded anew, or another window: what the one before had is of no use, and in the way.
      const left = own.transports.splice(0);
      await Promise.all(left.map((transport) => channel.request({ type: 'callClose', of: transport })));
      return success({ rtpCapabilities: toJson(channel.rtpCapabilities) });
    },
    async 'calls.keys'(input): Promise<Result<CallKeysView, ErrorCode>> {
      const own = at(input);
      if (!own?.secrets) return failure('call_over');
      const sendKeyId = own.sealers;
      own.sealers += 1;
      return success({ send: bytesToHex(own.secrets.send), sendKeyId, receive: bytesToHex(own.secrets.receive) });
    },
    async 'calls.ask'(input) {
      const own = at(input);
      const channel = own?.room.channel();
      if (!own || !channel) return failure('call_over');
      const request = callRequestSchema.safeParse(input.request);
      if (!request.success) return failure('input_invalid');
      const answered = await channel.request(request.data);
      if (answered.ok && answered.value.type === 'callTransportMade') own.transports.push(answered.value.transport);
      return answered.ok ? success(toJson(answered.value)) : failure(answered.code === 'ended' ? 'relay_away' : 'call_failed');
    },
    'calls.report': (input) =>
      inTurn(async () => {
        const own = at(input);
        if (!own) return failure('call_over');
        own.problem = input.problem ?? own.problem;
        step(input.problem === null ? { type: 'media', isUp: input.isUp } : { type: 'broken' });
        return success(null);
      }),
  };
}

