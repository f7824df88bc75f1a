import { ActionIcon, Menu } from '@mantine/core';
import { IconAddressBook, IconCrown, IconDots, IconUserCog, IconUserMinus } from '@tabler/icons-react';
import type { MemberView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { navigate } from '#renderer/lib/route.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { RealName, VerifiedMark } from '#renderer/ui/real-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './members.module.css';
import { useMemberName } from './use-member-name.ts';

interface MemberRowProps {
  ledger: LedgerView;
  member: MemberView;
  isOut: boolean;
  onRole(): void;
  onHandOver(): void;
  onRemove(): void;
}

/** Who they are in the book, where that is not said by their name already. */
function useBookText(ledger: LedgerView, { person, name }: MemberView): string | null {
  const say = useWords('members');
  const inBook = ledger.persons.find(({ id }) => id === person);
  if (!inBook) return say('notInBook');
  return inBook.name === name ? null : say('inBook', { name: inBook.name });
}

/** A member: name and claim, role, devices, and what I may do about them. */
export function MemberRow({ ledger, member, isOut, onRole, onHandOver, onRemove }: MemberRowProps) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const format = useFormat();
  const name = useMemberName()(member);
  const bookText = useBookText(ledger, member);
  const { me, picture, realName, verified, role, devices, root, may } = member;
  const named = devices.filter(({ recovery }) => !recovery).map((device) => (device.mine ? `${device.name} (${say('thisDevice')})` : device.name || say('unnamedDevice')));
  const all = devices.some(({ recovery }) => recovery) ? [...named, say('recoveryWords')] : named;
  const roles = may.roles.filter((one) => one !== 'owner');
  const actions = [
    ...(root !== null && !me ? [<Menu.Item key="contact" leftSection={<IconAddressBook size={16} aria-hidden />} onClick={() => navigate({ page: 'contacts', contact: root })}>{say('showContact')}</Menu.Item>] : []),
    ...(roles.length > 0 && !isOut ? [<Menu.Item key="role" leftSection={<IconUserCog size={16} aria-hidden />} onClick={onRole}>{say('changeRole')}</Menu.Item>] : []),
    ...(may.roles.includes('owner') && !isOut ? [<Menu.Item key="over" leftSection={<IconCrown size={16} aria-hidden />} onClick={onHandOver}>{say('handOver')}</Menu.Item>] : []),
    ...(may.remove && !isOut ? [<Menu.Item key="remove" leftSection={<IconUserMinus size={16} aria-hidden />} color="brick" onClick={onRemove}>{say('remove')}</Menu.Item>] : []),
  ];
  return (
    <li className={classes.member} aria-label={name}>
      <div className={classes.who}>
        <span className={classes.nameLine}><PersonName name={name} me={me} picture={picture} face /><VerifiedMark verified={verified} /></span>
        {(realName !== null || (!me && verified)) && <span className={classes.beneath}><RealName realName={realName} verified={verified} mine={me} /></span>}
        {bookText && <span className={`${classes.beneath} ${classes.faint}`}>{bookText}</span>}
      </div>
      <span className={classes.role}>{sayUi(`role_${role}`)}</span>
      <span className={classes.devices}>{format.list(all)}</span>
      <span className={classes.action}>
        {actions.length > 0 && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={32} aria-label={say('actions', { name })}><IconDots size={18} aria-hidden /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>{actions}</Menu.Dropdown>
          </Menu>
        )}
      </span>
    </li>
  );
}
