import { Button, Group, Modal, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import type { CallStateView } from '#contract/calls-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { newId } from '#renderer/lib/new-id.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { RealName } from '#renderer/ui/real-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { dropWish, setSmall, useCallStore, wishCall, type CallWish } from './call-store.ts';
import { Explanation } from './intro.tsx';
import { screenId } from './screen-id.ts';
import { useCallable, type Callable } from './use-callable.ts';
import classes from './calls.module.css';

/** Whom to call, where that is not said. */
function ChooseDialog({ people, onChoose }: { people: readonly Callable[] | undefined; onChoose(chosen: Callable): void }) {
  const say = useWords('calls');
  return (
    <Modal opened onClose={dropWish} title={say('chooseTitle')} size="sm" centered>
      {people?.length === 0 && (
        <EmptyState title={say('callSomebody')} text={say('chooseNone')} action={<Button component="a" href={routeToHash({ page: 'contacts' })} onClick={dropWish}>{say('toContacts')}</Button>} />
      )}
      <ul className={classes.people}>
        {people?.map((one, index) => (
          <li key={`${one.ledger} ${one.root}`}>
            <UnstyledButton className={classes.person} aria-label={say('callName', { name: one.name })} data-autofocus={index === 0 || undefined} onClick={() => onChoose(one)}>
              <PersonName name={one.name} picture={one.picture} face />
              <RealName realName={one.realName} verified={one.verified} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

/** From the wish to call to the call: whom, then once what a call shows, then it rings. */
export function WishDialog({ state }: { state: CallStateView }) {
  const say = useWords('calls');
  const errorText = useErrorText();
  const { wish } = useCallStore();
  const { run: start } = useCall('calls.start');
  const { run: introduced } = useCall('calls.introduced');
  const ledger = wish === null || wish === 'choose' ? null : wish.ledger;
  const people = useCallable(wish === null ? undefined : ledger);
  const only = ledger !== null && people?.length === 1 ? people[0] : undefined;
  const chosen = wish === null || wish === 'choose' ? undefined : wish.with === null ? only : (people?.find(({ root }) => root === wish.with) ?? undefined);
  const isReady = chosen !== undefined && state.introduced;
  const about = wish === null || wish === 'choose' ? null : wish.about;

  const begun = useRef<CallWish | 'choose' | null>(null);
  useEffect(() => {
    if (!isReady || begun.current === wish) return;
    begun.current = wish;
    dropWish();
    setSmall(false);
    void start({ call: newId(), screen: screenId(), ledger: chosen.ledger, with: chosen.root, about }).then((reply) => {
      if (!reply.ok) notifications.show({ message: errorText(reply.error), color: 'brick', autoClose: false });
    });
  }, [isReady, wish, chosen, about, start, errorText]);

  if (wish === null || isReady) return null;
  if (!chosen) return <ChooseDialog people={people} onChoose={(one) => wishCall({ ledger: one.ledger, with: one.root, about })} />;
  return (
    <Modal opened onClose={dropWish} title={say('introTitle')} size="md" centered>
      <Explanation name={chosen.name} />
      <Group justify="flex-end" mt="lg">
        <Button data-autofocus onClick={() => void introduced({})}>{say('introGo', { name: chosen.name })}</Button>
      </Group>
    </Modal>
  );
}
