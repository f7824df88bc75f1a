import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatMinor } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';
import classes from './form.module.css';

const SEVERAL = 'several';

/** Who paid, or for income and refunds who received: one person, or several with what each paid. */
export function PayersField({ people, form, reading, isTried, change }: FormPart) {
  const say = useWords('entries');
  const sayUi = useWords('ui');
  const format = useFormat();
  const errorText = useErrorText();
  // What was pressed to change between one and several is gone then; the keyboard goes to what came instead.
  const [isChanged, setChanged] = useState(false);
  const refOfFirst = isChanged ? focusOnMount : null;
  const isReceived = form.kind === 'income' || form.kind === 'refund';
  const label = say(isReceived ? 'receivedBy' : 'paidBy');
  const fault = reading.faults.payers;

  if (form.payer !== null || people.length === 0) {
    return (
      <Select
        ref={refOfFirst} label={label} allowDeselect={false} searchable={people.length > 8} value={form.payer}
        data={[...people.map((person) => ({ value: person.id, label: person.me ? `${person.name} (${sayUi('me')})` : person.name })), ...(people.length > 1 ? [{ value: SEVERAL, label: say('several') }] : [])]}
        onChange={(value) => {
          if (value !== SEVERAL) return change({ payer: value });
          setChanged(true);
          const paid = form.payer && reading.amount ? { [form.payer]: formatMinor(reading.amount, currencyDecimals(form.currency)) } : {};
          return change({ payer: null, paid });
        }}
        error={isTried && fault ? errorText(fault) : undefined}
      />
    );
  }
  const difference = fault?.code === 'payers_sum_differs' ? fault.difference : undefined;
  const sumWords = difference === undefined || reading.amount === undefined
    ? (fault && isTried ? errorText(fault) : undefined)
    : say(difference > 0 ? 'paidLeft' : 'paidTooMuch', { amount: format.moneyTyped(Math.abs(difference), form.currency) });
  return (
    <fieldset className={classes.group} data-faulty={(isTried && fault !== undefined) || undefined}>
      <legend className={classes.legend}>{label}</legend>
      <div className={classes.rows}>
        {people.map((person, index) => (
          <div key={person.id} className={classes.personRow}>
            <PersonName name={person.name} me={person.me} />
            <TextInput
              ref={index === 0 ? refOfFirst : null} className={classes.small} classNames={{ input: classes.figure }} aria-label={say('paidPart', { name: person.name })} autoComplete="off"
              value={form.paid[person.id] ?? ''} onChange={(event) => change({ paid: { ...form.paid, [person.id]: event.currentTarget.value } })}
              error={Object.hasOwn(reading.paidFaults, person.id)}
            />
          </div>
        ))}
      </div>
      <div className={classes.sumLine}>
        <span role="status" className={classes.remainder} data-open={sumWords !== undefined || undefined}>{sumWords ?? (reading.amount ? say('addsUp') : '')}</span>
        <Button
          variant="subtle" size="compact-sm"
          onClick={() => {
            setChanged(true);
            change({ payer: people.find((person) => person.me)?.id ?? people[0]?.id ?? null, paid: {} });
          }}
        >
          {say(isReceived ? 'oneReceiver' : 'onePayer')}
        </Button>
      </div>
    </fieldset>
  );
}
