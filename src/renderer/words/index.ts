/**
 * Every word on the screen, in every language. A feature keeps its own words beside it and is listed here; its Chinese
 * must have exactly the keys of its English. Messages are ICU MessageFormat.
 */
import i18next from 'i18next';
import Icu from 'i18next-icu';
import { initReactI18next } from 'react-i18next';
import type { ProfileView } from '#contract/views.ts';
import * as attachments from '#renderer/features/attachments/words.ts';
import * as balances from '#renderer/features/balances/words.ts';
import * as backup from '#renderer/features/backup/words.ts';
import * as calls from '#renderer/features/calls/words.ts';
import * as charts from '#renderer/features/charts/words.ts';
import * as chat from '#renderer/features/chat/words.ts';
import * as contacts from '#renderer/features/contacts/words.ts';
import * as counter from '#renderer/features/counter/words.ts';
import * as devices from '#renderer/features/devices/words.ts';
import * as entries from '#renderer/features/entries/words.ts';
import * as identity from '#renderer/features/identity/words.ts';
import * as ious from '#renderer/features/ious/words.ts';
import * as imports from '#renderer/features/imports/words.ts';
import * as ledger from '#renderer/features/ledger/words.ts';
import * as members from '#renderer/features/members/words.ts';
import * as palette from '#renderer/features/palette/words.ts';
import * as people from '#renderer/features/people/words.ts';
import * as relaySees from '#renderer/features/relay-sees/words.ts';
import * as settings from '#renderer/features/settings/words.ts';
import * as sharing from '#renderer/features/sharing/words.ts';
import * as shell from '#renderer/features/shell/words.ts';
import * as start from '#renderer/features/start/words.ts';
import * as sync from '#renderer/features/sync/words.ts';
import * as categories from '#renderer/ui/category-words.ts';
import * as errors from '#renderer/ui/error-words.ts';
import * as ui from '#renderer/ui/words.ts';

export const words = {
  ui, categories, errors, start, shell, ledger, entries, palette, settings, balances, charts, imports, people, members, contacts, sharing, sync,
  identity, devices, backup, counter, relaySees, ious, calls, chat, attachments,
} as const;

export type Namespace = keyof typeof words;
export type Language = ProfileView['language'];
export const LANGUAGES: readonly { language: Language; name: string }[] = [
  { language: 'en', name: 'English' },
  { language: 'zh-CN', name: '简体中文' },
];

export type WordKey<N extends Namespace> = keyof (typeof words)[N]['en'] & string;
/** Says a message of a namespace, with what its placeholders stand for. */
export type Say<N extends Namespace> = (key: WordKey<N>, values?: Readonly<Record<string, string | number | null>>) => string;

const namespaces = Object.keys(words) as Namespace[];
const resourcesOf = (language: 'en' | 'zhCN') => Object.fromEntries(namespaces.map((name) => [name, words[name][language]]));

/** Loads all words; the language is one of LANGUAGES. */
export function startWords(language: Language): void {
  void i18next.use(new Icu()).use(initReactI18next).init({
    resources: { en: resourcesOf('en'), 'zh-CN': resourcesOf('zhCN') },
    lng: language,
    fallbackLng: 'en',
    ns: namespaces,
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
}

/** Switches every word on the screen at once. */
export function speak(language: Language): void {
  document.documentElement.lang = language;
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

/** The language of the machine, as far as we speak it. */
export const preferredLanguage = (): Language => (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');
