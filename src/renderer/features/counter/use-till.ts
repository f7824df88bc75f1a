import { useEffect, useRef, useState } from 'react';
import type { TillView } from '#contract/counter-views.ts';
import type { ContractError } from '#contract/errors.ts';
import { useCall, useClient, useCoreState, useWatch } from '#renderer/lib/core.tsx';
import { today } from '#renderer/lib/date-words.ts';
import { newId } from '#renderer/lib/new-id.ts';
import { pressKey, type PadKey } from './keypad.ts';
import { playVerdict } from './sound.ts';

/** A charge that was asked for and has no verdict yet, as far as this page knows. */
interface Pending {
  transaction: string;
  amount: number;
}

export interface Till {
  /** Undefined until the core has told. */
  view: TillView | undefined;
  /** What is typed, minor units. */
  amount: number;
  busy: boolean;
  error: ContractError | undefined;
  press(key: PadKey): void;
  /** What Enter does now: charge what was typed, or put the verdict away. */
  go(): void;
  /** What Escape does now: end the charge, or forget what was typed. */
  back(): void;
}

export const isVerdict = ({ phase }: TillView): boolean => phase === 'approved' || phase === 'declined' || phase === 'expired' || phase === 'cancelled';

/** Each verdict sounds once, when it comes; what is there when the page opens is silent. */
function useSound(view: TillView | undefined): void {
  const last = useRef<string>(undefined);
  useEffect(() => {
    if (!view) return;
    const now = `${view.charge?.transaction ?? ''}/${view.phase}/${view.trouble ?? ''}`;
    const before = last.current;
    last.current = now;
    if (before === undefined || before === now) return;
    if (view.phase === 'approved' || view.phase === 'declined') playVerdict(view.phase);
    else if (view.phase === 'armed' && view.trouble) playVerdict('again');
  }, [view]);
}

/** No card is charged while nobody sees for what: a charge that waits for one ends when the page is left. */
function useDisarm(shop: string, view: TillView | undefined): void {
  const client = useClient();
  const waiting = useRef<string>(undefined);
  useEffect(() => {
    waiting.current = view?.phase === 'armed' ? view.charge?.transaction : undefined;
  });
  useEffect(() => () => {
    if (waiting.current !== undefined) void client.call('till.cancel', { shop, transaction: waiting.current });
  }, [client, shop]);
}

/** The till of a shop as its page works it. `description` is written into each sale. */
export function useTill(shop: string, description: string): Till {
  const { view, error } = useWatch('till.state', { shop });
  const core = useCoreState();
  const arm = useCall('till.arm');
  const cancel = useCall('till.cancel');
  const next = useCall('till.next');
  const [amount, setAmount] = useState(0);
  const [pending, setPending] = useState<Pending>();
  const [failure, setFailure] = useState<ContractError>();
  const [putAwayOf, setPutAwayOf] = useState<string>();
  useSound(view);
  useDisarm(shop, view);

  const phase = view?.phase;
  const known = view?.charge?.transaction;
  if (pending && view && isVerdict(view) && known === pending.transaction) setPending(undefined);

  const { run: runArm, busy: isArming } = arm;
  useEffect(() => {
    // Also where the core was away and knows of no charge: what became of this one is in the book, or it waits for a card once more.
    if (!pending || phase !== 'idle' || core !== 'open' || isArming) return;
    void runArm({ shop, ...pending, date: today(), description }).then((reply) => {
      // Gone while it was asked: nobody knows whether it was heard, so it stays, and is asked again under the same name.
      if (reply.ok || reply.error.code === 'cancelled') return;
      setPending(undefined);
      setFailure(reply.error);
    });
  }, [pending, phase, core, isArming, runArm, shop, description]);

  // Put away here at once, though the core has yet to say so: the next digit is not to wait for it.
  const shown = view && isVerdict(view) && known === putAwayOf ? { ...view, phase: 'idle' as const, charge: null, reason: null, receipt: null } : view;
  function putAway(): void {
    setAmount(0);
    setPutAwayOf(known);
    if (known !== undefined) void next.run({ shop, transaction: known });
  }

  return {
    view: shown, amount,
    busy: arm.busy || cancel.busy || next.busy,
    error: failure ?? cancel.error ?? error,
    press(key) {
      if (!shown || shown.phase === 'armed' || shown.phase === 'reading' || pending) return;
      // After a verdict the first digit begins the next charge.
      if (isVerdict(shown)) putAway();
      setAmount((before) => pressKey(before, key));
    },
    go() {
      if (!shown || pending) return;
      if (isVerdict(shown)) putAway();
      else if (shown.phase === 'idle' && amount > 0) {
        setFailure(undefined);
        setPending({ transaction: newId(), amount });
      }
    },
    back() {
      if (!shown) return;
      if (shown.phase === 'armed' || shown.phase === 'reading') {
        if (known !== undefined) void cancel.run({ shop, transaction: known });
      } else if (isVerdict(shown)) putAway();
      else setAmount(0);
    },
  };
}
