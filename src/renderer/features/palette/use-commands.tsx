import {
  IconAddressBook, IconBook2, IconChartPie, IconCloudUp, IconDevices, IconDownload, IconEye, IconEyeOff, IconFileImport, IconKeyboard, IconLanguage, IconPalette, IconPlus,
  IconMessageCircle, IconPhone, IconScale, IconSettings, IconSun, IconUser, IconUserCircle, IconUsers, IconWritingSign,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LedgerSummaryView } from '#contract/views.ts';
import { wishCall } from '#renderer/features/calls/call-store.ts';
import { useCallable } from '#renderer/features/calls/use-callable.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { useProfile } from '#renderer/lib/profile.tsx';
import { ledgerToRoute, navigate, useRoute } from '#renderer/lib/route.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { LANGUAGES, speak } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { FoundPerson } from './use-finds.ts';

export interface Command {
  id: string;
  label: string;
  description?: string;
  icon: ReactNode;
  /** Other words it is found by. */
  keywords?: string;
  run(): void;
}

export interface CommandGroup {
  title: string;
  commands: Command[];
}

/** Everything the palette can do besides finding entries, the ledger one is in first. */
export function useCommands(ledgers: readonly LedgerSummaryView[], people: readonly FoundPerson[], onShowShortcuts: () => void): CommandGroup[] {
  const say = useWords('palette');
  const sayCalls = useWords('calls');
  const callable = useCallable(null) ?? [];
  const { hideAmounts } = useProfile();
  const update = useCall('profile.update');
  const route = useRoute();
  const here = route.page === 'ledger' ? route.ledger : undefined;
  const sorted = ledgers.toSorted((a, b) => Number(b.id === here) - Number(a.id === here));
  const size = 18;

  return [
    {
      title: say('actions'),
      commands: [
        ...sorted.filter(mayWrite).map((ledger): Command => ({
          id: `new ${ledger.id}`, label: say('newEntry', { ledger: ledger.name }), icon: <IconPlus size={size} aria-hidden />, keywords: 'add expense income transfer 记账',
          run: () => openEntryForm({ ledger: ledger.id }),
        })),
        ...callable.map(({ ledger, root, name }): Command => ({
          id: `call ${root}`, label: sayCalls('callName', { name }), icon: <IconPhone size={size} aria-hidden />, keywords: 'phone ring voice 电话 通话',
          run: () => wishCall({ ledger, with: root, about: null }),
        })),
        { id: 'write iou', label: say('writeIou'), icon: <IconWritingSign size={size} aria-hidden />, keywords: 'loan lend borrow owe debt 借据 借款 欠条', run: () => navigate({ page: 'write-iou' }) },
        { id: 'new ledger', label: say('newLedger'), icon: <IconPlus size={size} aria-hidden />, keywords: 'group create 账本', run: () => navigate({ page: 'new' }) },
        { id: 'join', label: say('join'), icon: <IconDownload size={size} aria-hidden />, keywords: 'invite code link 邀请', run: () => navigate({ page: 'join' }) },
        { id: 'import', label: say('import'), icon: <IconFileImport size={size} aria-hidden />, keywords: 'splitwise csv', run: () => navigate({ page: 'import' }) },
        {
          id: 'hide', label: say(hideAmounts ? 'showAmounts' : 'hideAmounts'), icon: <IconEye size={size} aria-hidden />, keywords: 'privacy 隐私',
          run: () => void update.run({ hideAmounts: !hideAmounts }),
        },
        { id: 'shortcuts', label: say('shortcuts'), icon: <IconKeyboard size={size} aria-hidden />, keywords: 'keys help 帮助', run: onShowShortcuts },
        ...(['light', 'dark', 'auto'] as const).map((theme): Command => ({
          id: `theme ${theme}`, label: say(`theme_${theme}`), icon: <IconPalette size={size} aria-hidden />, keywords: 'theme 主题', run: () => void update.run({ theme }),
        })),
        ...LANGUAGES.map(({ language, name }): Command => ({
          id: `language ${language}`, label: say('language', { language: name }), icon: <IconLanguage size={size} aria-hidden />, keywords: 'language 语言 english chinese 中文',
          run: () => {
            speak(language);
            void update.run({ language });
          },
        })),
      ],
    },
    {
      title: say('goTo'),
      commands: [
        { id: 'today', label: say('today'), icon: <IconSun size={size} aria-hidden />, keywords: 'home 首页', run: () => navigate({ page: 'today' }) },
        { id: 'chats', label: say('chats'), icon: <IconMessageCircle size={size} aria-hidden />, keywords: 'messages talk write 消息 发消息', run: () => navigate({ page: 'chats' }) },
        { id: 'ious', label: say('ious'), icon: <IconWritingSign size={size} aria-hidden />, keywords: 'loan debt due 借条 到期', run: () => navigate({ page: 'ious' }) },
        { id: 'contacts', label: say('contacts'), icon: <IconAddressBook size={size} aria-hidden />, keywords: 'people safety words petname friends 安全词 朋友', run: () => navigate({ page: 'contacts' }) },
        { id: 'settings', label: say('settings'), icon: <IconSettings size={size} aria-hidden />, keywords: 'language theme preferences 语言 主题', run: () => navigate({ page: 'settings' }) },
        { id: 'me', label: say('me'), icon: <IconUserCircle size={size} aria-hidden />, keywords: 'name picture real name recovery words phrase backup 名字 头像 恢复词 备份', run: () => navigate({ page: 'me' }) },
        { id: 'devices', label: say('devices'), icon: <IconDevices size={size} aria-hidden />, keywords: 'pair add revoke lost 配对 添加 吊销 丢失', run: () => navigate({ page: 'devices' }) },
        { id: 'sync', label: say('sync'), icon: <IconCloudUp size={size} aria-hidden />, keywords: 'offline pause queue nearby file usb 离线 暂停 附近 文件', run: () => navigate({ page: 'sync' }) },
        { id: 'relay', label: say('relaySees'), icon: <IconEyeOff size={size} aria-hidden />, keywords: 'privacy blind pseudonym 隐私 化名', run: () => navigate({ page: 'relay' }) },
      ],
    },
    {
      title: say('ledgers'),
      commands: sorted.flatMap((ledger): Command[] => [
        { id: `ledger ${ledger.id}`, label: ledger.name, icon: <IconBook2 size={size} aria-hidden />, run: () => navigate(ledgerToRoute(ledger)) },
        {
          id: `balances ${ledger.id}`, label: say('settleIn', { ledger: ledger.name }), icon: <IconScale size={size} aria-hidden />, keywords: 'settle debts 还款',
          run: () => navigate({ page: 'ledger', ledger: ledger.id, tab: 'balances' }),
        },
        {
          id: `charts ${ledger.id}`, label: say('chartsOf', { ledger: ledger.name }), icon: <IconChartPie size={size} aria-hidden />, keywords: 'statistics 统计',
          run: () => navigate({ page: 'ledger', ledger: ledger.id, tab: 'charts' }),
        },
        {
          id: `members ${ledger.id}`, label: say('membersOf', { ledger: ledger.name }), icon: <IconUsers size={size} aria-hidden />, keywords: 'roles owner admin viewer remove leave invite 角色 邀请 退出',
          run: () => navigate({ page: 'ledger', ledger: ledger.id, tab: 'members' }),
        },
      ]),
    },
    {
      title: say('people'),
      commands: people.map(({ ledger, person }): Command => ({
        id: `person ${ledger.id} ${person.id}`, label: person.name, description: say('personIn', { ledger: ledger.name }),
        icon: <IconUser size={size} aria-hidden />,
        run: () => navigate({ page: 'ledger', ledger: ledger.id, tab: 'entries', filter: { person: person.id } }),
      })),
    },
  ];
}
