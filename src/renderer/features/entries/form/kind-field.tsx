import { SegmentedControl } from '@mantine/core';
import { ENTRY_KINDS } from '#domain/entry.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';

export function KindField({ form, change }: FormPart) {
  const say = useWords('entries');
  return (
    <SegmentedControl
      fullWidth aria-label={say('kind')} value={form.kind} data={ENTRY_KINDS.map((value) => ({ value, label: say(`kind_${value}`) }))}
      onChange={(kind) => change({ kind, ...((kind === 'transfer' || kind === 'settlement') && form.payer === null && { payer: Object.keys(form.paid)[0] ?? null }) })}
    />
  );
}
