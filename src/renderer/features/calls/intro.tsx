import { Anchor, List } from '@mantine/core';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { dropWish } from './call-store.ts';

/** What a call shows of me and what becomes of it, said once before the first one. */
export function Explanation({ name }: { name: string }) {
  const say = useWords('calls');
  const { view: identity } = useWatch('identity.get', {});
  const isShown = identity?.realName != null && identity.showRealName;
  return (
    <List size="sm" spacing={6} style={{ textAlign: 'start' }}>
      <List.Item>
        {say('introShown', { name })} {isShown ? say('introShownMine', { realName: identity.realName }) : say('introHidden')}{' '}
        <Anchor inherit underline="always" href={routeToHash({ page: 'me' })} onClick={dropWish}>{say('introWhere')}</Anchor>
      </List.Item>
      <List.Item>{say('introVoice')}</List.Item>
      <List.Item>{say('introKept')}</List.Item>
    </List>
  );
}
