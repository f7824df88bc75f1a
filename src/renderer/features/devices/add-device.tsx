import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { RelayFirst } from '#renderer/features/sharing/relay-first.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { PairDialog } from './pair-dialog.tsx';
import classes from './devices.module.css';

/** Letting a new device in: what it needs (the words, a relay) is asked for on the spot. */
export function AddDevice() {
  const say = useWords('devices');
  const { view: me } = useWatch('identity.get', {});
  const { view: pairing } = useWatch('devices.pairing', {});
  const pair = useCall('devices.pair');
  const hasWords = me?.phrase !== 'forgotten';
  return (
    <section className={classes.section} aria-labelledby="devices-add">
      <h2 id="devices-add" className={classes.heading}>{say('add')}</h2>
      <p className={classes.text}>{say(hasWords ? 'addText' : 'addForgotten')}</p>
      {pair.error?.code === 'relay_not_set'
        ? <RelayFirst why={say('relayNeeded')} onSet={() => void pair.run({})} />
        : <FailureNotice error={pair.error} onClose={pair.clear} />}
      {hasWords && pair.error?.code !== 'relay_not_set' && (
        <div><Button leftSection={<IconPlus size={16} aria-hidden />} loading={pair.busy} onClick={() => void pair.run({})}>{say('add')}</Button></div>
      )}
      <PairDialog pairing={pairing?.side === 'giving' && pairing.state !== 'idle' ? pairing : undefined} onAgain={() => void pair.run({})} />
    </section>
  );
}
