import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDevices, IconDots, IconPencil, IconUserCheck } from '@tabler/icons-react';
import type { MemberView } from '#contract/people-views.ts';
import type { PersonView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './people.module.css';

interface PersonRowProps {
  person: PersonView;
  /** Who they are among the members. */
  member: MemberView | undefined;
  writes: boolean;
  /** Whether I may say that I am them. */
  claims: boolean;
  /** Undefined where I may not. */
  onInvite: (() => void) | undefined;
  onRename(): void;
  onArchive(): void;
  /** This device turns out to be theirs. */
  onClaim(): void;
}

/** A person, their devices, and what can be done about them. */
export function PersonRow({ person, member, writes, claims, onInvite, onRename, onArchive, onClaim }: PersonRowProps) {
  const say = useWords('people');
  const format = useFormat();
  const { name } = person;
  // Of somebody who only looks on the book does not say which devices they have.
  const devices = person.devices.length > 0 ? person.devices : (member?.devices.filter(({ recovery }) => !recovery) ?? []);
  const archived = person.state === 'archived';
  const deviceNames = devices.map((device) => (device.mine ? `${device.name} (${say('thisDevice')})` : device.name));
  return (
    <li className={classes.person}>
      <div className={classes.name}><PersonName name={name} me={person.me} archived={archived} face /></div>
      <Group gap={6} wrap="nowrap" className={classes.devices}>
        {devices.length > 0 && <IconDevices size={16} aria-hidden />}
        <Text size="sm" c="dimmed">
          {devices.length === 0 ? say('noDevice') : `${say('devices', { count: devices.length })}: ${format.list(deviceNames)}`}
        </Text>
        {devices.length === 0 && !archived && onInvite && (
          <Button variant="subtle" size="compact-sm" aria-label={say('invitePerson', { name })} onClick={onInvite}>{say('invite')}</Button>
        )}
      </Group>
      {claims && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={32} aria-label={say('actions', { name })}><IconDots size={18} aria-hidden /></ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {writes && <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onRename}>{say('rename')}</Menu.Item>}
            {!person.me && !archived && <Menu.Item leftSection={<IconUserCheck size={16} aria-hidden />} onClick={onClaim}>{say('claim')}</Menu.Item>}
            {writes && (
              <Menu.Item leftSection={archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />} onClick={onArchive}>
                {say(archived ? 'unarchive' : 'archive')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}
