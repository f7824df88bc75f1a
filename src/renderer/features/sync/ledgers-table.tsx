import { ActionIcon, Anchor, Paper, Table, Text, Title } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { SyncView } from '#contract/views.ts';
import { FollowRelay } from '#renderer/features/members/follow-relay.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Documents } from './documents.tsx';
import classes from './sync.module.css';
import { isOwnPage, useLedgerName } from './use-ledger-name.ts';

const COLUMNS = 4;

/** Ledger by ledger where its changes are, and at a click document by document. */
export function LedgersTable({ sync }: { sync: SyncView }) {
  const say = useWords('sync');
  return (
    <Paper component="section" withBorder p="md" aria-label={say('ledgers')}>
      <Title order={2} size="h4" mb="xs">{say('ledgers')}</Title>
      {sync.ledgers.length === 0 ? (
        <Text size="sm" c="dimmed">{say('noLedgers')}</Text>
      ) : (
        <ScrollTable label={say('ledgers')} minWidth={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Td w={44} />
              <Table.Th scope="col">{say('ledger')}</Table.Th>
              <Table.Th scope="col">{say('stateColumn')}</Table.Th>
              <Table.Th scope="col" ta="end">{say('setAside')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sync.ledgers.map((one) => <LedgerRows key={one.ledger} one={one} isSending={sync.relay !== null} />)}
          </Table.Tbody>
        </ScrollTable>
      )}
    </Paper>
  );
}

function LedgerRows({ one, isSending }: { one: SyncView['ledgers'][number]; isSending: boolean }) {
  const { ledger, waiting, quarantined, syncedAt, catchingUp, reason } = one;
  const say = useWords('sync');
  const errorText = useErrorText();
  const format = useFormat();
  const name = useLedgerName()(one);
  const details = useId();
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const state = !isSending ? say('ledgerHere')
    : waiting > 0 ? say('ledgerWaiting', { count: waiting })
      : catchingUp ? say('catchingUp')
        : syncedAt === null ? say('ledgerNever') : say('ledgerSynced', { when: format.dateTime(syncedAt) });
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <ActionIcon
            variant="subtle" color="gray" size={28} aria-label={say('expand', { ledger: name })} aria-expanded={isOpen} aria-controls={isOpen ? details : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <Chevron size={16} aria-hidden />
          </ActionIcon>
        </Table.Td>
        <Table.Th scope="row" fw={500}>
          {isOwnPage(one) ? <Anchor c="inherit" href={routeToHash({ page: 'ledger', ledger, tab: 'entries' })}><bdi>{name}</bdi></Anchor> : name}
          {reason && <Text size="xs" fw={400} c="var(--tally-wrong)" data-error-code={reason}>{errorText({ code: reason })}</Text>}
          {reason === 'membership_forked' && <FollowRelay ledger={ledger} name={name} />}
        </Table.Th>
        <Table.Td><span className={classes.ledgerState} data-waits={(isSending && waiting > 0) || undefined}>{state}</span></Table.Td>
        <Table.Td ta="end">{format.number(quarantined)}</Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS} id={details} className={classes.details}><Documents ledger={ledger} name={name} /></Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
