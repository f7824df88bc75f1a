import { Text, UnstyledButton } from '@mantine/core';
import { memo, useState } from 'react';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { splitLinks, type Address, type LinkPart } from './links.ts';
import classes from './message.module.css';

/** Names the host that will answer, whatever the link in the message looks like. */
function LinkQuestion({ address, onClose }: { address: Address; onClose(): void }) {
  const say = useWords('chat');
  return (
    <Confirm
      opened danger={address.isForeign} title={say('linkTitle')} confirmLabel={say('linkYes')} onClose={onClose}
      onConfirm={() => {
        // The host decides: a browser opens a page, the desktop asks the browser of the system.
        window.open(address.href, '_blank', 'noopener,noreferrer');
        onClose();
      }}
    >
      <Text size="sm" c="dimmed">{say('linkLeads')}</Text>
      <p className={classes.host} dir="ltr" data-testid="link-host">{address.host}</p>
      {address.isForeign && <p className={classes.warning}>{say('linkForeign')}</p>}
      {address.isPlain && <p className={classes.warning}>{say('linkPlain')}</p>}
      <Text size="xs" c="dimmed" mt="sm">{say('linkAddress')}</Text>
      <Text size="xs" className={classes.wholeAddress} dir="ltr" tabIndex={0}>{address.href}</Text>
    </Confirm>
  );
}

function Link({ link }: { link: LinkPart }) {
  const say = useWords('chat');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <UnstyledButton component="button" className={classes.link} title={say('linkOpen', { link: link.address.host })} aria-haspopup="dialog" onClick={() => setAsking(true)}>
        <bdi>{link.text}</bdi>
      </UnstyledButton>
      {isAsking && <LinkQuestion address={link.address} onClose={() => setAsking(false)} />}
    </>
  );
}

/** What somebody wrote, as text: no markup is read, each line keeps its own direction, links only look like links. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return (
    <p className={classes.text} dir="auto">
      {splitLinks(text).map((part, index) => (typeof part === 'string' ? part : <Link key={index} link={part} />))}
    </p>
  );
});
