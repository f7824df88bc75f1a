import type { Dialect } from './dialect.ts';
export declare const automerge: Dialect;
