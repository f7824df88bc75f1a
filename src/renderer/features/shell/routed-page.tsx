import { ChatsPage } from '#renderer/features/chat/chats-page.tsx';
import { ThingPage } from '#renderer/features/chat/thing-page.tsx';
import { ContactsPage } from '#renderer/features/contacts/contacts-page.tsx';
import { CounterPage } from '#renderer/features/counter/counter-page.tsx';
import { DevicesPage } from '#renderer/features/devices/devices-page.tsx';
import { MePage } from '#renderer/features/identity/me-page.tsx';
import { IousPage } from '#renderer/features/ious/ious-page.tsx';
import { WriteIouPage } from '#renderer/features/ious/write-iou-page.tsx';
import { ImportPage } from '#renderer/features/imports/import-page.tsx';
import { LedgerPage } from '#renderer/features/ledger/ledger-page.tsx';
import { NewLedgerPage } from '#renderer/features/ledger/new-ledger-page.tsx';
import { RelaySeesPage } from '#renderer/features/relay-sees/relay-sees-page.tsx';
import { SettingsPage } from '#renderer/features/settings/settings-page.tsx';
import { JoinPage } from '#renderer/features/sharing/join-page.tsx';
import { SyncPage } from '#renderer/features/sync/sync-page.tsx';
import { useRoute } from '#renderer/lib/route.ts';
import { TodayPage } from './today-page.tsx';

/** The page the address names. */
export function RoutedPage() {
  const route = useRoute();
  switch (route.page) {
    case 'ledger':
      // Another ledger is another page: nothing of the one before stays.
      return <LedgerPage key={route.ledger} route={route} />;
    case 'counter':
      return <CounterPage key={route.shop} route={route} />;
    case 'new':
      return <NewLedgerPage />;
    case 'join':
      return <JoinPage {...(route.invite !== undefined && { invite: route.invite })} />;
    case 'thing':
      return <ThingPage ledger={route.ledger} thing={route.thing} message={route.message} />;
    case 'chats':
      return <ChatsPage ledger={route.ledger} message={route.message} />;
    case 'contacts':
      return <ContactsPage {...(route.contact !== undefined && { contact: route.contact })} />;
    case 'ious':
      return <IousPage ledger={route.ledger} iou={route.iou} message={route.message} />;
    case 'write-iou':
      return <WriteIouPage key={`${route.with} ${route.ledger}`} with={route.with} ledger={route.ledger} />;
    case 'import':
      return <ImportPage ledgerId={route.ledger ?? null} />;
    case 'settings':
      return <SettingsPage />;
    case 'me':
      return <MePage />;
    case 'devices':
      return <DevicesPage />;
    case 'sync':
      return <SyncPage />;
    case 'relay':
      return <RelaySeesPage />;
    case 'today':
      return <TodayPage />;
    default:
      return route satisfies never;
  }
}
