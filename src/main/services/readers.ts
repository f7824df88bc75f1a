import { success } from '#domain/result.ts';
import type { CardHandler, Readers } from '#native/reader.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';

/** Where cards are held: one thing at a time is done with them. */
export interface CardDesk {
  /** Offers every card to `handler` until the returned function is called; undefined while somebody else has them. */
  take(handler: CardHandler): (() => void) | undefined;
}

/** The readers of this machine. Drivers are loaded when somebody first asks: the first screen does not wait for one that hangs. */
export function createReadersService({ shell, publish }: Pick<Ground, 'shell' | 'publish'>): { desk: CardDesk; handlers: Service<'readers'>; close(): Promise<void> } {
  let readers: Readers | undefined;
  let isTaken = false;

  function open(): Readers | undefined {
    if (!readers) {
      readers = shell.openReaders?.();
      readers?.onChange(() => publish('readers'));
    }
    return readers;
  }

  return {
    desk: {
      take(handler) {
        if (isTaken) return undefined;
        isTaken = true;
        // Another handler each time: a card that still lies there is offered to a new one only.
        const leave = open()?.onCard((channel) => handler(channel));
        return () => {
          if (!isTaken) return;
          isTaken = false;
          leave?.();
        };
      },
    },
    handlers: {
      'readers.list': {
        topics: () => ['readers'],
        read() {
          const { drivers, readers: found } = open()?.view() ?? { drivers: [], readers: [] };
          return success({ drivers: [...drivers], readers: [...found] });
        },
      },
    },
    close: async () => readers?.close(),
  };
}
