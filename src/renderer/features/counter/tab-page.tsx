import { ActionIcon, Anchor, Button, Group, Menu, Modal, Paper, Stack } from '@mantine/core';
import { IconCash, IconCreditCard, IconDeviceMobile, IconDots } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { TabView } from '#contract/counter-views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { IssueCard } from './issue-card.tsx';
import { Statement } from './statement.tsx';
import { TabCards } from './tab-cards.tsx';
import { TabInvite } from './tab-invite.tsx';
import { readTerms, termsOf, TermsFields } from './tab-terms.tsx';
import { Balance } from './tabs-part.tsx';
import { TopUp } from './top-up.tsx';
import classes from './counter.module.css';

type Dialog = 'topUp' | 'issue' | 'invite' | 'terms';

/** One customer's tab: what they have or owe, their cards, and all that was sold and paid in. */
export function TabPage({ shop, tab: id }: { shop: string; tab: string }) {
  const say = useWords('counter');
  const { view: tab, error } = useWatch('tabs.get', { shop, tab: id });
  return (
    <Stack gap="md">
      <Anchor size="sm" href={routeToHash({ page: 'counter', shop, part: 'tabs' })}>{say('toTabs')}</Anchor>
      <FailureNotice error={error ?? (tab === null ? { code: 'not_found' } : undefined)} />
      {tab && <OpenTab shop={shop} tab={tab} />}
    </Stack>
  );
}

function OpenTab({ shop, tab }: { shop: string; tab: TabView }) {
  const say = useWords('counter');
  const format = useFormat();
  const close = useCall('tabs.close');
  const [dialog, setDialog] = useState<Dialog>();
  const shut = (): void => setDialog(undefined);
  const isOpen = tab.state === 'open';
  const given = { shop, tab, onClose: shut };
  const facts = [say(`kind_${tab.kind}`), ...(tab.kind === 'credit' ? [`${say('limit')} ${format.money(tab.limit, tab.currency)}`] : []), say(tab.joined ? 'joined' : 'notJoined')];
  return (
    <>
      <div>
        <h2 className={classes.headline}><bdi>{tab.customer}</bdi>{!isOpen && <span className={classes.faint}>{say('closed')}</span>}</h2>
        <div className={classes.headline}><Balance tab={tab} size="headline" /><span>{say('spendable', { amount: format.money(tab.spendable, tab.currency) })}</span></div>
        <span className={classes.faint}>{facts.join(' · ')}</span>
      </div>
      <Group gap="xs">
        <Button leftSection={<IconCash size={16} aria-hidden />} onClick={() => setDialog('topUp')}>{say('topUp')}</Button>
        <Button variant="default" disabled={!isOpen} leftSection={<IconCreditCard size={16} aria-hidden />} onClick={() => setDialog('issue')}>{say('issue')}</Button>
        <Button variant="default" leftSection={<IconDeviceMobile size={16} aria-hidden />} onClick={() => setDialog('invite')}>{say('invite')}</Button>
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon variant="subtle" color="gray" size={36} aria-label={say('more')}><IconDots size={18} aria-hidden /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setDialog('terms')}>{say('terms')}</Menu.Item>
            <Menu.Item onClick={() => void close.run({ shop, tab: tab.tab, closed: isOpen })}>{say(isOpen ? 'close' : 'reopen')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <FailureNotice error={close.error} onClose={close.clear} />
      <TabCards shop={shop} tab={tab.tab} />
      <section aria-label={say('statement')}>
        <h3>{say('statement')}</h3>
        <Paper withBorder><Statement tab={tab} /></Paper>
      </section>
      <TopUp {...given} opened={dialog === 'topUp'} />
      <IssueCard {...given} opened={dialog === 'issue'} />
      <TabInvite {...given} opened={dialog === 'invite'} />
      <Modal opened={dialog === 'terms'} onClose={shut} title={say('terms')}>{dialog === 'terms' && <TermsForm {...given} />}</Modal>
    </>
  );
}

function TermsForm({ shop, tab, onClose }: { shop: string; tab: TabView; onClose(): void }) {
  const say = useWords('counter');
  const ui = useWords('ui');
  const set = useCall('tabs.setLimit');
  const [terms, setTerms] = useState(() => termsOf(tab.kind, tab.limit, tab.currency));
  const read = readTerms(terms, tab.currency);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!read || set.busy) return;
    const reply = await set.run({ shop, tab: tab.tab, ...read });
    if (reply.ok) onClose();
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <TermsFields terms={terms} currency={tab.currency} onChange={setTerms} />
        <FailureNotice error={set.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={set.busy} disabled={!read}>{say('save')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
