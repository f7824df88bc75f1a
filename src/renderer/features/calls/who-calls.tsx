import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallPeerView, CallView } from '#contract/calls-views.ts';
import { navigate, routeToHash, type Route } from '#renderer/lib/route.ts';
import { Face } from '#renderer/ui/person-name.tsx';
import { RealName, VerifiedMark } from '#renderer/ui/real-name.tsx';
import { LANGUAGES, type Language } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { setSmall } from './call-store.ts';
import classes from './calls.module.css';

/** Face, name, and beneath it the real name where they show it. */
export function WhoCalls({ peer }: { peer: CallPeerView }) {
  const say = useWords('ui');
  const name = peer.name || say('unknownName');
  return (
    <div className={classes.who}>
      <Face name={name} picture={peer.picture} large />
      <div className={classes.name}><bdi>{name}</bdi> <VerifiedMark verified={peer.verified} size={20} /></div>
      <RealName realName={peer.realName} verified={peer.verified} />
    </div>
  );
}

/** Where the line or the IOU of a call is shown. */
function routeOf({ ledger, about }: CallView): Route | null {
  if (about?.kind === 'iou') return { page: 'ious', ledger, iou: about.id };
  return about?.kind === 'entry' ? { page: 'ledger', ledger, tab: 'entries', entry: about.id } : null;
}

/** What the call was begun from; both sides are led to it. */
export function CallAbout({ call }: { call: CallView }) {
  const say = useWords('calls');
  const { about } = call;
  if (!about) return null;
  const route = routeOf(call);
  const title = about.title ?? say('aboutUnknown');
  return (
    <p className={classes.about}>
      {say('aboutBefore')}
      {route === null ? <bdi>{title}</bdi> : (
        <a
          href={routeToHash(route)} aria-label={say('openAbout', { title })}
          onClick={(event) => {
            event.preventDefault();
            setSmall(true);
            navigate(route);
          }}
        ><bdi>{title}</bdi></a>
      )}
    </p>
  );
}

/** Two words that both read to each other. */
export function CheckWords({ words }: { words: CallView['words'] }) {
  const say = useWords('calls');
  const { i18n } = useTranslation();
  const [chosen, setChosen] = useState<Language>();
  const language = chosen ?? (i18n.language === 'zh-CN' ? 'zh-CN' : 'en');
  const other = LANGUAGES.find((one) => one.language !== language);
  if (!words) return <p className={classes.hint}>{say('wordsWait')}</p>;
  return (
    <div className={classes.check}>
      <div className={classes.words} lang={language} translate="no" aria-label={say('words')} role="group" data-testid="call-words">
        {words[language].map((word, index) => <span key={index}>{word}</span>)}
      </div>
      <p className={classes.hint}>
        {say('wordsHint')}{' '}
        {/* The other side may have them in the other language. */}
        {other && <Anchor component="button" type="button" size="xs" underline="always" lang={other.language} onClick={() => setChosen(other.language)}>{other.name}</Anchor>}
      </p>
    </div>
  );
}
