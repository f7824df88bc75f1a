import { IconDownload, IconFileImport, IconPlus, type Icon } from '@tabler/icons-react';
import { useProfile } from '#renderer/lib/profile.tsx';
import { routeToHash, type Route } from '#renderer/lib/route.ts';
import { Page } from '#renderer/ui/page.tsx';
import type { WordKey } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-ledger.module.css';

const CHOICES: readonly { route: Route; icon: Icon; title: WordKey<'shell'>; text: WordKey<'shell'> }[] = [
  { route: { page: 'new' }, icon: IconPlus, title: 'choiceStart', text: 'choiceStartText' },
  { route: { page: 'join' }, icon: IconDownload, title: 'choiceJoin', text: 'choiceJoinText' },
  { route: { page: 'import' }, icon: IconFileImport, title: 'choiceImport', text: 'choiceImportText' },
];

/** The second screen of the first run, and home for as long as there is no ledger. */
export function FirstLedger() {
  const say = useWords('shell');
  const { name } = useProfile();
  return (
    <Page title={say('welcome', { name })}>
      <p className={classes.text}>{say('welcomeText')}</p>
      <ul className={classes.choices}>
        {CHOICES.map(({ route, icon: Picture, title, text }) => (
          <li key={title}>
            <a className={classes.choice} href={routeToHash(route)} data-first={route.page === 'new' || undefined}>
              <Picture size={24} stroke={1.6} aria-hidden className={classes.icon} />
              <span className={classes.title}>{say(title)}</span>
              <span className={classes.explanation}>{say(text)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}
