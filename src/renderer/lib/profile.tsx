import { createContext, use } from 'react';
import type { ProfileView } from '#contract/views.ts';

const ProfileContext = createContext<ProfileView | undefined>(undefined);

export const ProfileProvider = ProfileContext;

/** Who I am on this device and how the app is to look. Only below the point where the profile is known. */
export function useProfile(): ProfileView {
  const profile = use(ProfileContext);
  if (!profile) throw new Error('a component asked for the profile before it was known');
  return profile;
}

/** The same, where the profile may not be known yet. */
export const useProfileIfKnown = (): ProfileView | undefined => use(ProfileContext);
