import { useCallback } from 'react';
import type { EntryBody } from '#domain/entry.ts';
import type { LedgerView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { EntryField } from './entry-changes.ts';

/** One field of an entry in words. */
export function useFieldText(ledger: LedgerView): (body: EntryBody, field: EntryField) => string {
  const say = useWords('entries');
  const format = useFormat();
  const categoryName = useCategoryName();
  const { persons } = ledger;
  return useCallback(
    (body, field) => {
      const nameOf = (id: string) => persons.find((person) => person.id === id)?.name ?? '?';
      const portions = (all: EntryBody['payers']) =>
        format.list(all.filter(({ amount }) => amount !== 0).map(({ person, amount }) => `${nameOf(person)} ${format.money(amount, body.currency)}`));
      switch (field) {
        case 'kind':
          return say(`kind_${body.kind}`);
        case 'date':
          return format.date(body.date, 'short');
        case 'category':
          return categoryName(body.category);
        case 'amount':
          return format.money(body.amount, body.currency);
        case 'payers':
        case 'shares':
          return portions(body[field]);
        case 'state':
          return say(`state_${body.state}`);
        default:
          return body[field].trim() === '' ? say('emptyValue') : body[field];
      }
    },
    [say, format, categoryName, persons],
  );
}
