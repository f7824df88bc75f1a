import { Button, Menu } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { navigate, routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** In the "+" beside the field of a chat. */
export function WriteIouItem({ place: { ledger } }: { place: { ledger: string } }) {
  const say = useWords('ious');
  return <Menu.Item leftSection={<IconWritingSign size={16} aria-hidden />} onClick={() => navigate({ page: 'write-iou', ledger })}>{say('write')}</Menu.Item>;
}

/** On a contact's page. */
export function WriteIouButton({ root }: { root: string }) {
  const say = useWords('ious');
  return <Button component="a" href={routeToHash({ page: 'write-iou', with: root })} variant="default" leftSection={<IconWritingSign size={16} aria-hidden />}>{say('write')}</Button>;
}
