import { Alert, Button } from '@mantine/core';
import { IconArrowBackUp, IconBackspace, IconCloudOff, IconNfcOff } from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { ReceiptView } from '#contract/counter-views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { isComposing } from '#renderer/lib/shortcuts.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { keyToPad, PAD } from './keypad.ts';
import { readersToTone } from './reader-chip.tsx';
import { Stage } from './stage.tsx';
import { isVerdict, useTill, type Till } from './use-till.ts';
import classes from './counter.module.css';

const OWN_KEYS = 'a, button, input, textarea, select, [role="menuitem"], [role="tab"]';

/** Keys work from anywhere on the page but a field or a dialog; Enter on a button is the button's. */
function useTillKeys({ press, go, back }: Till): void {
  const latest = useRef({ press, go, back });
  useEffect(() => {
    latest.current = { press, go, back };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (document.querySelector('[aria-modal="true"]') || (target instanceof Element && target.closest('input, textarea, select, [contenteditable]'))) return;
      const pad = keyToPad(event.key);
      const isOwn = target instanceof Element && target.closest(OWN_KEYS) !== null;
      if (pad) latest.current.press(pad);
      else if (event.key === 'Escape') latest.current.back();
      else if (event.key === 'Enter' && !event.repeat && !isOwn) latest.current.go();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function Keypad({ till }: { till: Till }) {
  const say = useWords('counter');
  return (
    <div className={classes.pad} role="group" aria-label={say('keypad')}>
      {PAD.map((key) => (
        <Button
          key={key} variant="default" h={56} fz={20} aria-label={key === 'back' ? say('back') : key}
          // The focus stays where Enter charges.
          onMouseDown={(event) => event.preventDefault()} onClick={() => till.press(key)}
        >
          {key === 'back' ? <IconBackspace size={22} aria-hidden /> : key}
        </Button>
      ))}
    </div>
  );
}

function Offline() {
  const say = useWords('counter');
  const { view } = useWatch('sync.state', {});
  if (!view || view.relay === null || view.connection === 'online' || view.connection === 'connecting') return null;
  return <Alert role="status" color="amber" icon={<IconCloudOff aria-hidden />} p="xs" mb="sm" data-testid="offline">{say('offline', { count: view.waiting })}</Alert>;
}

/** Nobody is to hold a card to a reader that is not there. */
function NoReader() {
  const say = useWords('counter');
  const { view } = useWatch('readers.list', {});
  const tone = view && readersToTone(view);
  if (tone !== 'none' && tone !== 'error') return null;
  return <Alert role="status" color="amber" icon={<IconNfcOff aria-hidden />} p="xs" mb="sm" data-testid="no-reader">{say('noReader')}</Alert>;
}

function LastSale({ shop, last }: { shop: string; last: ReceiptView }) {
  const say = useWords('counter');
  const format = useFormat();
  const ui = useWords('ui');
  const undo = useCall('till.undo');
  const [isAsking, { open: ask, close: leave }] = useDisclosure();
  const what = { amount: format.money(last.amount, last.currency), customer: last.customer };
  async function takeBack(): Promise<void> {
    const reply = await undo.run({ shop, transaction: last.transaction });
    leave();
    if (reply.ok) notifications.show({ message: say('undone', what) });
  }
  return (
    <>
      <div className={classes.last}>
        <span>{say('last', what)}</span>
        <Button variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={ask}>{say('undo')}</Button>
      </div>
      <FailureNotice error={undo.error} onClose={undo.clear} />
      <Confirm opened={isAsking} title={say('undoAsk')} confirmLabel={say('undo')} cancelLabel={ui('cancel')} busy={undo.busy} onConfirm={() => void takeBack()} onClose={leave}>
        {say('undoText', what)}
      </Confirm>
    </>
  );
}

/** The till: an amount in three keys, Enter, a tap, the verdict, Enter. */
export function TillPart({ shop, currency }: { shop: string; currency: string }) {
  const say = useWords('counter');
  const till = useTill(shop, say('sale'));
  useTillKeys(till);
  const { view, amount, error } = till;
  if (!view) return <FailureNotice error={error} />;
  const isWaiting = view.phase === 'armed' || view.phase === 'reading';
  return (
    <>
      <Offline />
      {isWaiting && <NoReader />}
      <div className={classes.counter}>
        <Stage view={view} typed={amount} currency={currency} />
        <div className={classes.side}>
          <Keypad till={till} />
          {isWaiting
            ? <Button size="lg" variant="default" h={56} onClick={till.back}>{say('cancel')}</Button>
            : <Button size="lg" h={56} disabled={!isVerdict(view) && amount === 0} onClick={till.go}>{say(isVerdict(view) ? 'next' : 'charge')}</Button>}
          <FailureNotice error={error} />
        </div>
      </div>
      {view.last && <LastSale shop={shop} last={view.last} />}
    </>
  );
}
