import { ActionIcon, Button, Tabs, Tooltip } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useWatch } from '#renderer/lib/core.tsx';
import { COUNTER_PARTS, navigate, routeToHash, type Route } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ReaderChip } from './reader-chip.tsx';
import { TabPage } from './tab-page.tsx';
import { TabsPart } from './tabs-part.tsx';
import { TillPart } from './till-part.tsx';

type CounterRoute = Extract<Route, { page: 'counter' }>;

/** The counter of a shop: its till, and the tabs of its customers. */
export function CounterPage({ route }: { route: CounterRoute }) {
  const say = useWords('counter');
  const { shop, part, tab } = route;
  const { view: ledger, error } = useWatch('ledgers.get', { ledger: shop });
  if (ledger === undefined) return error ? <Page title={say('notShop')}><FailureNotice error={error} /></Page> : null;
  if (ledger?.template !== 'shop') {
    return (
      <Page title={say('notShop')}>
        <EmptyState title={say('notShop')} text={say('notShopText')} action={<Button component="a" href={routeToHash({ page: 'new' })} variant="default">{say('newShop')}</Button>} />
      </Page>
    );
  }
  const members = (
    <Tooltip label={say('toLedger')}>
      <ActionIcon component="a" href={routeToHash({ page: 'ledger', ledger: shop, tab: 'members' })} variant="subtle" color="gray" size={36} aria-label={say('toLedger')}>
        <IconUsers size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Tabs
      value={part} keepMounted={false}
      onChange={(value) => {
        const next = COUNTER_PARTS.find((one) => one === value);
        if (next) navigate({ page: 'counter', shop, part: next });
      }}
    >
      <Page
        title={ledger.name} width="wide" actions={<><ReaderChip />{members}</>}
        lead={<Tabs.List aria-label={say('parts')} mb="md">{COUNTER_PARTS.map((one) => <Tabs.Tab key={one} value={one}>{say(`part_${one}`)}</Tabs.Tab>)}</Tabs.List>}
      >
        <Tabs.Panel value="till"><TillPart shop={shop} currency={ledger.currency} /></Tabs.Panel>
        <Tabs.Panel value="tabs">{tab === undefined ? <TabsPart shop={shop} currency={ledger.currency} /> : <TabPage key={tab} shop={shop} tab={tab} />}</Tabs.Panel>
      </Page>
    </Tabs>
  );
}
