import {
  IconArrowsExchange, IconBabyCarriage, IconBed, IconBolt, IconBook, IconBuildingBank, IconBus, IconCash, IconDots, IconGift, IconHeartbeat,
  IconHomeDollar, IconMovie, IconPaw, IconPercentage, IconPlane, IconShirt, IconShoppingCart, IconSofa, IconTag, IconToolsKitchen2, IconUmbrella, type Icon,
} from '@tabler/icons-react';
import { useCallback } from 'react';
import { CATEGORIES, type EntryKind } from '#domain/entry.ts';
import { useWords } from '#renderer/words/use-words.ts';

type Category = (typeof CATEGORIES)[number];

const ICONS: Record<Category, Icon> = {
  groceries: IconShoppingCart, dining: IconToolsKitchen2, household: IconSofa, rent: IconHomeDollar, utilities: IconBolt, transport: IconBus,
  travel: IconPlane, lodging: IconBed, entertainment: IconMovie, health: IconHeartbeat, clothing: IconShirt, gifts: IconGift, education: IconBook,
  children: IconBabyCarriage, pets: IconPaw, insurance: IconUmbrella, taxes: IconBuildingBank, salary: IconCash, interest: IconPercentage, general: IconDots,
};

export const isBuiltInCategory = (category: string): category is Category => CATEGORIES.some((one) => one === category);

/** The word for a category: a built-in one in the current language, any other as its people wrote it. */
export function useCategoryName(): (category: string) => string {
  const say = useWords('categories');
  return useCallback((category) => (isBuiltInCategory(category) ? say(category) : category), [say]);
}

interface CategoryIconProps {
  category: string;
  /** A transfer or settlement has its own picture, whatever its category. */
  kind?: EntryKind;
  size?: number;
}

/** The picture of a category; the words stand beside it. */
export function CategoryIcon({ category, kind, size = 18 }: CategoryIconProps) {
  const Picture = kind === 'transfer' || kind === 'settlement' ? IconArrowsExchange : isBuiltInCategory(category) ? ICONS[category] : IconTag;
  return <Picture size={size} stroke={1.6} aria-hidden />;
}
