import type { CoreFailure } from '#main/core.ts';

/** Exit codes of a core that cannot open its profile, where starting it again would not help (as in sysexits.h). */
export const CORE_EXITS: Record<CoreFailure, number> = {
  profile_in_use: 75, keys_damaged: 78, keys_sealed: 77, keys_outdated: 65, disk_full: 73, store_failed: 74,
};

/** Why a core ended; undefined where it just died. */
export const exitToFailure = (code: number): CoreFailure | undefined =>
  (Object.keys(CORE_EXITS) as CoreFailure[]).find((failure) => CORE_EXITS[failure] === code);
