import type { EntryFilter } from '#contract/api.ts';
import type { LedgerId } from '#domain/ids.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { ALL_TIME } from './range.ts';

/** Where the entries behind a mark are listed. */
export type EntriesHref = (filter: EntryFilter) => string;

/** Links into the entries of a ledger in one currency; the ends of all time are no filter. */
export const createEntriesHref =
  (ledger: LedgerId, currency: string): EntriesHref =>
  ({ from, to, ...filter }) =>
    routeToHash({
      page: 'ledger',
      ledger,
      tab: 'entries',
      filter: {
        ...filter,
        currency,
        ...(from && from > ALL_TIME.from && { from }),
        ...(to && to < ALL_TIME.to && { to }),
      },
    });
