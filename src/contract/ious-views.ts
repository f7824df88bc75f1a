/** What the screen is shown of IOUs: the document, how it stands, and what the person may do next. */
import type { LocalDate } from '#domain/date.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { ReminderDays } from '#domain/iou-due.ts';
import type { IouAction, IouHash } from '#domain/iou.ts';
import type { IouRefusal, IouRole, IouState } from '#domain/iou-rules.ts';

/** One of the two, as they stand in the document, and as I call them. */
export interface IouPartyView {
  root: string;
  /** In the document, for ever. */
  name: string;
  /** What I call them. */
  calledName: string;
  me: boolean;
}

export interface IouRowView {
  ledger: LedgerId;
  /** 32 hexadecimal digits. */
  iou: string;
  lender: IouPartyView;
  borrower: IouPartyView;
  /** Null for somebody who only sees it. */
  mine: IouRole | null;
  amount: number;
  /** Minor units that the lender has confirmed. */
  repaid: number;
  currency: string;
  purpose: string;
  lent: LocalDate;
  due: LocalDate;
  state: IouState;
  /** Calendar days until it is due by this device's calendar, below zero where that is past; null where nothing is owed. */
  daysLeft: number | null;
  /** What I may do now. */
  may: readonly Exclude<IouAction, 'write'>[];
  /** A step of mine waits to be sent. */
  waiting: boolean;
  /** When the last step was taken, by its author's clock. */
  at: number;
}

export interface IouRepaymentView {
  repayment: IouHash;
  amount: number;
  date: LocalDate;
  /** When the lender confirmed it; null until then. */
  confirmedAt: number | null;
  /** It can be confirmed by me now. */
  mayConfirm: boolean;
}

export interface IouStepView {
  step: IouHash;
  action: IouAction;
  role: IouRole;
  at: number;
  /** Of a repayment and of its confirmation. */
  amount: number | null;
  waiting: boolean;
}

export interface IouView extends IouRowView {
  /** SHA-256 over the terms, 64 hexadecimal digits. */
  hash: IouHash;
  /** When each of them signed; null until then. */
  signedAt: Readonly<Record<IouRole, number | null>>;
  /** Who has agreed to make it void. */
  voided: readonly IouRole[];
  repayments: readonly IouRepaymentView[];
  /** Each step after those it follows. */
  history: readonly IouStepView[];
  /** Steps that count for nothing. */
  refused: readonly { step: IouHash; action: IouAction; reason: IouRefusal }[];
}

/** Something is due: on Today, and told once on each device. */
export interface IouReminderView {
  ledger: LedgerId;
  iou: string;
  mine: IouRole;
  /** The other one, as I call them. */
  other: string;
  purpose: string;
  due: LocalDate;
  daysLeft: number;
  reminder: ReminderDays;
  /** The screen is to tell it: nobody did on this device. */
  untold: boolean;
}

/** The IOU for somebody who has no such program. */
export interface IouExportView {
  name: string;
  /** JSON, as docs/iou-format.md says. */
  content: string;
  /** The same, packed, as the text of a QR code; null where it is too much for one. */
  qr: string | null;
  /** Whether all steps are in it; otherwise it holds the agreement and none of what came after. */
  qrIsWhole: boolean;
}
