import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import type { EntryView, LedgerView } from '#contract/views.ts';
import { bodyToDraft, isTransfer } from '#domain/entry-rules.ts';
import { useAttach } from '#renderer/features/attachments/use-attach.ts';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { today } from '#renderer/lib/date-words.ts';
import { meFirst } from '#renderer/lib/people.ts';
import { newId } from '#renderer/lib/new-id.ts';
import type { FormRequest } from '#renderer/lib/open-form.ts';
import { isComposing } from '#renderer/lib/shortcuts.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Keys } from '#renderer/ui/keys.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { entryTitle } from '#renderer/features/entries/entry-title.ts';
import { AttachField } from './attach-field.tsx';
import { Facts } from './facts.tsx';
import type { FormPart } from './form-part.ts';
import { draftToForm, isTyped, newForm, nextForm, type FormState } from './form-state.ts';
import { dropDraft, keepDraft, type KeptDraft } from './kept-draft.ts';
import { KindField } from './kind-field.tsx';
import { NoteField } from './note-field.tsx';
import { PayersField } from './payers-field.tsx';
import { readForm } from './read-form.ts';
import { SplitField } from './split-field.tsx';
import { TransferEnds } from './transfer-ends.tsx';
import { useCategoryGuess } from './use-category-guess.ts';
import classes from './form.module.css';

interface EntryFormProps {
  ledger: LedgerView;
  request: FormRequest;
  /** The entry as it was when the form opened. */
  editing: EntryView | undefined;
  /** What was typed before the window was lost. */
  kept: KeptDraft | undefined;
  onTyped(isTyped: boolean): void;
  onDone(): void;
  onCancel(): void;
}

interface Sheet {
  /** Made when the form opens, so that saving again after a lost answer adds nothing. */
  entry: string;
  /** The revisions a person saw when they began to edit. */
  prev: string[];
  start: FormState;
  isResumed: boolean;
}

const openSheet = (ledger: LedgerView, request: FormRequest, editing: EntryView | undefined, kept: KeptDraft | undefined): Sheet => ({
  isResumed: kept !== undefined,
  ...(editing
    ? { entry: editing.id, prev: kept?.prev ?? editing.current, start: draftToForm(bodyToDraft(editing.body, editing.id)) }
    : { entry: newId(), prev: [], start: newForm(ledger, today(), request.preset) }),
});

/** Writes one entry, or one after the other. Everything shown while typing is computed here, never asked of the core. */
export function EntryForm({ ledger, request, editing, kept, onTyped, onDone, onCancel }: EntryFormProps) {
  const say = useWords('entries');
  const sayUi = useWords('ui');
  const sayFiles = useWords('attachments');
  const categoryName = useCategoryName();
  const [sheet, setSheet] = useState(() => openSheet(ledger, request, editing, kept));
  const [form, setForm] = useState(kept?.form ?? sheet.start);
  const [tries, setTries] = useState(0);
  const [saved, setSaved] = useState<string>();
  const [files, setFiles] = useState<readonly File[]>([]);
  const attach = useAttach();
  const add = useCall('entries.add');
  const edit = useCall('entries.edit');
  const [saving, error] = [add.busy || edit.busy || attach.busy !== undefined, add.error ?? edit.error];
  const element = useRef<HTMLFormElement>(null);
  const description = useRef<HTMLInputElement>(null);

  const reading = useMemo(() => readForm(form, sheet.entry, today()), [form, sheet.entry]);
  const change = (next: Partial<FormState>) => {
    setForm((current) => ({ ...current, ...next }));
    setSaved(undefined);
  };
  useCategoryGuess(ledger.id, form, editing === undefined, (category) => setForm((current) => (current.isCategoryChosen ? current : { ...current, category })));
  const edited = editing?.id;
  useEffect(() => {
    const typed = isTyped(form, sheet.start, edited !== undefined);
    onTyped(typed);
    if (typed) keepDraft(ledger.id, edited, { entry: sheet.entry, prev: sheet.prev, form });
    else dropDraft(ledger.id, edited);
  }, [form, sheet, edited, ledger.id, onTyped]);
  useEffect(() => {
    // A save that could not be: to the first field that says why.
    if (tries > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-faulty="true"] input')?.focus();
  }, [tries]);

  const involved = useMemo(() => new Set(editing ? [...editing.body.payers, ...editing.body.shares].map(({ person }) => person) : []), [editing]);
  const people = meFirst(ledger.persons.filter((person) => person.state === 'active' || involved.has(person.id)));

  const save = async (andThen: 'next' | 'close') => {
    if (saving) return;
    const { draft } = reading;
    if (!draft) return setTries((count) => count + 1);
    const reply = editing
      ? await edit.run({ ledger: ledger.id, entry: sheet.entry, prev: sheet.prev, draft })
      : await add.run({ ledger: ledger.id, entry: sheet.entry, draft });
    if (!reply.ok) return undefined;
    const what = entryTitle(draft, { say, categoryName });
    const attached = await attach.run(ledger.id, sheet.entry, files);
    // The entry is in the book; a file that is not says so, and can be hung on it later.
    if (attached.length < files.length) notifications.show({ title: sayFiles('unattached'), message: files.map(({ name }) => name).join(' · '), color: 'amber', autoClose: false });
    setFiles([]);
    if (andThen === 'close') {
      notifications.show({ message: say('saved', { what }), color: 'accent', autoClose: 3_000 });
      return onDone();
    }
    const start = nextForm(form);
    setSheet({ entry: newId(), prev: [], start, isResumed: false });
    setForm(start);
    setTries(0);
    setSaved(what);
    description.current?.focus();
    return undefined;
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(editing ? 'close' : 'next');
  };
  useLayoutEffect(() => description.current?.focus(), []);

  const saveAndClose = useEffectEvent(() => void save('close'));
  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter') return;
      // The Enter of an input method chooses a word and must never save.
      if (isComposing(event)) event.preventDefault();
      else if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        saveAndClose();
      }
    };
    const form = element.current;
    form?.addEventListener('keydown', handleKey);
    return () => form?.removeEventListener('keydown', handleKey);
  }, []);

  const part: FormPart = { ledger, people, form, reading, isTried: tries > 0, change };
  const isMove = isTransfer(form);
  return (
    <form ref={element} className={classes.form} onSubmit={submit} noValidate>
      {sheet.isResumed && <Alert color="amber" p="xs" role="status">{say('formResumed')}</Alert>}
      <KindField {...part} />
      <div className={classes.columns} data-single={isMove || undefined}>
        <div className={classes.column}>
          <Facts {...part} descriptionRef={description} />
          {isMove ? <TransferEnds {...part} /> : <PayersField {...part} />}
          <NoteField {...part} />
          <AttachField files={files} onChange={setFiles} />
        </div>
        {!isMove && <div className={classes.column}><SplitField {...part} /></div>}
      </div>
      <FailureNotice error={error} onClose={() => { add.clear(); edit.clear(); }} />
      <footer className={classes.footer}>
        <span role="status" className={classes.status}>{error ? say('notSaved') : saved !== undefined && say('saved', { what: saved })}</span>
        <Button variant="default" onClick={() => (editing ? onCancel() : void save('close'))} rightSection={editing ? undefined : <Keys chord={CHORDS.saveClose} />}>
          {editing ? sayUi('cancel') : say('saveClose')}
        </Button>
        <Button type="submit" loading={saving} rightSection={<span className={classes.onAccent}><Keys chord={CHORDS.saveNext} /></span>}>
          {say(editing ? 'save' : 'saveNext')}
        </Button>
      </footer>
    </form>
  );
}
