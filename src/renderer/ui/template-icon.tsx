import { IconBook2, IconHeart, IconHome, IconCreditCard, IconMessages, IconPlane, IconBuildingStore, IconUser, IconUsers, IconUsersGroup, type Icon } from '@tabler/icons-react';
import type { Template } from '#domain/revision.ts';

const ICONS: Record<Template, Icon> = {
  couple: IconHeart, roommates: IconHome, family: IconUsers, trip: IconPlane, club: IconUsersGroup, plain: IconBook2, shop: IconBuildingStore, tab: IconCreditCard, personal: IconUser, direct: IconMessages,
};

/** The picture of a ledger's kind; the words beside it say the same. */
export function TemplateIcon({ template, size = 20 }: { template: Template; size?: number }) {
  const Picture = ICONS[template];
  return <Picture size={size} stroke={1.6} aria-hidden />;
}
