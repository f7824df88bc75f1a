/**
 * Two devices talk without a relay, as equals: they find out which ledgers they share, and then each fetches from the
 * other what it lacks, for as long as the connection lasts. What is given depends on the membership that the giver knows.
 */
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Exchange } from './exchange.ts';
import { openPeerChannel, type PeerChannel, type PeerSide } from './peer-channel.ts';
import { createPeerLedger, type PeerLedger, type PeerTrouble } from './peer-ledger.ts';
import { parsePeerMessage, toWire, type PeerAnswer, type PeerMessage, type PeerRequest } from './peer-messages.ts';
import { isRevealed, makeAnswers, makeEntries, recognise, type ProofDeps, type Recognised, type Round } from './peer-proof.ts';
import type { RandomBytes } from './records.ts';
import type { StoreErrorCode } from './store.ts';
import type { Timers } from './timers.ts';
import type { Connection, ConnectionEvents } from './transport.ts';

export interface PeerState {
  readonly state: 'connecting' | 'syncing' | 'inStep' | 'away';
  /** What the members' card says of the other device; null while no ledger is known to be shared. */
  readonly name: { readonly person: string; readonly device: string } | null;
  /** How many ledgers are shared. */
  readonly ledgers: number;
  /** When both had the same last, milliseconds since 1970. */
  readonly lastSynced: number | null;
  /** Why some of it does not come in. */
  readonly error: StoreErrorCode | 'membership_forked' | null;
}

export interface Peer {
  state(): PeerState;
  /** Something of a ledger is different here. */
  changed(ledger: LedgerId): void;
  close(): void;
}

export interface PeerDeps {
  readonly side: PeerSide;
  /** Opens the connection, or takes over one that was opened. */
  open(events: ConnectionEvents): Connection;
  /** The ledgers of this device, at the time of the connection. */
  readonly exchanges: readonly Exchange[];
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  now(): number;
  readonly randomBytes: RandomBytes;
  onState(state: PeerState): void;
  onBug(error: unknown): void;
}

/** Within this the other one has said who they are, in milliseconds. */
const PATIENCE_WITH_STRANGERS = 10_000;
/** Longest silence after a question. */
const PATIENCE = 30_000;
/** So long somebody may say nothing with whom, as it turned out, nothing is shared. */
const PATIENCE_WITH_IDLERS = 5 * 60_000;
/** Messages that are handled each second on average, and at once. */
const PACE = 200;
const BURST = 1_000;

export function createPeer({ side, open, exchanges, timers, now, randomBytes, onState, onBug }: PeerDeps): Peer {
  const ledgers = new Map<LedgerId, PeerLedger>();
  const dirty = new Set<LedgerId>();
  let channel: PeerChannel | undefined;
  let recognised: Recognised[] = [];
  let expected: Round | 'talk' = 1;
  let state: PeerState = { state: 'connecting', name: null, ledgers: 0, lastSynced: null, error: null };
  let isClosed = false;
  let isAwake = false;
  let wake = (): void => {};
  let lastId = 0;
  let pending: { id: number; settle(answer: Result<PeerAnswer, 'ended'>): void } | null = null;
  let allowance = BURST;
  let paidAt = now();
  let cancelPatience = timers.after(PATIENCE_WITH_STRANGERS, () => close());

  function setState(change: Partial<PeerState>): void {
    const next = { ...state, ...change };
    if ((Object.keys(next) as (keyof PeerState)[]).every((name) => next[name] === state[name])) return;
    state = next;
    onState(state);
  }
  function rouse(): void {
    isAwake = true;
    wake();
  }
  const send = (message: PeerMessage): void => channel?.send(toWire(message));
  const proofDeps = (open: PeerChannel): ProofDeps => ({ side, transcript: open.transcript, randomBytes });
  const accesses = () => exchanges.map((exchange) => exchange.access()).filter((access) => access !== null);

  function onClose(): void {
    isClosed = true;
    cancelPatience();
    pending?.settle(failure('ended'));
    setState({ state: 'away' });
    rouse();
  }
  /** Whoever shares nothing with us need not stay. */
  function watchIdler(): void {
    cancelPatience();
    cancelPatience = timers.after(PATIENCE_WITH_IDLERS, () => ([...ledgers.values()].some((one) => one.isMember()) ? watchIdler() : close()));
  }

  function ask(ledger: LedgerId, body: Omit<PeerRequest, 'id' | 'ledger'>): Promise<Result<PeerAnswer, 'ended'>> {
    return new Promise((resolve) => {
      if (isClosed) return resolve(failure('ended'));
      lastId += 1;
      const cancel = timers.after(PATIENCE, () => close());
      pending = {
        id: lastId,
        settle(answer) {
          pending = null;
          cancel();
          resolve(answer);
        },
      };
      send({ ...body, id: lastId, ledger } as PeerRequest);
    });
  }

  function meet(): void {
    for (const { access, peer } of recognised) {
      const exchange = exchanges.find((one) => one.ledger === access.ledger);
      if (!exchange || ledgers.has(access.ledger)) continue;
      ledgers.set(access.ledger, createPeerLedger({ exchange, peer, ask }));
      dirty.add(access.ledger);
    }
    if (ledgers.size === 0) return close();
    watchIdler();
    channel?.trust();
    expected = 'talk';
    setState({ state: 'syncing' });
    rouse();
  }

  async function onEntries(open: PeerChannel, { round, entries }: Extract<PeerMessage, { type: 'entries' }>): Promise<boolean> {
    if (round !== expected) return false;
    const found = await recognise(proofDeps(open), accesses(), round, entries);
    recognised = [...recognised, ...found.filter((one) => isRevealed(one, round))];
    if (round === 1) {
      send({ type: 'entries', round: 2, entries: await makeAnswers(proofDeps(open), found) });
      expected = 2;
    } else meet();
    return true;
  }

  /** False for what only somebody says who has no business here. */
  async function onMessage(message: PeerMessage): Promise<boolean> {
    if (!channel) return false;
    if (message.type === 'entries') return onEntries(channel, message);
    if (expected !== 'talk') return false;
    switch (message.type) {
      case 'have':
        ledgers.get(message.ledger)?.hear(message);
        rouse();
        return ledgers.has(message.ledger);
      case 'records': case 'list': case 'fetch': {
        const ledger = ledgers.get(message.ledger);
        if (ledger) send(await ledger.answer(message));
        return ledger !== undefined;
      }
      case 'recordPage': case 'listed': case 'fetched': case 'refused':
        if (pending?.id !== message.id) return false;
        pending.settle(success(message));
        return true;
    }
  }

  /** Whoever asks faster than that waits. */
  async function keepPace(): Promise<void> {
    allowance = Math.min(BURST, allowance + (Math.max(0, now() - paidAt) / 1_000) * PACE) - 1;
    paidAt = now();
    if (allowance < 0) await new Promise<void>((resolve) => void timers.after(Math.ceil((-allowance / PACE) * 1_000), resolve));
  }

  function onTrouble(trouble: PeerTrouble): void {
    if (trouble === 'peer_nonsense') close();
    // Refused: as they know it, this device is not in the ledger.
    else if (trouble !== 'refused' && trouble !== 'ended') setState({ error: trouble });
  }

  /** What a member's card says of the other one; it may have come only now, with a record. */
  function nameOf(): PeerState['name'] {
    for (const { access, peer } of recognised) {
      const card = exchanges.find(({ ledger }) => ledger === access.ledger)?.access()?.cards.get(peer);
      if (card && ledgers.get(access.ledger)?.isMember()) return state.name?.person === card.name && state.name.device === card.deviceName ? state.name : { person: card.name, device: card.deviceName };
    }
    return state.name;
  }

  async function work(ledger: PeerLedger): Promise<boolean> {
    const pulled = await ledger.pull();
    if (!pulled.ok) onTrouble(pulled.code);
    // What came in may have made a member of them, or given something to tell.
    if (pulled.ok && pulled.value) dirty.add(ledger.ledger);
    if (!dirty.delete(ledger.ledger)) return false;
    for (let more = true; more && !isClosed; ) {
      const told = await ledger.tell();
      if (!told.ok) onTrouble(told.code);
      if (told.ok && told.value) send(told.value);
      more = told.ok && told.value !== null;
    }
    return true;
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      isAwake = false;
      let hasWorked = false;
      for (const ledger of ledgers.values()) {
        if (isClosed) return;
        if (await work(ledger)) hasWorked = true;
      }
      setState({ name: nameOf(), ledgers: [...ledgers.values()].filter((ledger) => ledger.isMember()).length });
      if (hasWorked) {
        setState({ state: 'syncing' });
        continue;
      }
      if (expected === 'talk' && !isClosed) setState({ state: 'inStep', lastSynced: now() });
      if (!isAwake) await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const close = openPeerChannel(side, open, {
    async onReady(opened) {
      channel = opened;
      send({ type: 'entries', round: 1, entries: await makeEntries(proofDeps(opened), accesses()) });
    },
    async onMessage(content) {
      await keepPace();
      const message = parsePeerMessage(content);
      if (!message || !(await onMessage(message))) close();
    },
    onClose,
    onBug,
  });
  run().catch((error: unknown) => {
    onBug(error);
    close();
  });
  return {
    state: () => state,
    changed(ledger) {
      dirty.add(ledger);
      rouse();
    },
    close,
  };
}
