import type { LedgerView, PersonView } from '#contract/views.ts';
import type { FormState } from './form-state.ts';
import type { FormReading } from './read-form.ts';

/** What every part of the form is given. */
export interface FormPart {
  ledger: LedgerView;
  /** Whom the entry can name: the active people, and those it names already. */
  people: readonly PersonView[];
  form: FormState;
  reading: FormReading;
  /** Saving was tried: from now on mistakes are shown where they are. */
  isTried: boolean;
  change(change: Partial<FormState>): void;
}
