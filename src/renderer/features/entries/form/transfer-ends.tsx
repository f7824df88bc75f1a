import { ActionIcon, Select } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';
import classes from './form.module.css';

/** From whom to whom. */
export function TransferEnds({ people, form, reading, isTried, change }: FormPart) {
  const say = useWords('entries');
  const sayUi = useWords('ui');
  const errorText = useErrorText();
  const data = people.map((person) => ({ value: person.id, label: person.me ? `${person.name} (${sayUi('me')})` : person.name }));
  const [payerFault, recipientFault] = [reading.faults.payers, reading.faults.recipient];
  return (
    <div className={classes.ends}>
      <Select
        label={say('from')} allowDeselect={false} searchable={people.length > 8} data={data} value={form.payer} onChange={(payer) => change({ payer })}
        error={isTried && payerFault ? errorText(payerFault) : undefined}
      />
      <ActionIcon variant="subtle" color="gray" size={36} className={classes.swap} aria-label={say('swap')} onClick={() => change({ payer: form.recipient, recipient: form.payer })}>
        <IconArrowsLeftRight size={18} aria-hidden />
      </ActionIcon>
      <Select
        label={say('to')} allowDeselect={false} searchable={people.length > 8} data={data} value={form.recipient} onChange={(recipient) => change({ recipient })}
        error={isTried && recipientFault ? errorText(recipientFault) : undefined}
      />
    </div>
  );
}
