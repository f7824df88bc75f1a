/** Exit code of a core that found its profile open elsewhere: starting it again would not help. */
export const PROFILE_IN_USE = 75;
