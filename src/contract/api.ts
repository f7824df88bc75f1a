/**
 * Every operation a screen, a script or a test may ask of the core. `call` changes or computes something once;
 * `watch` answers with a view now and again whenever it changes, always before the reply to the call that changed it.
 * Inputs are parsed with these schemas in the core; nothing that is not named here can be called.
 */
import { z } from 'zod';
import { localDateSchema } from '#domain/date.ts';
import { entryDraftSchema, entryKindSchema } from '#domain/entry.ts';
import { idSchema } from '#domain/ids.ts';
import { amountSchema, currencySchema } from '#domain/money.ts';
import { offeredTemplateSchema } from '#domain/revision.ts';
import { lineSchema, nameSchema, noteSchema } from '#domain/text.ts';
import { attachmentsApi } from './attachments-api.ts';
import { iousApi } from './ious-api.ts';
import { callsApi } from './calls-api.ts';
import { counterApi } from './counter-api.ts';
import { chatApi } from './chat-api.ts';
import { call, watch } from './operation.ts';
import { peopleApi, roleSchema } from './people-api.ts';
import type * as views from './views.ts';

const nothing = z.strictObject({});
const ledger = z.strictObject({ ledger: idSchema });
const languageSchema = z.enum(['en', 'zh-CN']);

export const entryFilterSchema = z.strictObject({
  text: lineSchema.optional(),
  /** Also ids of built-in categories. */
  category: lineSchema.optional(),
  /** Entries in which this person paid or has a share. */
  person: idSchema.optional(),
  kind: entryKindSchema.optional(),
  currency: currencySchema.optional(),
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
  only: z.enum(['active', 'void', 'conflict', 'waiting']).optional(),
});
export type EntryFilter = z.infer<typeof entryFilterSchema>;

const page = { offset: z.number().int().min(0).max(10_000_000), limit: z.number().int().min(1).max(500) };

export const api = {
  // Who I am on this device, and how the app looks.
  'profile.get': watch<views.ProfileView>()(nothing),
  'profile.setUp': call<null>()(z.strictObject({ name: nameSchema, language: languageSchema })),
  'profile.update': call<null>()(
    z.strictObject({
      name: nameSchema.optional(),
      language: languageSchema.optional(),
      theme: z.enum(['light', 'dark', 'auto']).optional(),
      hideAmounts: z.boolean().optional(),
      deviceName: nameSchema.optional(),
    }),
  ),
  /** The way out of a damaged store: sets the file aside, reads what can be read into a new one, fills up from the relay. */
  'profile.salvage': call<{ ledgers: number; entries: number; setAside: string }>()(nothing),

  'ledgers.list': watch<views.LedgerSummaryView[]>()(nothing),
  /** Null where there is no such ledger. */
  'ledgers.get': watch<views.LedgerView | null>()(ledger),
  'ledgers.create': call<{ ledger: string; me: string }>()(
    z.strictObject({ name: nameSchema, template: offeredTemplateSchema, currency: currencySchema, people: z.array(nameSchema).max(60) }),
  ),
  'ledgers.update': call<null>()(
    z.strictObject({ ledger: idSchema, name: nameSchema.optional(), currency: currencySchema.optional(), simplify: z.boolean().optional() }),
  ),
  /** A hash over everything the ledger's documents hold: equal on two devices when they hold the same. */
  'ledgers.stateHash': call<{ hash: string; revisions: number }>()(ledger),

  'people.add': call<{ person: string }>()(z.strictObject({ ledger: idSchema, name: nameSchema })),
  'people.rename': call<null>()(z.strictObject({ ledger: idSchema, person: idSchema, name: nameSchema })),
  /** An archived person is proposed no more; refused with person_in_use while their balance is not zero. */
  'people.archive': call<null>()(z.strictObject({ ledger: idSchema, person: idSchema, archived: z.boolean() })),
  /** This device is in this person's hands from now on. What was written before stays written by whom it was. */
  'people.claim': call<null>()(z.strictObject({ ledger: idSchema, person: idSchema })),
  /** The same for somebody who is new to the book. */
  'people.enter': call<{ person: string }>()(z.strictObject({ ledger: idSchema, name: nameSchema })),

  'entries.page': watch<views.EntryPageView>()(z.strictObject({ ledger: idSchema, ...page, filter: entryFilterSchema.optional() })),
  /** Null where there is no such entry. */
  'entries.get': watch<views.EntryView | null>()(z.strictObject({ ledger: idSchema, entry: idSchema })),
  /** Entries and messages over all ledgers, at most `limit` of each; every word must occur (prefixes count). */
  'entries.search': call<views.SearchView>()(z.strictObject({ text: lineSchema, limit: z.number().int().min(1).max(100) })),
  /** The caller makes the id, so that a repeated call adds nothing; the odd unit of the split follows from it. */
  'entries.add': call<{ revision: string }>()(z.strictObject({ ledger: idSchema, entry: idSchema, draft: entryDraftSchema })),
  /** `prev`: the revisions the person saw. A revision they did not see becomes a conflict, not a loss. */
  'entries.edit': call<{ revision: string }>()(
    z.strictObject({ ledger: idSchema, entry: idSchema, prev: z.array(idSchema).min(1).max(64), draft: entryDraftSchema }),
  ),
  'entries.void': call<null>()(z.strictObject({ ledger: idSchema, entry: idSchema })),
  'entries.restore': call<null>()(z.strictObject({ ledger: idSchema, entry: idSchema })),
  /** Ends a conflict in favour of one of its versions. */
  'entries.resolve': call<null>()(z.strictObject({ ledger: idSchema, entry: idSchema, revision: idSchema })),
  'entries.undo': call<null>()(ledger),
  'entries.redo': call<null>()(ledger),

  'balances.get': watch<views.BalancesView>()(ledger),
  'balances.explain': watch<views.ExplanationView>()(
    z.strictObject({ ledger: idSchema, person: idSchema, currency: currencySchema, ...page }),
  ),
  'settlements.record': call<{ entry: string }>()(
    z.strictObject({
      ledger: idSchema, entry: idSchema, from: idSchema, to: idSchema, amount: amountSchema, currency: currencySchema,
      date: localDateSchema, note: noteSchema,
    }),
  ),

  'charts.get': watch<views.ChartsView>()(
    z.strictObject({ ledger: idSchema, currency: currencySchema, from: localDateSchema, to: localDateSchema }),
  ),

  /** `content`: the file, base64, at most 32 MiB. `ledger` null: into a new one. Nothing is written. */
  'imports.preview': call<views.ImportPreviewView>()(
    z.strictObject({ ledger: idSchema.nullable(), name: lineSchema, content: z.string().max(45_000_000) }),
  ),
  'imports.progress': watch<views.ImportProgressView>()(nothing),
  /**
   * Writes all or nothing. `people` says who each name of the file is: a person of the ledger, or null for a new one.
   * `me` is the name that is me (needed for a new ledger). With problems in the file it wants `withoutProblems: true`.
   */
  'imports.commit': call<{ ledger: string; added: number; known: number }>()(
    z.strictObject({
      import: idSchema,
      into: z.union([
        z.strictObject({ ledger: idSchema }),
        z.strictObject({ name: nameSchema, template: offeredTemplateSchema, currency: currencySchema, me: nameSchema.nullable() }),
      ]),
      people: z.array(z.strictObject({ name: nameSchema, person: idSchema.nullable() })).max(100),
      withoutProblems: z.boolean(),
    }),
  ),
  'imports.cancel': call<null>()(nothing),

  /** `history`: whether whoever comes sees what was before them. `days`: how long the link is good for, by the relay's clock. */
  'sharing.invite': call<views.InviteView>()(
    z.strictObject({
      ledger: idSchema,
      role: roleSchema.exclude(['owner']).default('editor'),
      history: z.enum(['start', 'joining']).default('start'),
      uses: z.number().int().min(1).max(100).default(20),
      days: z.number().int().min(1).max(90).default(7),
    }),
  ),
  /** `invite`: a link or a code, as pasted or typed. Asks the relay for the ledger's name and people. */
  'sharing.open': call<views.InvitePreviewView>()(z.strictObject({ invite: z.string().max(2_000) })),
  /** `ticket`: what sharing.open gave, or the link itself. */
  'sharing.join': call<{ ledger: string; me: string | null }>()(
    // Null: nobody in the book, only somebody who looks on (a viewer).
    z.strictObject({ ticket: z.union([idSchema, z.string().max(2_000).regex(/^\s*tallystick:/i)]), as: z.union([z.strictObject({ person: idSchema }), z.strictObject({ name: nameSchema })]).nullable() }),
  ),

  'sync.state': watch<views.SyncView>()(nothing),
  /** `ws://` or `wss://`; null for none. */
  'sync.setRelay': call<null>()(z.strictObject({ url: z.string().max(500).nullable() })),
  /** Paused: work offline on purpose. */
  'sync.setPaused': call<null>()(z.strictObject({ paused: z.boolean() })),
  'sync.quarantine': watch<views.QuarantineView>()(nothing),

  ...attachmentsApi,
  ...callsApi,
  ...iousApi,
  ...peopleApi,
  ...chatApi,
  ...counterApi,
} as const;

export type Api = typeof api;
export type Operation = keyof Api;
export type CallName = { [K in Operation]: Api[K]['kind'] extends 'call' ? K : never }[Operation];
export type WatchName = { [K in Operation]: Api[K]['kind'] extends 'watch' ? K : never }[Operation];
export type Input<K extends Operation> = z.input<Api[K]['input']>;
export type Output<K extends Operation> = Exclude<Api[K]['output'], undefined>;
