import { Text, Title } from '@mantine/core';
import type { InvitePreviewView } from '#contract/views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { VerifiedMark } from '#renderer/ui/real-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './sharing.module.css';

/** The members of a ledger before one joins it; contacts by the names one gave them. */
export function WhoIsIn({ preview: { members } }: { preview: InvitePreviewView }) {
  const say = useWords('sharing');
  const ui = useWords('ui');
  const { view: contacts } = useWatch('contacts.list', {});
  if (members.length === 0) return null;
  return (
    <section aria-labelledby="who-is-in">
      <Title order={2} size="h4" id="who-is-in">{say('inNow')}</Title>
      <ul className={classes.members}>
        {members.map(({ root, name, role }, index) => {
          const contact = root === null ? undefined : contacts?.find((one) => one.root === root);
          const shown = contact?.name || name || ui('unknownName');
          return (
            <li key={root ?? index} className={classes.member}>
              <PersonName name={shown} picture={contact?.picture} face />
              <VerifiedMark verified={contact?.verified ?? null} />
              <Text component="span" size="sm" c="dimmed">{ui(`role_${role}`)}</Text>
            </li>
          );
        })}
      </ul>
      <Text size="xs" c="dimmed" mt={4}>{say('inNowLead')}</Text>
    </section>
  );
}
