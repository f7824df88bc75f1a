import type { Service } from '#main/handlers.ts';
import { createCardsService } from './cards.ts';
import type { Ground } from './ground.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { createReadersService } from './readers.ts';
import { createShopBook } from './shop-book.ts';
import { createTabsService } from './tabs.ts';
import { createTillService } from './till.ts';

type Handlers = Service<'tabs'> & Service<'cards'> & Service<'till'> & Service<'readers'>;

/** The four sections of the counter, on one set of readers. `close` has let go of them when it resolves. */
export function createCounterServices(ground: Ground): { handlers: Handlers; close(): Promise<void> } {
  const readers = createReadersService(ground);
  const dependencies = { book: createShopBook(ground), desk: readers.desk, keys: createIssuerKeys(ground) };
  return {
    handlers: {
      ...createTabsService(ground, dependencies.book),
      ...createCardsService(ground, dependencies),
      ...createTillService(ground, dependencies),
      ...readers.handlers,
    },
    close: readers.close,
  };
}
