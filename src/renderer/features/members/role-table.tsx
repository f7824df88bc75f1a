import { Table } from '@mantine/core';
import type { MemberView, Role } from '#contract/people-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './members.module.css';
import { Section } from '#renderer/ui/section.tsx';
import { useMemberName } from './use-member-name.ts';

const ROLES: readonly Role[] = ['owner', 'admin', 'editor', 'viewer'];

/** What each role may do, and who has it. My own stands out. */
export function RoleTable({ members, role }: { members: readonly MemberView[]; role: Role | null }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const format = useFormat();
  const nameOf = useMemberName();
  return (
    <Section title={say('roles')}>
      <ScrollTable label={say('roles')} minWidth={560}>
        <Table.Thead>
          <Table.Tr><Table.Th scope="col">{say('role')}</Table.Th><Table.Th scope="col">{say('may')}</Table.Th><Table.Th scope="col">{say('who')}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ROLES.map((one) => {
            const names = members.filter((member) => member.role === one).map((member) => (member.me ? `${nameOf(member)} (${sayUi('me')})` : nameOf(member)));
            return (
              <Table.Tr key={one} {...(one === role && { className: classes.mine })}>
                <Table.Th scope="row" fw={500}>{sayUi(`role_${one}`)}</Table.Th>
                <Table.Td>{sayUi(`may_${one}`)}</Table.Td>
                <Table.Td>{names.length > 0 ? format.list(names) : <span className={classes.faint}>{say('nobody')}</span>}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </ScrollTable>
    </Section>
  );
}
