import type { Dialect } from './dialect.ts';
export declare const hocuspocus: Dialect;
export declare const hocuspocusDurable: Dialect;
