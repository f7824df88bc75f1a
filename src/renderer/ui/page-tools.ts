import { createContext, type ReactNode } from 'react';

/** What the shell puts at the right end of every page's head. */
export const PageTools = createContext<ReactNode>(null);
