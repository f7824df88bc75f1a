import type { ErrorCode } from '#contract/errors.ts';
import type { IouRowView } from '#contract/ious-views.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { iouTermsSchema, iouToThing, type IouHash, type IouMove, type UnsignedStep } from '#domain/iou.ts';
import { refuseMove, roleOf, type Iou } from '#domain/iou-rules.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { stepToHash, stepToSignedBytes, termsToIou } from '#sync/iou-statement.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import type { Parsed, Service, Topic } from '#main/handlers.ts';
import { createQueue } from '#main/db/queue.ts';
import { toLocalDate } from '#main/local-date.ts';
import type { Ground } from './ground.ts';
import type { KnownIou } from './iou-book.ts';
import { exportIou } from './iou-export.ts';
import { createIouReminders, type RemindersKept } from './iou-reminders.ts';
import { iouToRow, iouToView, type Beholder } from './iou-views.ts';
import { membersOf } from './member-names.ts';

const EVERYTHING: Topic[] = ['ious', 'ledgers', 'people'];

export function createIousService(ground: Ground, kept: RemindersKept): Service<'ious'> {
  const { shell, keyring, self, link, author, queries, people, ious: book, publish } = ground;
  const inTurn = createQueue();
  /** For one view: a name is looked for in all ledgers, and the same few people stand in many IOUs. */
  function beholder(): Beholder {
    const names = new Map<string, string>();
    return {
      root: self.root(),
      today: toLocalDate(shell.now()),
      nameOf(root, otherwise) {
        const name = names.get(root) ?? people.nameOf(root, otherwise);
        names.set(root, name);
        return name;
      },
    };
  }
  const reminders = createIouReminders(ground, kept, beholder);

  /** Signs a step with this device's key, in the person's name, and writes it. Answers with its hash. */
  async function take(ledger: LedgerId, iou: IouHash, move: IouMove, known?: KnownIou): Promise<Result<IouHash, ErrorCode>> {
    const identity = keyring.get().identity;
    if (!identity) return failure('not_set_up');
    const { device, agreement } = self.device;
    const at = shell.now();
    const after = [...(known?.iou.heads ?? [])];
    const signer = { root: identity.root, device, agreement: agreement.publicHex, certificate: identity.certificate };
    const step = { iou, after, at, signer, ...move } as UnsignedStep;
    const signature = bytesToHex(await self.device.sign(stepToSignedBytes(step)));
    const prev = after.flatMap((hash) => known?.revisions.get(hash) ?? []);
    return author.change(ledger, () =>
      success({ revisions: [{ type: 'iou', of: iouToThing(iou), prev, at, body: { ...step, signature } }], answer: () => stepToHash(step) }),
    );
  }

  /** A step on an IOU that is there. `isDone`: an earlier call did it, whose answer was lost. */
  const follow = ({ ledger, iou }: { ledger: LedgerId; iou: Id }, move: IouMove, isDone: (now: Iou, root: string) => IouHash | boolean | undefined): Promise<Result<IouHash, ErrorCode>> =>
    inTurn(async () => {
      const known = book.find(ledger, iou);
      const root = self.root();
      const hash = known?.iou.steps[0]?.body.iou;
      if (!known || hash === undefined || root === null) return failure('not_found');
      const done = isDone(known.iou, root);
      if (done !== false && done !== undefined) return success(typeof done === 'string' ? done : '');
      const refusal = refuseMove(known.iou, roleOf(known.iou.terms, root), move);
      if (refusal !== null) return failure(refusal === 'amount_too_large' ? 'iou_repaid_too_much' : 'iou_step_not_now');
      return take(ledger, hash, move, known);
    });
  const toNull = async (done: Promise<Result<unknown, ErrorCode>>): Promise<Result<null, ErrorCode>> => {
    const outcome = await done;
    return outcome.ok ? success(null) : outcome;
  };
  const hasDone = (action: IouMove['action']) => (iou: Iou, root: string): boolean =>
    iou.steps.some(({ body }) => body.action === action && body.signer.root === root);

  async function write({ ledger, nonce, other, mine, ...rest }: Parsed<'ious.write'>): Promise<Result<{ iou: string }, ErrorCode>> {
    const access = link.access(ledger);
    const root = self.root();
    if (!queries.ledgers.find(ledger) || !access) return failure('not_found');
    if (root === null) return failure('not_set_up');
    if (other === root) return failure('transfer_to_self');
    const them = membersOf(access).find((member) => member.root === other);
    if (!them) return failure('person_unknown', { person: other });
    // They would be asked for a signature that they cannot give.
    if (!mayWrite(them.role)) return failure('iou_other_reads');
    if (rest.lent > rest.due) return failure('iou_due_before_lent');
    const parties = [{ root, name: keyring.get().person?.name ?? '' }, { root: other, name: people.of(other)?.name ?? them.name }] as const;
    const [lender, borrower] = mine === 'lender' ? parties : parties.toReversed();
    const terms = iouTermsSchema.parse({ ledger, nonce, lender, borrower, ...rest });
    const iou = termsToIou(terms);
    const thing = iouToThing(iou);
    return inTurn(async () => {
      const written = book.find(ledger, thing) ? success(iou) : await take(ledger, iou, { action: 'write', terms });
      return written.ok ? success({ iou: thing }) : written;
    });
  }

  /** Where I am asked first, then what is open, the soonest due first, then the rest, the latest first. */
  function toSorted(rows: readonly IouRowView[]): IouRowView[] {
    const rank = ({ may, state }: IouRowView): number =>
      may.includes('sign') || may.includes('confirm') ? 0 : state === 'effective' || state === 'partly' ? 1 : state === 'written' || state === 'signed' ? 2 : 3;
    return rows.toSorted((a, b) => rank(a) - rank(b) || (rank(a) === 1 ? a.due.localeCompare(b.due) : b.at - a.at) || (a.iou < b.iou ? -1 : 1));
  }

  return {
    'ious.list': {
      topics: () => EVERYTHING,
      read() {
        const me = beholder();
        return success(toSorted(book.all().map((known) => iouToRow(known, me))));
      },
    },
    'ious.get': {
      topics: ({ ledger }) => ['ious', `ledger:${ledger}`, 'people'],
      read({ ledger, iou }) {
        const known = book.find(ledger, iou);
        return success(known ? iouToView(known, beholder()) : null);
      },
    },
    'ious.write': write,
    'ious.sign': (input) => toNull(follow(input, { action: 'sign' }, hasDone('sign'))),
    'ious.decline': (input) => toNull(follow(input, { action: 'decline' }, hasDone('decline'))),
    async 'ious.repay'({ amount, date, nonce, ...input }) {
      const before = (iou: Iou): IouHash | undefined => iou.steps.find(({ body }) => body.action === 'repay' && body.nonce === nonce)?.hash;
      const repaid = await follow(input, { action: 'repay', nonce, amount, date }, before);
      return repaid.ok ? success({ repayment: repaid.value }) : repaid;
    },
    'ious.confirm': ({ repayment, ...input }) =>
      toNull(follow(input, { action: 'confirm', repayment }, ({ repayments }, root) => repayments.some(({ hash, confirmed }) => hash === repayment && confirmed !== null) && book.find(input.ledger, input.iou)?.iou.terms.lender.root === root)),
    'ious.void': (input) => toNull(follow(input, { action: 'void' }, hasDone('void'))),
    async 'ious.export'({ ledger, iou }) {
      const known = book.find(ledger, iou);
      return known ? success(exportIou(iou, known.iou)) : failure('not_found');
    },
    'ious.reminders': { topics: () => EVERYTHING, read: () => success(reminders.read()) },
    async 'ious.told'({ reminders: told }) {
      const kept = await reminders.tell(told);
      publish('ious');
      return kept.ok ? success(null) : kept;
    },
  };
}
