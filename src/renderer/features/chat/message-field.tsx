import { ActionIcon, Menu, Text, Textarea, Tooltip } from '@mantine/core';
import { IconPlus, IconSend2 } from '@tabler/icons-react';
import { memo, useEffect, useId, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from 'react';
import { MAXIMUM_MESSAGE_LENGTH, typedToText } from '#domain/message.ts';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { isComposing, useShortcut } from '#renderer/lib/shortcuts.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useDraft } from './drafts.ts';
import { PLUS_ENTRANCES, type ChatPlace } from './entrances.ts';
import classes from './message-field.module.css';

/** More than this is not taken into the field at all: what nobody can send must not make the page slow. */
const LONGEST_PASTE = 4 * MAXIMUM_MESSAGE_LENGTH;

function Plus({ place }: { place: ChatPlace }) {
  const say = useWords('chat');
  const offered = PLUS_ENTRANCES.filter(({ isFor }) => isFor(place));
  if (offered.length === 0) return null;
  return (
    <Menu position="top-start">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={say('more')}><IconPlus size={20} aria-hidden /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{offered.map(({ id, Item }) => <Item key={id} place={place} />)}</Menu.Dropdown>
    </Menu>
  );
}

interface MessageFieldProps {
  place: ChatPlace;
  label: string;
  /** Takes the keyboard when it appears. */
  takesFocus: boolean;
  /** Sends a text that is neither empty nor too long. */
  onSend(text: string): Promise<void>;
  /** Esc: the keyboard goes back to what is read. */
  onLeave(): void;
}

/**
 * Where a message is written. Enter sends, unless an input method is at work; what is typed stays until it is sent. It measures
 * itself whenever it is drawn, so it is not drawn with every message that comes.
 */
export const MessageField = memo(function MessageField({ place, label, takesFocus, onSend, onLeave }: MessageFieldProps) {
  const say = useWords('chat');
  const format = useFormat();
  const hint = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(place);
  const [refused, setRefused] = useState<string>();
  useShortcut(CHORDS.write, () => field.current?.focus());
  useEffect(() => {
    if (takesFocus) field.current?.focus({ preventScroll: true });
  }, [takesFocus]);

  const checked = typedToText(text);
  const tooLong = (key: 'tooLong' | 'pasteTooLong', found: number) => say(key, { length: format.number(found), most: format.number(MAXIMUM_MESSAGE_LENGTH) });
  const problem = refused ?? (!checked.ok && checked.code === 'message_too_long' ? tooLong('tooLong', text.length) : undefined);

  function send(): void {
    setRefused(undefined);
    if (!checked.ok) return;
    setText('');
    void onSend(checked.text);
  }
  function handleKey(event: KeyboardEvent): void {
    if (isComposing(event.nativeEvent) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function guard(event: ClipboardEvent | DragEvent, data: DataTransfer): void {
    const found = data.getData('text').length;
    if (found + text.length <= LONGEST_PASTE) return setRefused(undefined);
    event.preventDefault();
    setRefused(tooLong('pasteTooLong', found));
  }

  return (
    <div className={classes.field} data-message-field>
      <Plus place={place} />
      <Textarea
        ref={field} className={classes.input} autosize minRows={1} maxRows={8} value={text} dir="auto" aria-label={label} placeholder={say('field')} aria-describedby={hint}
        error={problem} errorProps={{ role: 'alert' }}
        onChange={(event) => {
          setRefused(undefined);
          setText(event.currentTarget.value);
        }}
        onKeyDown={handleKey} onPaste={(event) => guard(event, event.clipboardData)} onDrop={(event) => guard(event, event.dataTransfer)}
      />
      <Tooltip label={say('hint')}>
        <ActionIcon size={36} aria-label={say('send')} disabled={!checked.ok} onClick={() => {
          send();
          field.current?.focus();
        }}><IconSend2 size={18} aria-hidden /></ActionIcon>
      </Tooltip>
      <Text id={hint} className={classes.heard}>{say('hint')}</Text>
    </div>
  );
});
