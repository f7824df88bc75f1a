import { Button, Group, Radio, TagsInput, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { OFFERED_TEMPLATES, type OfferedTemplate } from '#domain/revision.ts';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { homeCurrency } from '#renderer/lib/home-currency.ts';
import { ledgerToRoute, navigate } from '#renderer/lib/route.ts';
import { CurrencySelect } from '#renderer/ui/currency-select.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { TemplateIcon } from '#renderer/ui/template-icon.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './new-ledger.module.css';

const NAME_SEPARATORS = [',', '，', '、', ';', '；'];

/** A ledger from a template, with the people in it: none of them needs a device. */
export function NewLedgerPage() {
  const say = useWords('ledger');
  const errorText = useErrorText();
  const create = useCall('ledgers.create');
  const [template, setTemplate] = useState<OfferedTemplate>('roommates');
  const [name, setName] = useState<string>();
  const [currency, setCurrency] = useState(() => homeCurrency(navigator.language));
  const [people, setPeople] = useState<string[]>([]);
  const [typed, setTyped] = useState('');

  // The template's own name is only a proposal: it follows the template until something is typed.
  const shownName = name ?? say(`name_${template}`);
  const nameFault = firstFault(nameSchema, shownName.trim());
  // Who sells in a shop is a member of it, and who buys has a tab.
  const hasPeople = template !== 'shop';
  const peopleFault = (hasPeople ? people : []).map((person) => firstFault(nameSchema, person)).find((fault) => fault !== undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (nameFault || peopleFault) return;
    // A last name without Enter is a name all the same.
    const everybody = [...new Set((hasPeople ? [...people, typed] : []).map((person) => person.trim()).filter((person) => person !== ''))];
    const reply = await create.run({ name: shownName.trim(), template, currency, people: everybody });
    if (reply.ok) navigate(ledgerToRoute({ id: reply.value.ledger, template }));
  };

  return (
    <Page title={say('newTitle')}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <Radio.Group value={template} onChange={setTemplate} label={say('template')}>
          <div className={classes.templates}>
            {OFFERED_TEMPLATES.map((one) => (
              <Radio.Card key={one} value={one} className={classes.template} aria-label={say(`template_${one}`)}>
                <span className={classes.icon}><TemplateIcon template={one} size={22} /></span>
                <span className={classes.words}>
                  <span className={classes.title}>{say(`template_${one}`)}</span>
                  <span className={classes.text}>{say(`template_${one}Text`)}</span>
                </span>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
        <div className={classes.pair}>
          <TextInput
            label={say('name')} value={shownName} maxLength={80} onChange={(event) => setName(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()} error={nameFault && errorText({ code: nameFault })}
          />
          <CurrencySelect label={say('currency')} description={say('currencyHint')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={currency} onChange={setCurrency} />
        </div>
        {hasPeople && (
          <TagsInput
            label={say('people')} description={say('peopleHint')} placeholder={people.length === 0 ? say('peoplePlaceholder') : ''}
            value={people} onChange={setPeople} searchValue={typed} onSearchChange={setTyped} splitChars={NAME_SEPARATORS} maxTags={60}
            error={peopleFault && errorText({ code: peopleFault })}
          />
        )}
        <FailureNotice error={create.error} onClose={create.clear} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.busy}>{say('create')}</Button>
        </Group>
      </form>
    </Page>
  );
}
