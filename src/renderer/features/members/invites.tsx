import { Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { MembersView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Section } from '#renderer/ui/section.tsx';

/** Invitations by which somebody can still come in, and a way to end one; where others would end with it, after a question. */
export function Invites({ ledger, invites }: { ledger: LedgerView; invites: MembersView['invites'] }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const format = useFormat();
  const withdraw = useCall('members.withdrawInvite');
  const [now] = useState(Date.now);
  const [going, setGoing] = useState<string>();
  const [asking, setAsking] = useState<string>();
  const others = invites.filter(({ key, expires }) => key !== asking && expires >= now).length;

  async function end(key: string): Promise<void> {
    setGoing(key);
    const reply = await withdraw.run({ ledger: ledger.id, key });
    setGoing(undefined);
    setAsking(undefined);
    if (reply.ok) notifications.show({ message: say('withdrawn') });
  }

  return (
    <Section title={say('invites')}>
      <FailureNotice error={withdraw.error} onClose={withdraw.clear} />
      {invites.length === 0 ? <Text size="sm" c="dimmed">{say('noInvites')}</Text> : (
        <ScrollTable label={say('invites')} minWidth={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('role')}</Table.Th>
              <Table.Th scope="col" ta="end">{say('uses')}</Table.Th>
              <Table.Th scope="col">{say('expires')}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invites.map(({ key, role, uses, expires }) => {
              const date = format.dateTime(expires);
              return (
                <Table.Tr key={key}>
                  <Table.Th scope="row" fw={500}>{sayUi(`role_${role}`)}</Table.Th>
                  <Table.Td ta="end">{format.number(uses)}</Table.Td>
                  <Table.Td>{expires < now ? say('inviteExpired', { date }) : date}</Table.Td>
                  <Table.Td ta="end">
                    <Button
                      size="compact-sm" variant="default" loading={going === key} disabled={withdraw.busy && going !== key}
                      aria-label={say('withdrawLabel', { role: sayUi(`role_${role}`), date })} onClick={() => (invites.some((one) => one.key !== key && one.expires >= now) ? setAsking(key) : void end(key))}
                    >
                      {say('withdraw')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </ScrollTable>
      )}
      <Confirm
        opened={asking !== undefined} title={say('withdrawTitle')} confirmLabel={say('withdraw')} danger busy={withdraw.busy}
        onConfirm={() => asking !== undefined && void end(asking)} onClose={() => setAsking(undefined)}
      >
        {say('withdrawOthers', { count: others })}
      </Confirm>
    </Section>
  );
}
