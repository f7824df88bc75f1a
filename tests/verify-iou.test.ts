/** The verifier for strangers, run as a stranger would: each field and each kind of byte is turned over, and it says what is wrong. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { IouBody, IouMove, IouTerms, UnsignedStep } from '#domain/iou.ts';
import { resolveIou, type IouStep } from '#domain/iou-rules.ts';
import { exportIou } from '#main/services/iou-export.ts';
import { openDevice } from '#sync/identity/device.ts';
import { certifyDevice, openPerson } from '#sync/identity/person.ts';
import { stepToHash, stepToSignedBytes, termsToIou } from '#sync/iou-statement.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';

const tool = join(import.meta.dirname, '../tools/verify-iou.mjs');
const folder = mkdtempSync(join(tmpdir(), 'tallystick-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verify(given: string): Promise<{ isValid: boolean; says: string }> {
  const run = promisify(execFile);
  return run(process.execPath, [tool, given]).then(({ stdout }) => ({ isValid: true, says: stdout }), (error: { stdout: string }) => ({ isValid: false, says: error.stdout }));
}
async function verifyText(content: string): Promise<string> {
  const path = join(folder, `${randomBytes(8).toString('hex')}.tallyiou`);
  writeFileSync(path, content);
  const { isValid, says } = await verify(path);
  expect(says.startsWith(isValid ? 'valid: ' : 'not valid: ')).toBe(true);
  return says;
}

async function someone() {
  const [person, device] = [await openPerson(randomBytes(32)), await openDevice(randomBytes(32))];
  const keys = { device: device.device, agreement: device.agreement.publicHex };
  return { device, signer: { root: person.root, ...keys, certificate: bytesToHex(await certifyDevice(person, keys)) } };
}
type Someone = Awaited<ReturnType<typeof someone>>;

let lender: Someone;
let borrower: Someone;
let terms: IouTerms;
let steps: IouStep[];
let at = Date.parse('2026-11-20T10:00:00Z');

async function take({ device, signer }: Someone, move: IouMove, after: readonly string[]): Promise<IouStep> {
  at += 60_000;
  const step = { iou: termsToIou(terms), after: [...after], at, signer, ...move } as UnsignedStep;
  return { hash: stepToHash(step), body: { ...step, signature: bytesToHex(await device.sign(stepToSignedBytes(step))) } as IouBody };
}
const toFile = (some: readonly IouStep[]) => {
  const iou = resolveIou(some, () => null);
  if (!iou) throw new Error('nothing to export');
  return exportIou('0'.repeat(32), iou);
};
const repay = (amount: number): IouMove => ({ action: 'repay', nonce: randomBytes(16).toString('hex'), amount, date: '2026-12-01' });

beforeAll(async () => {
  [lender, borrower] = [await someone(), await someone()];
  terms = {
    ledger: '1'.repeat(32), nonce: '2'.repeat(32), lender: { root: lender.signer.root, name: 'Ann' }, borrower: { root: borrower.signer.root, name: '李明' },
    amount: 11_000_000, currency: 'CNY', purpose: '买车 – a used car', lent: '2026-11-20', due: '2027-05-20',
  };
  const write = await take(lender, { action: 'write', terms }, []);
  const first = await take(borrower, { action: 'sign' }, [write.hash]);
  const second = await take(lender, { action: 'sign' }, [first.hash]);
  const back = await take(borrower, repay(4_000_000), [second.hash]);
  steps = [write, first, second, back, await take(lender, { action: 'confirm', repayment: back.hash }, [back.hash])];
});

describe('the verifier', () => {
  it('has at most a hundred lines, and imports nothing but Node', () => {
    const source = readFileSync(tool, 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(100);
    expect([...source.matchAll(/from '([^']+)'/gu)].map(([, name]) => name?.startsWith('node:'))).toEqual([true, true, true]);
  });

  it('says of a sound IOU how it stands, from the file and from the code', async () => {
    const said = await verifyText(toFile(steps).content);
    expect(said.split('\n').slice(0, 3)).toEqual([
      'valid: partly repaid', '李明 owes Ann 11000000 minor units of CNY, lent 2026-11-20, due 2027-05-20, for: 买车 – a used car', 'repaid and confirmed: 4000000',
    ]);
    for (const [count, state] of [[1, 'written'], [2, 'signed by the borrower only'], [3, 'effective'], [4, 'effective'], [5, 'partly repaid']] as const) {
      const { qr, qrIsWhole } = toFile(steps.slice(0, count));
      expect((await verify(qr ?? '')).says.split('\n')[0]).toBe(qrIsWhole ? `valid: ${state}` : 'valid: effective');
    }
    expect(toFile(steps.slice(0, 3))).toMatchObject({ qrIsWhole: true });
    // As long as names and purpose may be, the agreement fits into a code.
    const han = (count: number): string => Array.from({ length: count }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000))).join('');
    terms = { ...terms, lender: { ...terms.lender, name: han(80) }, borrower: { ...terms.borrower, name: han(79) }, purpose: han(200) };
    const write = await take(lender, { action: 'write', terms }, []);
    const first = await take(borrower, { action: 'sign' }, [write.hash]);
    const { qr } = toFile([write, first, await take(lender, { action: 'sign' }, [first.hash])]);
    expect((await verify(qr ?? '')).says).toContain('valid: effective');
    terms = steps[0]?.body.action === 'write' ? steps[0].body.terms : terms;
  });

  it('judges steps that were taken at the same time as the app does', async () => {
    const [, , second, back] = steps.map(({ hash }) => hash);
    const other = await take(borrower, repay(9_000_000), [second ?? '']);
    const confirmed = await take(lender, { action: 'confirm', repayment: other.hash }, [other.hash]);
    const declined = await take(lender, { action: 'decline' }, [steps[1]?.hash ?? '']);
    const voids = [await take(lender, { action: 'void' }, [back ?? '']), await take(borrower, { action: 'void' }, [second ?? ''])];
    const words = { written: 'written', signed: 'signed by the borrower only', effective: 'effective', partly: 'partly repaid', repaid: 'repaid', declined: 'declined', void: 'void' };
    for (const more of [[other, confirmed], [declined], [other, declined, confirmed], voids, [...voids, other, confirmed]]) {
      const all = [...steps, ...more];
      const iou = resolveIou(all, () => null);
      const said = await verifyText(toFile(all).content);
      expect(said.split('\n')[0]).toBe(`valid: ${words[iou?.state ?? 'written']}`);
      expect(said).toContain(`repaid and confirmed: ${iou?.repaid}\n`);
    }
  });

  const fileSchema = z.object({ terms: z.record(z.string(), z.unknown()), steps: z.array(z.record(z.string(), z.unknown())) }).loose();
  type File = z.infer<typeof fileSchema>;
  /** Puts another value into who signed a step. */
  const setSigner = (file: File, index: number, field: string, value: unknown): void => {
    const step = file.steps[index];
    if (step) step['signer'] = { ...z.record(z.string(), z.unknown()).parse(step['signer']), [field]: value };
  };
  const change = async (edit: (file: File) => void): Promise<string> => {
    const file = fileSchema.parse(JSON.parse(toFile(steps).content));
    edit(file);
    const said = await verifyText(JSON.stringify(file));
    expect(said.startsWith('not valid: ')).toBe(true);
    return said;
  };
  /** Another value of the same kind. */
  const turn = (value: unknown): unknown => {
    if (typeof value === 'number') return value + 1;
    if (typeof value !== 'string') throw new Error('nothing to turn over');
    const [last = ''] = value.slice(-1);
    return value.slice(0, -1) + (/[0-9a-f]/.test(last) ? (Number.parseInt(last, 16) ^ 1).toString(16) : 'x');
  };

  it('finds one changed cent, and any other change of the terms', async () => {
    const changed = 'step 1 (write): the signature does not hold; the step or the terms were changed';
    for (const field of ['ledger', 'nonce', 'amount', 'purpose', 'lent', 'due']) {
      expect(await change((file) => (file.terms[field] = turn(file.terms[field])))).toBe(`not valid: ${changed}\n`);
    }
    expect(await change((file) => (file.terms['currency'] = 'CNH'))).toContain(changed);
    for (const party of ['lender', 'borrower']) {
      for (const field of ['root', 'name']) expect(await change(({ terms: all }) => void ((all[party] as Record<string, unknown>)[field] = turn((all[party] as Record<string, unknown>)[field])))).toContain(changed);
    }
  });

  it('finds a change of any field of any step, and says which step', async () => {
    const signatureIs = 'the signature does not hold';
    for (const [index, { body }] of steps.entries()) {
      const where = `step ${index + 1} (${body.action})`;
      const at = (field: string) => change((file) => void ((file.steps[index] ?? {})[field] = turn(file.steps[index]?.[field])));
      for (const field of ['at', 'signature']) expect(await at(field)).toContain(`${where}: ${signatureIs}`);
      if (body.action === 'repay') {
        for (const field of ['nonce', 'amount']) expect(await at(field)).toContain(`${where}: ${signatureIs}`);
        expect(await change((file) => void ((file.steps[index] ?? {})['date'] = '2026-12-02'))).toContain(`${where}: ${signatureIs}`);
      }
      if (body.action === 'confirm') expect(await at('repayment')).toContain(`${where}: ${signatureIs}`);
      for (const field of ['root', 'device', 'agreement', 'certificate'] as const) {
        const said = await change((file) => setSigner(file, index, field, turn(body.signer[field])));
        expect(said).toContain(`${where}: the certificate does not hold`);
      }
      expect(await change((file) => void ((file.steps[index] ?? {})['after'] = ['0'.repeat(64)]))).toContain(`${where}: ${signatureIs}`);
      expect(await change((file) => void ((file.steps[index] ?? {})['interest'] = 5))).toContain(`${where}: "interest" is not as it has to be`);
      expect(await change((file) => void delete file.steps[index]?.['at'])).toContain(`${where}: "at" is not as it has to be`);
    }
    expect(await change((file) => void ((file.steps[1] ?? {})['action'] = 'decline'))).toContain(`step 2 (decline): ${signatureIs}`);
    expect(await change((file) => void ((file.steps[1] ?? {})['action'] = 'forgive'))).toContain('step 2 (unknown): "action" is not as it has to be');
    expect(await change((file) => void (file.terms['interest'] = 5))).toContain('terms: "interest" is not as it has to be');
  });

  it('finds a turned bit in every part of a signature and of a certificate', async () => {
    // The first half of an Ed25519 signature is a point, the second a number; each has a first, a middle and a last byte.
    for (const digit of [0, 1, 31, 62, 63, 64, 65, 95, 126, 127]) {
      const turnAt = (text: string): string => text.slice(0, digit) + (Number.parseInt(text[digit] ?? '', 16) ^ 8).toString(16) + text.slice(digit + 1);
      expect(await change((file) => void ((file.steps[2] ?? {})['signature'] = turnAt(steps[2]?.body.signature ?? '')))).toContain('step 3 (sign): the signature does not hold');
      expect(await change((file) => setSigner(file, 2, 'certificate', turnAt(lender.signer.certificate)))).toContain('step 3 (sign): the certificate does not hold');
    }
  });

  it('refuses steps that are signed well and may not be taken: by others, out of turn, too much, on nothing', async () => {
    const [write, first, second] = steps;
    if (!write || !first || !second) throw new Error('no steps');
    const stranger = await someone();
    const asFile = (some: readonly IouStep[]): string =>
      JSON.stringify({ format: 'tallystick iou 1', terms, steps: some.map(({ body: { iou: _iou, ...step } }) => ('terms' in step ? { ...step, terms: undefined } : step)) });
    const notAllowed = 'its signer may not do that after the steps it follows';
    const cases: [readonly IouStep[], string][] = [
      [[write, await take(stranger, { action: 'sign' }, [write.hash])], `step 2 (sign): ${notAllowed}`],
      [[write, await take(lender, { action: 'sign' }, [write.hash])], `step 2 (sign): ${notAllowed}`],
      [[write, first, await take(borrower, { action: 'sign' }, [first.hash])], `step 3 (sign): ${notAllowed}`],
      [[write, first, await take(borrower, repay(1), [first.hash])], `step 3 (repay): ${notAllowed}`],
      [[write, first, second, await take(borrower, repay(11_000_001), [second.hash])], `step 4 (repay): ${notAllowed}`],
      [[write, first, second, await take(lender, { action: 'confirm', repayment: first.hash }, [second.hash])], `step 4 (confirm): ${notAllowed}`],
      [[first, second], 'step 1 (sign): it follows a step that is not here before it'],
      [[await take(stranger, { action: 'write', terms }, [])], `step 1 (write): ${notAllowed}`],
      [[], 'there are no steps'],
    ];
    for (const [some, complaint] of cases) expect(await verifyText(asFile(some))).toBe(`not valid: ${complaint}\n`);
  });

  it('says of anything else that it is no IOU', async () => {
    for (const content of ['', '{', 'null', '[]', '{"format":"tallystick iou 2"}', '{"format":"tallystick iou 1","terms":null,"steps":[]}']) {
      expect(await verifyText(content)).toMatch(/^not valid: (?:it cannot be read as an IOU|this is no IOU of this format)\n$/u);
    }
    expect((await verify('/nowhere')).says).toBe('not valid: it cannot be read as an IOU\n');
    expect((await verify('TALLYIOU1:AAAA')).says).toBe('not valid: it cannot be read as an IOU\n');
    expect(await change((file) => void (file.terms['purpose'] = 'A car\u202e'))).toContain('terms: "purpose" is not as it has to be');
    expect(await change((file) => void (file.terms['due'] = '2027-02-30'))).toContain('terms: "due" is not as it has to be');
    expect(await change((file) => void (file.terms['currency'] = 'euro'))).toContain('terms: "currency" is not as it has to be');
  });
});
