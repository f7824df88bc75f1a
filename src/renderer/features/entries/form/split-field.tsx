import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { SPLIT_MODES } from '#domain/entry.ts';
import type { PersonView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';
import { changeMode } from './form-state.ts';
import classes from './form.module.css';

const SIGNS = { equal: '', exact: '', percent: '%', shares: '×', adjustment: '±' } as const;

function PersonLine({ person, part }: { person: PersonView; part: FormPart }) {
  const { form, reading, change } = part;
  const say = useWords('entries');
  const format = useFormat();
  const isTicked = form.mode === 'equal' || form.mode === 'adjustment';
  const takes = form.taking.includes(person.id);
  const share = reading.shares.get(person.id);
  const toggle = () => change({ taking: takes ? form.taking.filter((one) => one !== person.id) : [...form.taking, person.id] });
  return (
    <div className={classes.personRow}>
      {isTicked
        ? <Checkbox checked={takes} onChange={toggle} label={<PersonName name={person.name} me={person.me} />} aria-label={say('includes', { name: person.name })} className={classes.tick} />
        : <span className={classes.tick}><PersonName name={person.name} me={person.me} /></span>}
      {form.mode !== 'equal' && (
        <TextInput
          className={classes.small} classNames={{ input: classes.figure }} aria-label={say('part', { name: person.name })} autoComplete="off"
          disabled={form.mode === 'adjustment' && !takes} rightSection={SIGNS[form.mode]} rightSectionWidth={SIGNS[form.mode] ? 26 : 0} rightSectionPointerEvents="none"
          value={form.parts[person.id] ?? ''} onChange={(event) => change({ parts: { ...form.parts, [person.id]: event.currentTarget.value } })}
          error={Object.hasOwn(reading.partFaults, person.id)}
        />
      )}
      {form.mode !== 'exact' && (
        <output className={classes.share}>{share === undefined ? (takes && isTicked ? '' : '–') : format.moneyTyped(share, form.currency)}</output>
      )}
    </div>
  );
}

/** What is still to be assigned, or who bears the odd unit. */
function SplitState({ people, form, reading, isTried }: FormPart) {
  const say = useWords('entries');
  const format = useFormat();
  const errorText = useErrorText();
  const fault = reading.faults.split;
  const words = () => {
    if (fault?.difference !== undefined && fault.code === 'split_percent_differs') {
      return say(fault.difference > 0 ? 'percentLeft' : 'percentTooMuch', { percent: format.percent(Math.abs(fault.difference) / 10_000) });
    }
    if (fault?.difference !== undefined && fault.code === 'split_sum_differs') {
      const amount = format.moneyTyped(Math.abs(fault.difference), form.currency);
      if (form.mode === 'adjustment') return say('adjustedTooMuch', { amount });
      return say(fault.difference > 0 ? 'leftToAssign' : 'tooMuch', { amount });
    }
    if (fault) return isTried || fault.code !== 'split_empty' ? errorText(fault) : '';
    if (reading.odd.length > 0) {
      const names = format.list(reading.odd.map((odd) => people.find((person) => person.id === odd.person)?.name ?? '?'));
      return say('oddUnits', { names, count: reading.odd.length, unit: format.moneyTyped(1, form.currency) });
    }
    return reading.amount && form.mode !== 'equal' ? say('addsUp') : '';
  };
  return <p role="status" className={classes.remainder} data-open={fault !== undefined || undefined}>{words()}</p>;
}

/** Whose it was: the rule, each one's part, and at once what it comes to. */
export function SplitField(part: FormPart) {
  const { people, form, reading, isTried, change } = part;
  const say = useWords('entries');
  const isTicked = form.mode === 'equal' || form.mode === 'adjustment';
  const isEverybody = people.every((person) => form.taking.includes(person.id));
  const title = say(form.kind === 'income' ? 'splitIncome' : 'split');
  return (
    <fieldset className={classes.group} data-faulty={(isTried && reading.faults.split !== undefined) || undefined}>
      <legend className={classes.legend}>{title}</legend>
      <SegmentedControl
        fullWidth size="xs" aria-label={say('mode')} value={form.mode} data={SPLIT_MODES.map((value) => ({ value, label: say(`mode_${value}`) }))}
        onChange={(mode) => change(changeMode(form, mode, reading.shares))}
      />
      <div className={classes.hintLine}>
        <span>{say(`modeHint_${form.mode}`)}</span>
        {isTicked && people.length > 2 && (
          <Button variant="subtle" size="compact-xs" onClick={() => change({ taking: isEverybody ? [] : people.map((person) => person.id) })}>{say(isEverybody ? 'none' : 'all')}</Button>
        )}
      </div>
      <div className={classes.rows} data-long={people.length > 8 || undefined}>{people.map((person) => <PersonLine key={person.id} person={person} part={part} />)}</div>
      <SplitState {...part} />
    </fieldset>
  );
}
