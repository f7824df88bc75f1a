import { Alert, Anchor, Loader } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useLedgerName } from '#renderer/features/sync/use-ledger-name.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { LedgerAtRelay } from './ledger-at-relay.tsx';
import classes from './relay-sees.module.css';

const LEARNS = ['learnsDevices', 'learnsTimes', 'learnsSizes', 'learnsNames'] as const;
const CANNOT = ['cannotNames', 'cannotContents', 'cannotChange'] as const;

/** Exactly what lies at the relay, beside what it means. */
export function RelaySeesPage() {
  const say = useWords('relaySees');
  const { view, error } = useWatch('sync.relaySees', {});
  const nameOf = useLedgerName();
  const { view: sync } = useWatch('sync.state', {});
  return (
    <Page title={say('title')} width="wide">
      <div className={classes.sections}>
        <div>
          <p className={classes.text}>{say('lead')}</p>
          <p className={classes.text}><Anchor href={routeToHash({ page: 'sync' })}>{say('toSync')}</Anchor></p>
        </div>
        <div className={classes.both}>
          <section className={classes.plain} aria-labelledby="relay-learns">
            <h2 id="relay-learns" className={classes.heading}><IconEye size={20} aria-hidden />{say('learns')}</h2>
            <ul>{LEARNS.map((key) => <li key={key}>{say(key)}</li>)}</ul>
          </section>
          <section className={classes.plain} aria-labelledby="relay-cannot">
            <h2 id="relay-cannot" className={classes.heading}><IconEyeOff size={20} aria-hidden />{say('cannot')}</h2>
            <ul>{CANNOT.map((key) => <li key={key}>{say(key)}</li>)}</ul>
            <p className={classes.quiet}>{say('cannotHide')}</p>
          </section>
        </div>
        <FailureNotice error={error} />
        {!view && !error && <Loader size="sm" />}
        {view && sync?.relay === null && view.ledgers.length > 0 && <Alert role="note" color="amber">{say('notSet')}</Alert>}
        {view?.ledgers.length === 0 && <EmptyState icon={<IconEyeOff size={40} stroke={1.25} />} title={say('none')} text={say('noneText')} />}
        {view?.ledgers.map((ledger) => <LedgerAtRelay key={ledger.ledger} ledger={ledger} name={nameOf(sync?.ledgers.find((one) => one.ledger === ledger.ledger) ?? { name: ledger.name, template: null })} />)}
      </div>
    </Page>
  );
}
