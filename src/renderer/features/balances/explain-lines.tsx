import { Anchor } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { ExplanationLineView, LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './balances.module.css';

/** Lines asked for at once; pages come and go as one scrolls. */
export const PAGE = 100;
const ROW_HEIGHT = 36;

interface ExplainLinesProps {
  ledger: LedgerView;
  person: PersonId;
  currency: string;
  total: number;
  label: string;
}

/** Every line that made a balance, oldest first: as many as there are, of which only those in sight are drawn. */
export function ExplainLines({ ledger, person, currency, total, label }: ExplainLinesProps) {
  const say = useWords('balances');
  const scroller = useRef<HTMLDivElement>(null);
  const pages = Math.ceil(total / PAGE);
  const heightOf = (page: number): number => Math.min(PAGE, total - page * PAGE) * ROW_HEIGHT;
  const virtualizer = useVirtualizer({ count: pages, getScrollElement: () => scroller.current, estimateSize: heightOf, overscan: 0 });
  const columns = ['lineDate', 'lineEntry', 'linePaid', 'lineShare', 'lineRounding', 'lineEffect', 'lineRunning'] as const;
  return (
    <div ref={scroller} className={classes.lines} role="table" aria-label={label} aria-rowcount={total + 1}>
      <div role="rowgroup" className={classes.head}>
        <div role="row" aria-rowindex={1} className={classes.row}>
          {columns.map((column, index) => (
            <span key={column} role="columnheader" className={index > 1 ? classes.number : undefined}>{say(column)}</span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div key={index} role="presentation" className={classes.page} style={{ top: start, height: heightOf(index) }}>
            <LinePage ledger={ledger} person={person} currency={currency} offset={index * PAGE} />
          </div>
        ))}
      </div>
    </div>
  );
}

function LinePage({ ledger, person, currency, offset }: { ledger: LedgerView; person: PersonId; currency: string; offset: number }) {
  const { view } = useWatch('balances.explain', { ledger: ledger.id, person, currency, offset, limit: PAGE });
  return view?.lines.map((line, index) => <Line key={line.entry} ledger={ledger} currency={currency} line={line} rowIndex={offset + index + 2} />);
}

function Line({ ledger, currency, line, rowIndex }: { ledger: LedgerView; currency: string; line: ExplanationLineView; rowIndex: number }) {
  const say = useWords('balances');
  const format = useFormat();
  const date = format.date(line.date, 'short');
  const kinds = useWords('entries');
  const name = line.description || kinds(`kind_${line.kind}`);
  const amount = (value: number, signed: boolean) => (value === 0 && !signed ? '–' : <Money amount={value} currency={currency} signed={signed} plain />);
  return (
    <div role="row" aria-rowindex={rowIndex} className={classes.row}>
      <span role="cell">{date}</span>
      <span role="rowheader" className={classes.entry}>
        <Anchor
          size="sm"
          className={classes.entryLink}
          href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'entries', entry: line.entry })}
          aria-label={say('openLine', { description: name, date })}
        >
          {name}
        </Anchor>
      </span>
      <span role="cell" className={classes.number}>{amount(line.paid, false)}</span>
      <span role="cell" className={classes.number}>{amount(line.share, false)}</span>
      <span role="cell" className={classes.number}>{line.rounding === 0 ? '' : format.money(line.rounding, currency, { signed: true, plain: true })}</span>
      <span role="cell" className={classes.number}>{amount(line.effect, true)}</span>
      <span role="cell" className={classes.number}>{amount(line.running, true)}</span>
    </div>
  );
}
