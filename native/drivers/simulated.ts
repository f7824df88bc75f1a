/** A reader without a reader: for tests and demonstrations, refused everywhere else. */
import type { CardLink, DriverHost, ReaderDriver } from '#native/driver.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { ChannelFault } from '#native/reader.ts';
import type { SimulatedCard } from '#native/simulated/card.ts';

export interface SimulatedReader {
  /** Holds a card to it. */
  place(card: SimulatedCard): void;
  /** Holds two at once, which it notices. */
  placeTwo(): void;
  remove(): void;
  unplug(): void;
  plug(): void;
  /** From now on its answers never come, until it is unplugged. */
  fallSilent(): void;
}

export interface SimulatedDriver {
  readonly driver: ReaderDriver;
  /** The reader of that name; plugged in with the first call. */
  reader(name?: string): SimulatedReader;
  stopService(): void;
  startService(): void;
}

export function createSimulatedDriver(): SimulatedDriver {
  const readers = new Map<string, SimulatedReader & { announce(): void; vanish(): void }>();
  let host: DriverHost | undefined;
  let isRunning = true;

  function createReader(name: string) {
    const id = `simulated:${name}`;
    let isPlugged = true;
    let isSilent = false;
    let lying: (() => Outcome<SimulatedCard, ChannelFault>) | undefined;

    const linkTo = (card: SimulatedCard, mine: typeof lying): CardLink => ({
      transmit(command) {
        if (isSilent) return new Promise(() => undefined);
        if (lying !== mine) return Promise.resolve(failed('card_left'));
        const answer = card.answer(command);
        if (answer) return Promise.resolve(achieved(answer));
        remove();
        return Promise.resolve(failed('card_left'));
      },
      close: () => Promise.resolve(),
    });
    const announceCard = (): void => {
      const mine = lying;
      if (!mine || !isPlugged || !isRunning) return;
      host?.cardArrived(id, () => {
        const card = mine();
        if (!card.ok) return Promise.resolve(card);
        card.value.powerOn();
        return Promise.resolve(achieved(linkTo(card.value, mine)));
      });
    };
    function put(card: () => Outcome<SimulatedCard, ChannelFault>): void {
      remove();
      lying = card;
      announceCard();
    }
    function remove(): void {
      if (!lying) return;
      lying = undefined;
      host?.cardLeft(id);
    }
    const announce = (): void => {
      if (!isPlugged || !isRunning) return;
      host?.readerChanged({ id, name, isVirtual: true, reason: null });
      announceCard();
    };
    return {
      place: (card: SimulatedCard) => put(() => achieved(card)),
      placeTwo: () => put(() => failed('two_cards')),
      remove,
      unplug() {
        isPlugged = false;
        isSilent = false;
        lying = undefined;
        host?.readerGone(id);
      },
      plug() {
        isPlugged = true;
        announce();
      },
      fallSilent: () => void (isSilent = true),
      announce,
      vanish: () => host?.readerGone(id),
    };
  }

  function startService(): void {
    isRunning = true;
    host?.kindChanged('on', null);
    for (const reader of readers.values()) reader.announce();
  }
  return {
    driver: {
      kind: 'simulated',
      start(given) {
        host = given;
        if (isRunning) startService();
      },
      close() {
        host = undefined;
        return Promise.resolve();
      },
    },
    reader(name = 'Simulated reader') {
      const known = readers.get(name);
      if (known) return known;
      const made = createReader(name);
      readers.set(name, made);
      made.announce();
      return made;
    },
    stopService() {
      isRunning = false;
      host?.kindChanged('off', 'service_absent');
      for (const reader of readers.values()) reader.vanish();
    },
    startService,
  };
}
