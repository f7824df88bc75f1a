import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconVolume } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '#renderer/words/use-words.ts';
import type { CallSound } from './use-call-media.ts';

interface Speaker {
  id: string;
  label: string;
}

async function listSpeakers(): Promise<Speaker[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.flatMap(({ kind, deviceId, label }) => (kind === 'audiooutput' && deviceId !== 'default' && deviceId !== '' ? [{ id: deviceId, label }] : []));
}

/** Where the other side is heard. */
export function SpeakerMenu({ sound }: { sound: CallSound }) {
  const say = useWords('calls');
  const [speakers, setSpeakers] = useState<Speaker[]>([]);
  async function choose(device: string): Promise<void> {
    if (!(await sound.chooseSpeaker(device))) notifications.show({ message: say('speakerFailed'), color: 'brick' });
  }
  const all = [{ id: '', label: say('speakerDefault') }, ...speakers];
  return (
    <Menu position="top" onOpen={() => void listSpeakers().then(setSpeakers)}>
      <Menu.Target>
        <Tooltip label={say('speaker')}>
          <ActionIcon variant="default" size={48} radius="xl" aria-label={say('speaker')}><IconVolume size={22} aria-hidden /></ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {all.map(({ id, label }) => (
          <Menu.Item
            key={id} role="menuitemradio" aria-checked={id === sound.speaker} leftSection={id === sound.speaker ? <IconCheck size={16} aria-hidden /> : <span style={{ width: 16 }} />}
            onClick={() => void choose(id)}
          >{label}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
