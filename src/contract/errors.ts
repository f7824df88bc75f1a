import { z } from 'zod';

/**
 * Every expected failure that can reach a screen, a script or another device's user. The renderer has words for each
 * in every language (error-text.ts does not compile until it has).
 */
export const ERROR_CODES = [
  // the request
  'internal', 'operation_unknown', 'input_invalid', 'not_found', 'read_only', 'not_set_up', 'already_set_up', 'cancelled',
  // the store
  'disk_full', 'store_failed', 'store_corrupt', 'store_newer', 'profile_in_use', 'keys_damaged', 'keys_sealed', 'keys_outdated',
  // fields
  'name_empty', 'text_harmful', 'message_empty', 'message_too_long', 'date_invalid', 'currency_unknown', 'amount_invalid', 'amount_out_of_range', 'amount_zero',
  'person_unknown', 'person_in_use',
  // splits
  'split_empty', 'split_sum_differs', 'split_percent_differs', 'split_shares_zero', 'split_part_negative',
  'payers_empty', 'payers_sum_differs', 'person_twice', 'transfer_needs_one_payer', 'transfer_needs_one_recipient', 'transfer_to_self',
  // imports
  'file_empty', 'file_too_large', 'file_encoding_unknown', 'file_truncated', 'file_format_unknown',
  'row_too_short', 'row_too_long', 'row_unreadable', 'row_does_not_sum', 'row_amount_invalid', 'row_date_invalid', 'row_currency_unknown', 'row_no_people',
  'import_has_problems', 'import_nothing_new', 'import_too_many_people', 'nothing_to_undo', 'nothing_to_redo',
  // sharing and the relay
  'invite_invalid', 'invite_expired', 'code_invalid', 'code_unknown', 'already_joined', 'ledger_empty', 'relay_differs', 'relay_not_set', 'relay_url_invalid',
  // people, devices and what they may
  'role_forbids', 'history_partial', 'removed', 'not_member', 'key_missing', 'membership_forked', 'owner_must_hand_over', 'phrase_invalid', 'phrase_forgotten', 'phrase_word_wrong', 'phrase_not_written',
  'nothing_to_restore', 'pairing_failed', 'pairing_none', 'contact_is_me',
  'attachment_kind', 'attachment_too_large', 'attachment_away', 'attachment_broken', 'attachments_too_many',
  'iou_step_not_now', 'iou_repaid_too_much', 'iou_due_before_lent', 'iou_other_reads',
  // the counter
  'card_unknown', 'wrong_issuer', 'not_genuine', 'too_many_failures', 'card_blocked', 'card_unfinished', 'tab_elsewhere', 'tab_closed', 'tab_currency', 'over_limit',
  'card_left', 'card_mute', 'card_nonsense', 'two_cards', 'card_in_use', 'reader_lost', 'reader_silent',
  'card_unsuitable', 'card_foreign', 'already_issued', 'till_busy', 'charge_booking',
  'passphrase_wrong', 'backup_malformed', 'backup_damaged', 'backup_needs_phrase', 'file_unwritable', 'file_foreign', 'nearby_unavailable',
  // calls
  'in_call', 'nobody_to_call', 'calls_unavailable', 'call_full', 'call_failed', 'call_over', 'call_key_wrong', 'microphone_refused', 'microphone_missing',
  'relay_away', 'relay_slow', 'relay_nonsense', 'relay_refused', 'relay_full', 'frame_too_large',
] as const;
export const errorCodeSchema = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** A failure on the wire. `reference` stands only beside `internal`: the line of the log to look for. */
export const errorSchema = z.strictObject({
  code: errorCodeSchema,
  details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  reference: z.string().optional(),
});
export type ContractError = z.infer<typeof errorSchema>;
