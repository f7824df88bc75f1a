import { Button, Stack, Title } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useState } from 'react';
import type { LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { navigate, useRoute } from '#renderer/lib/route.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Debts } from './debts.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import { NetTable } from './net-table.tsx';
import { SettleDialog, type Settlement } from './settle-dialog.tsx';

/** Who is owed what, who owes whom, and the fewest transfers that settle it. */
export function BalancesTab({ ledger }: { ledger: LedgerView }) {
  const say = useWords('balances');
  const format = useFormat();
  const { view, error } = useWatch('balances.get', { ledger: ledger.id });
  const currencies = view?.currencies.filter(({ people }) => people.length > 0);
  const [settlement, setSettlement] = useState<Settlement | null>(null);
  // Which balance is explained stands in the address, so that other pages can lead here and Back closes it.
  const route = useRoute();
  const { person, currency } = (route.page === 'ledger' && route.filter) || {};
  const explain = (filter?: { person: PersonId; currency: string }): void => navigate({ page: 'ledger', ledger: ledger.id, tab: 'balances', filter }, { replace: !filter });
  return (
    <Stack gap="lg" pb="xl">
      <FailureNotice error={error} />
      {currencies?.length === 0 && (
        <EmptyState
          icon={<IconScale size={40} stroke={1.25} />}
          title={say('emptyTitle')}
          text={say('emptyText')}
          action={mayWrite(ledger) && <Button onClick={() => openEntryForm({ ledger: ledger.id })}>{say('newEntry')}</Button>}
        />
      )}
      {currencies?.map((balances) => (
        <Stack key={balances.currency} gap="md" component="section" aria-label={format.currencyName(balances.currency)}>
          {currencies.length > 1 && <Title order={2} size="h3">{format.currencyName(balances.currency)}</Title>}
          <NetTable ledger={ledger} balances={balances} currencyNamed={currencies.length > 1} onExplain={(who) => explain({ person: who, currency: balances.currency })} />
          <Debts ledger={ledger} balances={balances} onSettle={setSettlement} />
        </Stack>
      ))}
      <SettleDialog ledger={ledger} settlement={settlement} onClose={() => setSettlement(null)} />
      <ExplainPanel ledger={ledger} subject={person && currency ? { person, currency } : null} onClose={() => explain()} />
    </Stack>
  );
}
