/** An IOU for somebody without this program: docs/iou-format.md. */
import { deflateRawSync } from 'node:zlib';
import type { IouExportView } from '#contract/ious-views.ts';
import type { Iou, IouStep } from '#domain/iou-rules.ts';
import type { IouHash } from '#domain/iou.ts';

/** Characters of a code that a telephone still reads from a screen well, and of the largest there is (ISO/IEC 18004, 40-L, bytes). */
const GOOD_QR = 1_800;
const MAXIMUM_QR = 2_953;

function stepsToText({ terms }: Iou, steps: readonly IouStep[], indent: number): string {
  const shown = steps.map(({ body: { iou: _iou, ...step } }) => {
    if (step.action !== 'write') return step;
    const { terms: _terms, ...rest } = step;
    return rest;
  });
  return JSON.stringify({ format: 'tallystick iou 1', terms, steps: shown }, null, indent);
}

/** A step and all that it rests on. */
function lineTo(steps: readonly IouStep[], last: IouStep): IouStep[] {
  const needed = new Set<IouHash>([last.hash]);
  for (const { hash, body } of steps.toReversed()) if (needed.has(hash)) for (const before of body.after) needed.add(before);
  return steps.filter(({ hash }) => needed.has(hash));
}

const pack = (text: string): string => `TALLYIOU1:${deflateRawSync(text, { level: 9 }).toString('base64url')}`;

/** `thing` names the file. The code holds all steps where they fit, otherwise the agreement: what both signed. */
export function exportIou(thing: string, iou: Iou): IouExportView {
  const { steps, terms } = iou;
  const whole = pack(stepsToText(iou, steps, 0));
  const agreed = steps.find(({ body }) => body.action === 'sign' && body.signer.root === terms.lender.root);
  const qrIsWhole = whole.length <= GOOD_QR || !agreed;
  const qr = qrIsWhole ? whole : pack(stepsToText(iou, lineTo(steps, agreed), 0));
  return {
    name: `iou-${terms.lent}-${thing.slice(0, 8)}.tallyiou`,
    content: `${stepsToText(iou, steps, 2)}\n`,
    qr: qr.length <= MAXIMUM_QR ? qr : null,
    qrIsWhole,
  };
}
