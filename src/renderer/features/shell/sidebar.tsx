import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAddressBook, IconAlertTriangle, IconMessageCircle, IconPlus, IconSettings, IconSun, IconWritingSign } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LedgerSummaryView } from '#contract/views.ts';
import { TotalUnread } from '#renderer/features/chat/unread.tsx';
import { IousForMe } from '#renderer/features/ious/ious-page.tsx';
import { useWatch } from '#renderer/lib/core.tsx';
import { ownCurrencyFirst } from '#renderer/lib/balances.ts';
import { useProfile } from '#renderer/lib/profile.tsx';
import { ledgerToRoute, routeToHash, useRoute, type Route } from '#renderer/lib/route.ts';
import { Logo } from '#renderer/ui/logo.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { Face } from '#renderer/ui/person-name.tsx';
import { TemplateIcon } from '#renderer/ui/template-icon.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './shell.module.css';

interface EntranceProps {
  route: Route;
  isHere: boolean;
  icon: ReactNode;
  /** What it is called, where its words alone do not say. */
  label?: string;
  children: ReactNode;
}

function Entrance({ route, isHere, icon, label, children }: EntranceProps) {
  return (
    <a className={classes.link} href={routeToHash(route)} aria-current={isHere ? 'page' : undefined} aria-label={label}>
      <span className={classes.linkIcon}>{icon}</span>
      {children}
    </a>
  );
}

/** The balance that matters most; the rest are on the ledger's page. */
function LedgerBalance({ ledger }: { ledger: LedgerSummaryView }) {
  const say = useWords('shell');
  const [first, ...more] = ownCurrencyFirst(ledger);
  if (!first) return ledger.entries > 0 && ledger.me ? <span className={classes.settledMark}>{say('settled')}</span> : null;
  return <><Money amount={first.amount} currency={first.currency} signed />{more.length > 0 && <span className={classes.settledMark}> +{more.length}</span>}</>;
}

export function Sidebar() {
  const say = useWords('shell');
  const route = useRoute();
  const { name } = useProfile();
  const { view: ledgers } = useWatch('ledgers.list', {});
  const { view: me } = useWatch('identity.get', {});
  return (
    <nav className={classes.sidebar} aria-label={say('navigation')}>
      <div className={classes.brand}><Logo size={26} /><span className={classes.brandName}>Tallystick</span></div>
      <div className={classes.nav}>
        <Entrance route={{ page: 'today' }} isHere={route.page === 'today'} icon={<IconSun size={18} aria-hidden />}>
          <span className={classes.linkName}>{say('today')}</span>
        </Entrance>
        <Entrance route={{ page: 'chats' }} isHere={route.page === 'chats'} icon={<IconMessageCircle size={18} aria-hidden />}>
          <span className={classes.linkName}>{say('chats')}</span>
          <TotalUnread />
        </Entrance>
        <Entrance route={{ page: 'ious' }} isHere={route.page === 'ious' || route.page === 'write-iou'} icon={<IconWritingSign size={18} aria-hidden />}>
          <span className={classes.linkName}>{say('ious')}</span>
          <IousForMe />
        </Entrance>
        <div className={classes.heading}>
          <span id="ledgers-heading">{say('ledgers')}</span>
          <Tooltip label={say('newLedger')}>
            <ActionIcon component="a" href={routeToHash({ page: 'new' })} variant="subtle" color="gray" size={28} aria-label={say('newLedger')}>
              <IconPlus size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
        <div className={classes.scroll}>
          <ul className={classes.list} aria-labelledby="ledgers-heading">
            {ledgers?.map((ledger) => (
              <li key={ledger.id}>
                <Entrance
                  route={ledgerToRoute(ledger)}
                  isHere={(route.page === 'ledger' && route.ledger === ledger.id) || (route.page === 'counter' && route.shop === ledger.id)}
                  icon={<TemplateIcon template={ledger.template} size={18} />}
                >
                  <span className={classes.linkText}>
                    <bdi className={classes.linkName}>{ledger.name}</bdi>
                    <span className={classes.linkBalance}><LedgerBalance ledger={ledger} /></span>
                  </span>
                  {ledger.conflicts > 0 && (
                    <IconAlertTriangle size={14} color="var(--tally-wait)" role="img" aria-label={say('conflictsMark', { count: ledger.conflicts })} />
                  )}
                </Entrance>
              </li>
            ))}
          </ul>
        </div>
        <div className={classes.foot}>
          <Entrance route={{ page: 'contacts' }} isHere={route.page === 'contacts'} icon={<IconAddressBook size={18} aria-hidden />}>
            <span className={classes.linkName}>{say('contacts')}</span>
          </Entrance>
          <Entrance route={{ page: 'me' }} isHere={route.page === 'me' || route.page === 'devices'} label={say('me', { name })} icon={<Face name={name} picture={me?.picture} me />}>
            <bdi className={classes.linkName}>{name}</bdi>
          </Entrance>
          <Entrance route={{ page: 'settings' }} isHere={route.page === 'settings' || route.page === 'sync' || route.page === 'relay'} icon={<IconSettings size={18} aria-hidden />}>
            <span className={classes.linkName}>{say('settings')}</span>
          </Entrance>
        </div>
      </div>
    </nav>
  );
}
