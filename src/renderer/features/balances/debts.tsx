import { Button, Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { CurrencyBalancesView, DebtView, LedgerView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './balances.module.css';
import { DebtLine } from './debt-line.tsx';
import type { Settlement } from './settle-dialog.tsx';

type Mode = 'simplified' | 'pairwise';

interface DebtsProps {
  ledger: LedgerView;
  balances: CurrencyBalancesView;
  onSettle(settlement: Settlement): void;
}

/** Who pays whom: the plan with the fewest transfers, or every debt as the entries made it. */
export function Debts({ ledger, balances, onSettle }: DebtsProps) {
  const say = useWords('balances');
  const format = useFormat();
  const [mode, setMode] = useState<Mode>(ledger.simplify ? 'simplified' : 'pairwise');
  const { currency, plan, debts } = balances;
  const lines = mode === 'simplified' ? plan.transfers : debts;
  const settled = plan.transfers.length === 0 && debts.length === 0;

  function sayHowMany(): string {
    if (lines.length === 0) return say('allSettled', { currency: format.currencyName(currency) });
    if (mode === 'pairwise') return say('pairCount', { count: debts.length, fewest: plan.transfers.length });
    if (plan.minimal) return say('minimal', { count: plan.transfers.length });
    return say('notMinimal', { count: plan.transfers.length, atLeast: plan.atLeast });
  }

  return (
    <Paper component="section" aria-label={say('settleUpIn', { currency: format.currencyName(currency) })} withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h4">{say('settleUp')}</Title>
          {!settled && (
            <SegmentedControl
              size="xs"
              aria-label={say('debtMode')}
              value={mode}
              onChange={(value) => setMode(value)}
              data={[{ value: 'simplified', label: say('simplified') }, { value: 'pairwise', label: say('pairwise') }]}
            />
          )}
        </Group>
        <div aria-live="polite">
          <Group gap={6} wrap="nowrap" align="flex-start">
            {(lines.length === 0 || (mode === 'simplified' && plan.minimal)) && <IconCheck size={18} aria-hidden className={classes.proved} />}
            <Text size="sm" fw={500}>{sayHowMany()}</Text>
          </Group>
          {lines.length > 0 && <Text size="sm" c="dimmed">{say(mode === 'simplified' ? 'simplifiedHint' : 'pairwiseHint')}</Text>}
        </div>
        <ul className={classes.list}>
          {lines.map((debt) => (
            <Transfer key={`${debt.from} ${debt.to}`} ledger={ledger} debt={debt} currency={currency} mode={mode} onSettle={onSettle} />
          ))}
        </ul>
      </Stack>
    </Paper>
  );
}

function Transfer({ ledger, debt, currency, mode, onSettle }: { ledger: LedgerView; debt: DebtView; currency: string; mode: Mode } & Pick<DebtsProps, 'onSettle'>) {
  const say = useWords('balances');
  const format = useFormat();
  const nameOf = (person: string): string => ledger.persons.find(({ id }) => id === person)?.name ?? '?';
  const verb = mode === 'simplified' ? 'pays' : 'owes';
  const line = say(mode === 'simplified' ? 'paysText' : 'owesText', { from: nameOf(debt.from), to: nameOf(debt.to) });
  return (
    <li className={classes.transfer}>
      <DebtLine ledger={ledger} from={debt.from} to={debt.to} verb={verb} />
      <Money amount={debt.amount} currency={currency} />
      {mayWrite(ledger) && (
        <Button
          variant="light" size="xs"
          aria-label={say('recordFor', { line, amount: format.money(debt.amount, currency) })}
          onClick={() => onSettle({ ...debt, currency })}
        >
          {say('record')}
        </Button>
      )}
    </li>
  );
}
