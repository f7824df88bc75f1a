/**
 * The operations about calls: part of the contract (api.ts). The core rings, agrees on keys and keeps the room at the relay
 * open; a screen has the microphone, the loudspeaker and the connections of WebRTC, and asks the relay's router through here.
 */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import { rootSchema } from '#domain/personal.ts';
import type * as views from './calls-views.ts';
import { call, watch } from './operation.ts';

const nothing = z.strictObject({});
/** `screen`: a random id that a window keeps. */
const here = { call: idSchema, screen: idSchema };
const which = z.strictObject({ call: idSchema });

export const callsApi = {
  'calls.state': watch<views.CallStateView>()(nothing),
  /**
   * Rings all devices of a member of a ledger; `with` null: the other one of a direct ledger. The caller makes the id. `about`: an
   * entry or an IOU of the ledger. `in_call`, `nobody_to_call`, `relay_away`, `calls_unavailable`.
   */
  'calls.start': call<null>()(z.strictObject({ ...here, ledger: idSchema, with: rootSchema.nullable(), about: idSchema.nullable() })),
  /** From a call that goes on already: this window takes it over. */
  'calls.answer': call<null>()(z.strictObject(here)),
  'calls.decline': call<null>()(which),
  'calls.hangUp': call<null>()(which),
  /** A call that is over is shown no more. */
  'calls.dismiss': call<null>()(which),
  /** What a call shows of me was explained on this device. */
  'calls.introduced': call<null>()(nothing),

  // For the window that has the microphone; `call_over` for any other one.
  'calls.media': watch<views.CallMediaView | null>()(z.strictObject(here)),
  /** What mediasoup-client's `device.load` takes. */
  'calls.router': call<{ rtpCapabilities: z.core.util.JSONType }>()(z.strictObject(here)),
  /** `call_over` before the keys are agreed. */
  'calls.keys': call<views.CallKeysView>()(z.strictObject(here)),
  /** A request of #sync/protocol/media.ts, and its answer. */
  'calls.ask': call<z.core.util.JSONType>()(z.strictObject({ ...here, request: z.record(z.string(), z.json()) })),
  /** Whether the other side can be heard; or why the sound cannot be made at all. */
  'calls.report': call<null>()(
    z.strictObject({ ...here, isUp: z.boolean(), problem: z.enum(['microphone_refused', 'microphone_missing', 'call_failed']).nullable() }),
  ),
} as const;
