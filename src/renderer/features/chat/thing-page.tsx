import { useEffect } from 'react';
import { navigate } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { useThing } from './use-thing.ts';

/** Leads on to where a thing is shown, for links that know no more of it than its id. */
export function ThingPage({ ledger, thing, message }: { ledger: string; thing: string; message: string | undefined }) {
  const say = useWords('chat');
  const found = useThing(ledger, thing);
  useEffect(() => {
    if (found) navigate(found.routeTo(message), { replace: true });
  }, [found, message]);
  return found === null ? <Page title={say('thingGone')}><EmptyState title={say('thingGone')} text={say('thingGoneText')} /></Page> : null;
}
