import type { LedgerSummaryView } from '#contract/views.ts';

/** Whether this device may write in a ledger. Not as long as that is not known. */
export const mayWrite = ({ role, barred }: Pick<LedgerSummaryView, 'role' | 'barred'>): boolean =>
  role !== null && role !== 'viewer' && barred !== 'removed';

/** Whether it may let others in. */
export const mayManage = ({ role, barred }: Pick<LedgerSummaryView, 'role' | 'barred'>): boolean =>
  (role === 'owner' || role === 'admin') && barred !== 'removed';
