import { Button, Stack, Title } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useState } from 'react';
import type { LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Debts } from './debts.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import { NetTable } from './net-table.tsx';
import { SettleDialog, type Settlement } from './settle-dialog.tsx';

/** Who is owed what, who owes whom, and the fewest transfers that settle it. */
export function BalancesTab({ ledger }: { ledger: LedgerView }) {
  const words = useWords('balances');
  const format = useFormat();
  const { view, error } = useWatch('balances.get', { ledger: ledger.id });
  const [settlement, setSettlement] = useState<Settlement | null>(null);
  const [explained, setExplained] = useState<{ person: PersonId; currency: string } | null>(null);
  return (
    <Stack gap="lg" pb="xl">
      <FailureNotice error={error} />
      {view && view.currencies.length === 0 && (
        <EmptyState
          icon={<IconScale size={40} stroke={1.25} />}
          title={words('emptyTitle')}
          text={words('emptyText')}
          action={<Button onClick={() => openEntryForm({ ledger: ledger.id })}>{words('newEntry')}</Button>}
        />
      )}
      {view?.currencies.map((balances) => (
        <Stack key={balances.currency} gap="md" component="section" aria-label={format.currencyName(balances.currency)}>
          {view.currencies.length > 1 && <Title order={2} size="h3">{format.currencyName(balances.currency)}</Title>}
          <NetTable ledger={ledger} balances={balances} onExplain={(person) => setExplained({ person, currency: balances.currency })} />
          <Debts ledger={ledger} balances={balances} onSettle={setSettlement} />
        </Stack>
      ))}
      <SettleDialog ledger={ledger} settlement={settlement} onClose={() => setSettlement(null)} />
      <ExplainPanel ledger={ledger} subject={explained} onClose={() => setExplained(null)} />
    </Stack>
  );
}
