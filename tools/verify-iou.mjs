#!/usr/bin/env node
/** Says whether an IOU holds: `verify-iou.mjs FILE`, or with the text of its QR code. Needs Node 20 alone; see docs/iou-format.md. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
function demand(isRight, complaint) {
  if (!isRight) throw new RangeError(complaint);
}
const bytes = (hexadecimal) => Buffer.from(hexadecimal, 'hex');
const sha256 = (data) => createHash('sha256').update(data).digest();
const isSigned = (key, signature, data) => verify(null, data, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }, format: 'jwk' }), signature);
/** Deterministic CBOR (RFC 8949, 4.2) of what occurs here: whole numbers from 0 up, bytes, text, arrays. */
function begin(major, count) {
  const size = count < 24 ? 0 : count < 2 ** 8 ? 1 : count < 2 ** 16 ? 2 : count < 2 ** 32 ? 4 : 8;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(count));
  return Buffer.concat([Buffer.from([major * 32 + (size === 0 ? count : 24 + Math.log2(size))]), number.subarray(8 - size)]);
}
function cbor(value) {
  if (typeof value === 'number') return begin(0, value);
  if (typeof value === 'string') return Buffer.concat([begin(3, Buffer.byteLength(value)), Buffer.from(value)]);
  return Buffer.isBuffer(value) ? Buffer.concat([begin(2, value.length), value]) : Buffer.concat([begin(4, value.length), ...value.map(cbor)]);
}
const hex = (length) => (value) => typeof value === 'string' && new RegExp(`^[0-9a-f]{${2 * length}}$`).test(value);
const text = (value) => typeof value === 'string' && value !== '' && value.isWellFormed() && !/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(value);
const amount = (value) => Number.isSafeInteger(value) && value > 0;
const date = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && new Date(value).toJSON()?.startsWith(value) === true;
const object = (kinds) => (value) => typeof value === 'object' && value !== null && findWrong(value, kinds) === undefined;
/** The first field that is missing, or not of its kind, or has no business there: it is not signed. */
const findWrong = (value, kinds) => [...Object.keys(kinds), ...Object.keys(value)].find((name) => !Object.hasOwn(kinds, name) || !kinds[name](value[name]));
const PARTY = object({ root: hex(32), name: text });
const TERMS = { ledger: hex(16), nonce: hex(16), lender: PARTY, borrower: PARTY, amount, currency: (value) => text(value) && /^[A-Z]{3}$/.test(value), purpose: text, lent: date, due: date };
const SIGNER = object({ root: hex(32), device: hex(32), agreement: hex(32), certificate: hex(64) });
const HEAD = { action: text, after: (value) => Array.isArray(value) && value.every(hex(32)), at: (value) => amount(value) && value <= 8.64e15, signer: SIGNER, signature: hex(64) };
const DETAILS = { write: {}, sign: {}, decline: {}, void: {}, repay: { nonce: hex(16), amount, date }, confirm: { repayment: hex(32) } };
/** What some steps come to. Of confirmations given at the same time only those count that fit. */
function sumUp(terms, some) {
  const steps = [...some].sort((a, b) => a.depth - b.depth || (a.hash < b.hash ? -1 : 1));
  const by = (action, root) => steps.some((step) => step.action === action && step.signer.root === root);
  const both = (action) => by(action, terms.lender.root) && by(action, terms.borrower.root);
  const [confirmed, parts] = [new Set(), new Map(steps.map((step) => [step.hash, step.amount]))];
  let repaid = 0;
  for (const { action, repayment } of steps) {
    if (action !== 'confirm' || confirmed.has(repayment) || repaid + parts.get(repayment) > terms.amount) continue;
    confirmed.add(repayment);
    repaid += parts.get(repayment);
  }
  const early = steps.some(({ action }) => action === 'decline') ? 'declined' : by('sign', terms.borrower.root) ? 'signed by the borrower only' : 'written';
  const state = both('void') ? 'void' : !both('sign') ? early : repaid === 0 ? 'effective' : repaid < terms.amount ? 'partly repaid' : 'repaid';
  return { state, steps, by, parts, confirmed, repaid, isOwed: state === 'effective' || state === 'partly repaid' };
}
function isAllowed(terms, past, { action, signer: { root }, amount: part, repayment }) {
  const { state, steps, by, parts, confirmed, repaid, isOwed } = sumUp(terms, past);
  const [isLender, isBorrower] = [root === terms.lender.root, root === terms.borrower.root];
  if (!isLender && !isBorrower) return false;
  if (action === 'write' || steps.length === 0) return action === 'write' && steps.length === 0;
  if (action === 'sign' || action === 'decline') return (state === 'written' && isBorrower) || (state === 'signed by the borrower only' && isLender);
  if (action === 'void' || !isOwed) return isOwed && !by('void', root);
  return (action === 'repay' ? isBorrower && repaid + part <= terms.amount : isLender && !confirmed.has(repayment) && repaid + parts.get(repayment) <= terms.amount);
}
function check({ format, terms, steps, ...rest }) {
  demand(format === 'tallystick iou 1' && terms && Array.isArray(steps) && Object.keys(rest).length === 0, 'this is no IOU of this format');
  demand(!findWrong(terms, TERMS), `terms: "${findWrong(terms, TERMS)}" is not as it has to be`);
  const { ledger, nonce, lender, borrower, currency, purpose, lent, due } = terms;
  demand(lender.root !== borrower.root && lent <= due, 'terms: lender and borrower are the same, or it is due before it is lent');
  const iou = sha256(cbor(['tallystick iou 1', bytes(ledger), bytes(nonce), bytes(lender.root), lender.name, bytes(borrower.root), borrower.name, terms.amount, currency, purpose, lent, due]));
  const known = new Map();
  for (const [index, step] of steps.entries()) {
    const where = `step ${index + 1} (${Object.hasOwn(DETAILS, step?.action) ? step.action : 'unknown'})`;
    const wrong = findWrong(step ?? {}, { ...HEAD, ...DETAILS[step?.action] });
    demand(!wrong && Object.hasOwn(DETAILS, step.action), `${where}: "${wrong ?? 'action'}" is not as it has to be`);
    const [root, device, agreement, certificate] = ['root', 'device', 'agreement', 'certificate'].map((name) => bytes(step.signer[name]));
    demand(isSigned(root, certificate, cbor(['tallystick device 1', root, device, agreement])), `${where}: the certificate does not hold`);
    const details = step.action === 'repay' ? [bytes(step.nonce), step.amount, step.date] : step.action === 'confirm' ? [bytes(step.repayment)] : [];
    const signed = cbor(['tallystick iou step 1', iou, step.action, details, step.after.toSorted().map(bytes), step.at, root, device]);
    demand(isSigned(device, bytes(step.signature), signed), `${where}: the signature does not hold; the step or the terms were changed`);
    const before = step.after.map((one) => known.get(one));
    demand(before.every(Boolean), `${where}: it follows a step that is not here before it`);
    const past = new Set(before.flatMap((one) => [...one.past, one]));
    demand(past.size <= 500 && isAllowed(terms, past, step), `${where}: its signer may not do that after the steps it follows`);
    const counted = { ...step, hash: sha256(signed).toString('hex'), past, depth: Math.max(0, ...before.map(({ depth }) => depth + 1)) };
    known.set(counted.hash, counted);
  }
  demand(known.size > 0, 'there are no steps');
  const { state, repaid, steps: inOrder } = sumUp(terms, known.values());
  return [
    `valid: ${state}`, `${borrower.name} owes ${lender.name} ${terms.amount} minor units of ${currency}, lent ${lent}, due ${due}, for: ${purpose}`,
    `repaid and confirmed: ${repaid}`, `lender ${lender.root}`, `borrower ${borrower.root}`, `IOU ${iou.toString('hex')}`,
    ...inOrder.map(({ action, at, signer }) => `${new Date(at).toISOString()} ${action} by ${signer.root === lender.root ? lender.name : borrower.name}`),
  ];
}
try {
  const given = process.argv[2] ?? '';
  const packed = /^TALLYIOU1:([\w-]+)$/.exec(given.trim())?.[1];
  const content = packed ? inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: 2 ** 22 }).toString() : readFileSync(given, 'utf8');
  process.stdout.write(`${check(JSON.parse(content)).join('\n')}\n`);
} catch (error) {
  process.stdout.write(`not valid: ${error instanceof RangeError && !('code' in error) ? error.message : 'it cannot be read as an IOU'}\n`);
  process.exitCode = 1;
}
