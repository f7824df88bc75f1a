import { Button, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDevices } from '@tabler/icons-react';
import { useState } from 'react';
import type { OwnDeviceView } from '#contract/people-views.ts';
import { NameField } from '#renderer/features/identity/name-field.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { useProfile } from '#renderer/lib/profile.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Mark } from '#renderer/ui/mark.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { AddDevice } from './add-device.tsx';
import classes from './devices.module.css';

/** Everything that is me: the devices I use, a new one, and getting rid of a lost one. */
export function DevicesPage() {
  const say = useWords('devices');
  const { view, error } = useWatch('devices.list', {});
  const { device } = useProfile();
  const rename = useCall('profile.update');
  return (
    <Page title={say('title')}>
      <div className={classes.sections}>
        <FailureNotice error={error ?? rename.error} onClose={rename.error && rename.clear} />
        {view && <DeviceList devices={view} />}
        <AddDevice />
        <NameField label={say('name')} hint={say('nameHint')} value={device.name} onSave={async (deviceName) => (await rename.run({ deviceName })).ok} />
      </div>
    </Page>
  );
}

function DeviceList({ devices }: { devices: readonly OwnDeviceView[] }) {
  const say = useWords('devices');
  const revoke = useCall('devices.revoke');
  const [asked, setAsked] = useState<OwnDeviceView>();
  const [isAsking, setAsking] = useState(false);
  const sorted = devices.toSorted((a, b) => Number(b.mine) - Number(a.mine) || Number(a.state === 'revoked') - Number(b.state === 'revoked') || (b.lastSeen ?? 0) - (a.lastSeen ?? 0));

  async function run(): Promise<void> {
    if (!asked) return;
    const reply = await revoke.run({ device: asked.device });
    setAsking(false);
    if (!reply.ok) return;
    const { failed } = reply.value;
    notifications.show({ message: say(failed === 0 ? 'revokeDone' : 'revokeLater', { device: asked.name, count: failed }) });
  }

  if (devices.length === 0) return <EmptyState icon={<IconDevices size={40} stroke={1.25} />} title={say('none')} text={say('noneText')} />;
  return (
    <section className={classes.section} aria-labelledby="devices-list">
      <h2 id="devices-list" className={classes.heading}>{say('list')}</h2>
      <p className={classes.quiet}>{say('lead')}</p>
      <ScrollTable label={say('list')} minWidth={560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('device')}</Table.Th>
            <Table.Th scope="col">{say('added')}</Table.Th>
            <Table.Th scope="col">{say('lastSeen')}</Table.Th>
            <Table.Th scope="col">{say('ledgers')}</Table.Th>
            <Table.Td><span className={classes.heard}>{say('actions')}</span></Table.Td>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((device) => (
            <DeviceRow
              key={device.device} device={device}
              onRevoke={() => {
                setAsked(device);
                setAsking(true);
              }}
            />
          ))}
        </Table.Tbody>
      </ScrollTable>
      {devices.some(({ state, missing }) => state === 'active' && missing > 0) && <p className={classes.quiet}>{say('arriving')}</p>}
      <FailureNotice error={revoke.error} onClose={revoke.clear} />
      <Confirm opened={isAsking} danger title={say('revokeTitle', { device: asked?.name ?? '' })} confirmLabel={say('revokeGo')} busy={revoke.busy} onConfirm={() => void run()} onClose={() => setAsking(false)}>
        <p className={classes.text}>{say('revokeText')}</p>
        <p className={classes.more}>{say('revokeKeeps')}</p>
      </Confirm>
    </section>
  );
}

function DeviceRow({ device, onRevoke }: { device: OwnDeviceView; onRevoke(): void }) {
  const say = useWords('devices');
  const format = useFormat();
  const { name, mine, addedAt, lastSeen, state, ledgers, missing } = device;
  const isActive = state === 'active';
  const when = (time: number | null): string => (time === null ? say('unknown') : format.dateTime(time));
  return (
    <Table.Tr className={classes.row} data-state={state}>
      <Table.Th scope="row" fw={400}>
        <bdi className={classes.name}>{name}</bdi>
        {mine && <Mark>{say('thisDevice')}</Mark>}
        {!isActive && <Mark>{say('revoked')}</Mark>}
      </Table.Th>
      <Table.Td>{when(addedAt)}</Table.Td>
      <Table.Td>{mine ? say('now') : when(lastSeen)}</Table.Td>
      <Table.Td>{isActive ? say('inLedgers', { count: ledgers, missing, all: ledgers + missing }) : '—'}</Table.Td>
      <Table.Td ta="end">
        {isActive && !mine && <Button size="compact-sm" variant="default" aria-label={say('revokeDevice', { device: name })} onClick={onRevoke}>{say('revoke')}</Button>}
      </Table.Td>
    </Table.Tr>
  );
}
