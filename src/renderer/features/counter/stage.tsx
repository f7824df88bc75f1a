import { IconCircleCheck, IconCircleX, IconClockOff, IconHandStop, IconLoader, IconNfc, IconRefresh, type Icon } from '@tabler/icons-react';
import type { TillView } from '#contract/counter-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './counter.module.css';

interface Shown {
  tone: 'plain' | 'wait' | 'good' | 'bad';
  icon?: Icon;
  title: string;
  text?: string;
}

/** What the customer looks at: the amount, and what is to be done or was decided, by colour, sign and words. */
export function Stage({ view, typed, currency }: { view: TillView; typed: number; currency: string }) {
  const say = useWords('counter');
  const format = useFormat();
  const errorText = useErrorText();
  const { phase, charge, trouble, reason, receipt } = view;

  function shown(): Shown {
    switch (phase) {
      case 'idle':
        return { tone: 'plain', title: typed === 0 ? say('typeAmount') : '' };
      case 'armed':
        return trouble
          ? { tone: 'wait', icon: IconRefresh, title: say('tapNow'), text: errorText({ code: trouble }) }
          : { tone: 'wait', icon: IconNfc, title: say('tapNow'), text: say('tapNowText') };
      case 'reading':
        return { tone: 'wait', icon: IconLoader, title: say('holdStill') };
      case 'approved':
        if (!receipt) return { tone: 'good', icon: IconCircleCheck, title: say('approved') };
        return receipt.undone
          ? { tone: 'bad', icon: IconCircleX, title: say('takenBack'), text: say('takenBackText') }
          : {
              tone: 'good', icon: IconCircleCheck, title: say('approved'),
              text: `${say('approvedText', { customer: receipt.customer })} ${say('leftAfter', { amount: format.money(receipt.spendable, receipt.currency) })}`,
            };
      case 'declined':
        return { tone: 'bad', icon: IconCircleX, title: say('declined'), ...(reason && { text: errorText({ code: reason }) }) };
      case 'expired':
        return { tone: 'bad', icon: IconClockOff, title: say('expired'), text: say('expiredText') };
      case 'cancelled':
        return { tone: 'plain', icon: IconHandStop, title: say('cancelled'), text: say('cancelledText') };
      default:
        return phase satisfies never;
    }
  }

  const { tone, icon: Picture, title, text } = shown();
  const amount = charge?.amount ?? typed;
  return (
    <section className={classes.stage} data-tone={tone} data-phase={phase} data-testid="stage" aria-label={say('total')}>
      <output className={classes.total} data-empty={amount === 0 || undefined} data-testid="total">{format.moneyTyped(amount, charge?.currency ?? currency)}</output>
      <div role="status" aria-live="assertive" aria-atomic>
        <div className={classes.verdict} data-testid="verdict">{Picture && <Picture size={40} aria-hidden />}<span>{title}</span></div>
        {text !== undefined && <p className={classes.words}>{text}</p>}
      </div>
    </section>
  );
}
