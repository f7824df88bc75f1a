import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useWords } from '#renderer/words/use-words.ts';
import { chooseWhomToCall, wishCall } from './call-store.ts';
import { useCallable } from './use-callable.ts';

interface Place {
  ledger: string;
  about: string | null;
}

/** In the head of a chat; nothing where nobody is in it who can be called. */
export function CallButton({ place: { ledger, about } }: { place: Place }) {
  const say = useWords('calls');
  const people = useCallable(ledger);
  if (!people || people.length === 0) return null;
  const label = people.length === 1 && people[0] ? say('callName', { name: people[0].name }) : say('callSomebody');
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={36} aria-label={label} onClick={() => wishCall({ ledger, with: null, about })}><IconPhone size={18} aria-hidden /></ActionIcon>
    </Tooltip>
  );
}

/** In the "+" beside the field of a chat, and in the menu of an entry or IOU. */
export function CallItem({ place: { ledger, about } }: { place: Place }) {
  const say = useWords('calls');
  const people = useCallable(ledger);
  return (
    <Menu.Item leftSection={<IconPhone size={16} aria-hidden />} disabled={!people || people.length === 0} onClick={() => wishCall({ ledger, with: null, about })}>
      {say(about === null ? 'call' : 'callAbout')}
    </Menu.Item>
  );
}

/** Beside an entry or an IOU; nothing where nobody else is in the ledger. */
export function CallAboutButton({ place: { ledger, about } }: { place: Place }) {
  const say = useWords('calls');
  const people = useCallable(ledger);
  if (!people || people.length === 0) return null;
  return <Button variant="default" leftSection={<IconPhone size={16} aria-hidden />} onClick={() => wishCall({ ledger, with: null, about })}>{say('callAbout')}</Button>;
}

/** On a contact's page. */
export function CallContactButton({ ledger, root, name }: { ledger: string; root: string; name: string }) {
  const say = useWords('calls');
  return <Button variant="default" leftSection={<IconPhone size={16} aria-hidden />} aria-label={say('callName', { name })} onClick={() => wishCall({ ledger, with: root, about: null })}>{say('call')}</Button>;
}

/** At the right end of every page's head. */
export function CallTool() {
  const say = useWords('calls');
  return (
    <Tooltip label={say('callSomebody')}>
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={say('callSomebody')} onClick={chooseWhomToCall}><IconPhone size={18} aria-hidden /></ActionIcon>
    </Tooltip>
  );
}
