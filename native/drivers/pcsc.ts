/**
 * Readers that the operating system's smart card service (PC/SC) knows: ACR1252U, ACR122U and others of class CCID. The
 * addon is loaded when the driver starts and not before; where its library is missing the app runs without.
 */
import type * as PcscMini from 'pcsc-mini';
import type { Card, Client, Err, Reader } from 'pcsc-mini';
import { patienceAfter, wait, type CardLink, type Connect, type DriverHost, type ReaderDriver, type Timers } from '#native/driver.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { ChannelFault, ReaderFault } from '#native/reader.ts';

type Pcsc = typeof PcscMini;

/** Another program (a mail program, an eID, Windows itself) may look at a card for a moment: so often it is asked again, after so many ms. */
const SHARING_TRIES = 5;
const SHARING_PAUSE = 100;
/** So long nothing may have been heard of readers before their client is stopped, in ms. */
const CALM = 200;
/** A card that failed and lies there by what the service says, this many ms later, is offered anew. */
const RESEAT = 600;

/** The addon's places for connections are used up by some that could not be let go of: a new client has new ones. */
const EXHAUSTED = ['TooManyCardConnections', 'TooManyConnectRequests'];

/** What the service's error names mean for somebody who talks to a card. */
const FAULTS: Readonly<Record<string, ChannelFault>> = {
  SharingViolation: 'card_in_use', CardIsBusy: 'card_in_use',
  UnresponsiveCard: 'card_mute', UnknownCard: 'card_mute', CardUnsupported: 'card_mute', ProtoMismatch: 'card_mute',
  NoService: 'reader_lost', ServiceStopped: 'reader_lost', CommError: 'reader_lost', UnknownReader: 'reader_lost',
  ReaderUnavailable: 'reader_lost', NoReadersAvailable: 'reader_lost', InvalidHandle: 'reader_lost',
};
const SERVICE_REASONS: Readonly<Record<string, ReaderFault>> = { SecurityViolation: 'permission_denied', NoAccess: 'permission_denied', AccessDenied: 'permission_denied' };

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String((error as Err).code) : '');
/** Not transacted, reset, removed, unpowered: the card is not where it was. */
const faultOf = (error: unknown): ChannelFault => FAULTS[codeOf(error)] ?? 'card_left';

/** A slot for cards that are put in, or for the reader's own security module: no card is held to it. */
const hasNoField = (name: string): boolean => /\b(SAM|ICC)\b/i.test(name);
const isVirtualName = (name: string): boolean => /virtual|vpcd|simulat/i.test(name);

/**
 * Clients whose service went away cannot be stopped any more, and the addon throws, where nobody can catch it, when the
 * garbage collector takes one that was not: they are kept, some hundred bytes for each outage.
 */
const unstoppable = new Set<Client>();

export function createPcscDriver({ timers }: { timers: Timers }): ReaderDriver {
  let client: Client | undefined;
  let cancelRetry = (): void => undefined;
  let isClosed = false;
  let failures = 0;
  /** What to do with each reader of the client when it goes. */
  const farewells = new Set<() => void>();
  let stopped = Promise.resolve();
  let calm = Promise.resolve();
  const stir = (): void => void (calm = wait(timers, CALM));

  /**
   * Stopping blocks this thread until the addon's has ended, which a call to cancel wakes only while it waits for news. Where
   * it is just asking for the names of readers the call is lost and both wait for ever: so it must have had time to get there.
   */
  async function becalm(): Promise<void> {
    for (let current; current !== calm; ) {
      current = calm;
      await current;
    }
  }

  async function connect(pcsc: Pcsc, reader: Reader, renew: (error: unknown) => Promise<void>): Promise<Outcome<Card, ChannelFault>> {
    for (let tries = 1; ; tries += 1) {
      try {
        // Nobody else may speak to the card between our commands.
        return achieved(await reader.connect(pcsc.CardMode.EXCLUSIVE));
      } catch (error) {
        if (EXHAUSTED.includes(codeOf(error))) void renew(error);
        const fault = faultOf(error);
        if (fault !== 'card_in_use' || tries === SHARING_TRIES) return failed(fault);
        await wait(timers, SHARING_PAUSE);
      }
    }
  }
  const linkTo = (pcsc: Pcsc, card: Card, onClose: (hasLeft: boolean) => void): CardLink => {
    let hasLeft = false;
    let sent: Promise<unknown> = Promise.resolve();
    const fail = (fault: ChannelFault): Outcome<never, ChannelFault> => {
      hasLeft = fault === 'card_left';
      return failed(fault);
    };
    async function send(command: Uint8Array): Promise<Outcome<Uint8Array, ChannelFault>> {
      try {
        const answer = await card.transmit(command);
        // Torn away in the middle of it, some drivers say success and nothing else.
        return answer.length >= 2 ? achieved(answer) : fail('card_left');
      } catch (error) {
        return fail(faultOf(error));
      }
    }
    return {
      transmit(command) {
        const answer = send(command);
        sent = answer;
        return answer;
      },
      async close() {
        // The addon lets go of no card whose command is still on its way.
        await sent;
        try {
          await card.disconnect(pcsc.CardDisposition.LEAVE);
        } catch {
          // What is gone need not be let go of.
        }
        onClose(hasLeft);
      },
    };
  };

  function watchReader(pcsc: Pcsc, reader: Reader, host: DriverHost, renew: (error: unknown) => Promise<void>): void {
    const name = reader.name();
    stir();
    reader.on('change', stir);
    if (hasNoField(name)) return;
    const id = `pcsc:${name}`;
    let presence: 'none' | 'mute' | 'card' = 'none';
    let changes = 0;

    const connectCard: Connect = async () => {
      if (presence === 'mute') return failed('card_mute');
      const card = await connect(pcsc, reader, renew);
      if (!card.ok) {
        if (card.code === 'card_left') reseat();
        return card;
      }
      return achieved(linkTo(pcsc, card.value, (hasLeft) => hasLeft && reseat()));
    };
    // Away and back between two looks of the service: it never says that the card left.
    function reseat(): void {
      const seen = changes;
      timers.after(RESEAT, () => {
        if (seen !== changes || presence === 'none' || isClosed) return;
        host.cardLeft(id);
        host.cardArrived(id, connectCard);
      });
    }
    host.readerChanged({ id, name, isVirtual: isVirtualName(name), reason: null });
    reader.on('change', (status) => {
      const isPresent = status.has(pcsc.ReaderStatus.PRESENT);
      const muteOrCard = status.has(pcsc.ReaderStatus.MUTE) ? 'mute' : 'card';
      const next = isPresent ? muteOrCard : 'none';
      if (next === presence) return;
      if (presence !== 'none') host.cardLeft(id);
      presence = next;
      changes += 1;
      if (isPresent) host.cardArrived(id, connectCard);
    });
    const farewell = (): void => {
      farewells.delete(farewell);
      presence = 'none';
      changes += 1;
      stir();
      host.readerGone(id);
    };
    farewells.add(farewell);
    reader.on('disconnect', farewell);
  }

  /** Says goodbye to all readers at once, and to the service when that is safe. */
  function stopClient(): Promise<void> {
    const old = client;
    client = undefined;
    for (const farewell of farewells) farewell();
    if (!old) return stopped;
    stir();
    stopped = becalm().then(() => {
      try {
        old.stop();
      } catch {
        unstoppable.add(old);
      }
    });
    return stopped;
  }

  /** Connects to the service; where it is not there or stops, with a new client after a while: an old one never recovers. */
  function lookForService(pcsc: Pcsc, host: DriverHost): void {
    if (isClosed) return;
    const started = new pcsc.Client();
    const fail = async (error: unknown): Promise<void> => {
      if (client !== started) return;
      host.kindChanged('off', SERVICE_REASONS[codeOf(error)] ?? 'service_absent');
      await stopClient();
      cancelRetry = timers.after(patienceAfter(failures++), () => lookForService(pcsc, host));
    };
    client = started;
    stir();
    started.on('error', (error) => void fail(error));
    started.on('reader', (reader) => {
      failures = 0;
      watchReader(pcsc, reader, host, fail);
    });
    try {
      started.start();
      host.kindChanged('on', null);
    } catch (error) {
      void fail(error);
    }
  }

  return {
    kind: 'pcsc',
    start(host) {
      void import('pcsc-mini').then((pcsc) => lookForService(pcsc, host)).catch(() => host.kindChanged('off', 'library_missing'));
    },
    async close() {
      isClosed = true;
      cancelRetry();
      await stopClient();
    },
  };
}
