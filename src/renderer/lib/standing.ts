import type { LedgerSummaryView } from '#contract/views.ts';

type Standing = Pick<LedgerSummaryView, 'role' | 'barred'>;

const isWriter = ({ role, barred }: Standing): boolean => role !== null && role !== 'viewer' && barred !== 'removed';

/** Whether I may write in a ledger, and am somebody there in whose name. Not as long as that is not known. */
export const mayWrite = (ledger: Standing & Pick<LedgerSummaryView, 'me'>): boolean => isWriter(ledger) && ledger.me !== null;

/** Whether I might write in a ledger, once I have said who I am there. */
export const mayEnter = (ledger: Standing & Pick<LedgerSummaryView, 'me'>): boolean => isWriter(ledger) && ledger.me === null;

/** Whether I may let others in. */
export const mayManage = ({ role, barred }: Standing): boolean => (role === 'owner' || role === 'admin') && barred !== 'removed';
