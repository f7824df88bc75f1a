import { Button, Group, Input, SegmentedControl, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { ContactView } from '#contract/people-views.ts';
import { parseAmount } from '#domain/amount.ts';
import { amountToChineseCapitals } from '#domain/chinese-capitals.ts';
import type { IouRole } from '#domain/iou-rules.ts';
import { purposeSchema } from '#domain/iou.ts';
import { currencyDecimals } from '#domain/money.ts';
import { isHarmfulText } from '#domain/text.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { addDays, parseDateWords, today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { homeCurrency } from '#renderer/lib/home-currency.ts';
import { newId } from '#renderer/lib/new-id.ts';
import { navigate, routeToHash } from '#renderer/lib/route.ts';
import { CurrencySelect } from '#renderer/ui/currency-select.tsx';
import { DateField } from '#renderer/ui/date-field.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './ious.module.css';

/** Where an IOU with somebody is kept: between the two of us, or in a ledger that we share. */
const placeWith = ({ ledger, shared }: ContactView): string | undefined => ledger ?? shared[0]?.ledger;
/** Proposed as the due date, in days from now. */
const USUAL_DAYS = 30;

/** The form for a new IOU. `with`: the root of the other one, where that is known. */
export function WriteIouPage({ with: root, ledger }: { with?: string | undefined; ledger?: string | undefined }) {
  const say = useWords('ious');
  const { view: contacts, error } = useWatch('contacts.list', {});
  const people = contacts?.filter((one) => one.state !== 'archived' && placeWith(one) !== undefined);
  return (
    <Page title={say('formTitle')}>
      <FailureNotice error={error} />
      {!people && !error && <Skeleton height={320} aria-hidden />}
      {people?.length === 0 && <EmptyState title={say('emptyTitle')} text={say('emptyNobody')} action={<Button component="a" href={routeToHash({ page: 'contacts' })}>{say('contacts')}</Button>} />}
      {people && people.length > 0 && <WriteIouForm people={people} chosen={root} within={ledger} />}
    </Page>
  );
}

function WriteIouForm({ people, chosen, within }: { people: readonly ContactView[]; chosen: string | undefined; within: string | undefined }) {
  const say = useWords('ious');
  const ui = useWords('ui');
  const format = useFormat();
  const errorText = useErrorText();
  const write = useCall('ious.write');
  const home = homeCurrency(navigator.language);
  // Made once: pressing twice, or again after a lost answer, writes one.
  const [nonce] = useState(newId);
  const isHere = (one: ContactView): boolean => one.ledger === within || one.shared.some((shared) => shared.ledger === within);
  const [root, setRoot] = useState<string | null>(() => chosen ?? (within === undefined ? null : (people.filter(isHere).length === 1 ? people.find(isHere)?.root ?? null : null)));
  const [mine, setMine] = useState<IouRole>('lender');
  const [typed, setTyped] = useState('');
  const [currency, setCurrency] = useState<string>();
  const [purpose, setPurpose] = useState('');
  const [lentText, setLent] = useState<string>(today);
  const [dueText, setDue] = useState<string>(() => addDays(today(), USUAL_DAYS));
  const money = currency ?? home;
  const parsed = parseAmount(typed, currencyDecimals(money));
  const amount = parsed.ok && parsed.value > 0 ? parsed.value : null;
  const amountProblem = typed.trim() === '' ? undefined : !parsed.ok ? parsed.code : parsed.value > 0 ? undefined : parsed.value === 0 ? 'amount_zero' : 'amount_invalid';
  const isPurposeHarmful = isHarmfulText(purpose);
  const [lent, due] = [parseDateWords(lentText, today()), parseDateWords(dueText, today())];
  const isLate = lent !== undefined && due !== undefined && due < lent;
  const other = people.find((one) => one.root === root);
  const place = other && (within !== undefined && isHere(other) ? within : placeWith(other));
  const isReady = place !== undefined && amount !== null && purposeSchema.safeParse(purpose.trim()).success && lent !== undefined && due !== undefined && !isLate;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady || !other || write.busy) return;
    const reply = await write.run({ ledger: place, nonce, other: other.root, mine, amount, currency: money, purpose: purpose.trim(), lent, due });
    if (!reply.ok) return;
    notifications.show({ message: mine === 'borrower' ? say('formWrittenMine') : say('formWritten', { name: other.name }) });
    navigate({ page: 'ious', ledger: place, iou: reply.value.iou }, { replace: true });
  }

  const name = (one: ContactView): string => one.name || ui('unknownName');
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md" className={classes.form}>
        <Text size="sm" c="dimmed">{say('formLead')}</Text>
        <Group align="flex-end" gap="md" wrap="nowrap">
          <Input.Wrapper label={say('formMine')} labelElement="div" labelProps={{ display: 'block' }}>
            <SegmentedControl
              aria-label={say('formMine')} value={mine} onChange={(value) => setMine(value === 'borrower' ? 'borrower' : 'lender')}
              data={[{ value: 'lender', label: say('formLend') }, { value: 'borrower', label: say('formBorrow') }]}
            />
          </Input.Wrapper>
          <Select
            className={classes.grow} label={say(mine === 'lender' ? 'formOtherLend' : 'formOtherBorrow')} data={people.map((one) => ({ value: one.root, label: name(one) }))} value={root}
            onChange={setRoot} searchable allowDeselect={false} selectFirstOptionOnChange nothingFoundMessage={say('formOtherNone')} data-autofocus
          />
        </Group>
        <Group align="flex-start" gap="md" wrap="nowrap">
          <TextInput
            className={classes.grow} label={say('formAmount')} inputMode="decimal" autoComplete="off" value={typed} onChange={(event) => setTyped(event.currentTarget.value)}
            inputWrapperOrder={['label', 'input', 'description', 'error']} error={amountProblem === undefined ? undefined : errorText({ code: amountProblem })}
            description={amount === null ? undefined : say('formAmountIs', { amount: format.moneyTyped(amount, money) + (money === 'CNY' ? ` · ${amountToChineseCapitals(amount)}` : '') })}
          />
          <CurrencySelect w={140} label={say('formCurrency')} value={money} onChange={setCurrency} short />
        </Group>
        <TextInput
          label={say('formPurpose')} placeholder={say('formPurposePlaceholder')} autoComplete="off" maxLength={200} value={purpose} onChange={(event) => setPurpose(event.currentTarget.value)}
          error={isPurposeHarmful ? errorText({ code: 'text_harmful' }) : undefined}
        />
        <Group align="flex-start" gap="md" grow>
          <DateField label={say('lent')} text={lentText} onChange={setLent} />
          <DateField label={say('due')} text={dueText} onChange={setDue} error={isLate ? errorText({ code: 'iou_due_before_lent' }) : undefined} />
        </Group>
        <FailureNotice error={write.error} onClose={write.clear} />
        <Group justify="flex-end">
          <Button component="a" href={routeToHash({ page: 'ious' })} variant="default">{ui('cancel')}</Button>
          <Button type="submit" loading={write.busy} disabled={!isReady}>{say('formSave')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
