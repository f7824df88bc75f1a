/** Looks for thousands of patterns in gigabytes at once. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Needle } from './needles.ts';

export interface Hit {
  readonly needle: string;
  readonly spelling: string;
  /** Where: a file, a direction of the traffic, a stretch of memory. */
  readonly place: string;
}

interface Pattern {
  readonly needle: string;
  readonly spelling: string;
  readonly bytes: Buffer;
}

export interface Search {
  /** Searches bytes that come in pieces: what lies across two of them is found as well. */
  stream(place: string): (piece: Uint8Array) => void;
  searchBytes(place: string, bytes: Uint8Array): void;
  /** All files of a folder and of those in it. */
  searchFolder(folder: string): void;
  /** Each pattern once for each place. */
  hits(): Hit[];
  /** How much was looked through, in bytes. */
  searched(): number;
}

/** A pattern is recognized by its first four bytes; a table of bits tells quickly where none begins. */
const TABLE_BITS = 24;
const LEAST_BYTES = 6;
const PIECE_BYTES = 4 * 1024 * 1024;

export function createSearch(needles: readonly Needle[]): Search {
  const table = new Uint8Array(2 ** (TABLE_BITS - 3));
  const byStart = new Map<number, Pattern[]>();
  let longest = 0;
  for (const { name, spellings } of needles) {
    for (const { spelling, bytes } of spellings) {
      if (bytes.length < LEAST_BYTES) throw new RangeError(`${name} (${spelling}) is too short to be known by it`);
      const pattern = { needle: name, spelling, bytes: Buffer.from(bytes) };
      const start = pattern.bytes.readUInt32LE(0);
      const slot = Math.imul(start, 0x9e3779b1) >>> (32 - TABLE_BITS);
      table[slot >>> 3]! |= 1 << (slot & 7);
      byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
      longest = Math.max(longest, bytes.length);
    }
  }
  const found = new Map<string, Hit>();
  let searched = 0;

  function look(place: string, bytes: Buffer): void {
    const end = bytes.length - 3;
    let start = end > 0 ? (bytes[0]! << 8) | (bytes[1]! << 16) | (bytes[2]! << 24) : 0;
    for (let at = 0; at < end; at += 1) {
      start = (start >>> 8) | (bytes[at + 3]! << 24);
      const slot = Math.imul(start, 0x9e3779b1) >>> (32 - TABLE_BITS);
      if ((table[slot >>> 3]! & (1 << (slot & 7))) === 0) continue;
      for (const { needle, spelling, bytes: wanted } of byStart.get(start >>> 0) ?? []) {
        const isWhole = at + wanted.length <= bytes.length && bytes.compare(wanted, 0, wanted.length, at, at + wanted.length) === 0;
        if (isWhole) found.set(`${needle}/${spelling}/${place}`, { needle, spelling, place });
      }
    }
  }

  function stream(place: string): (piece: Uint8Array) => void {
    let before = Buffer.alloc(0);
    return (piece) => {
      searched += piece.length;
      const whole = Buffer.concat([before, piece]);
      look(place, whole);
      before = Buffer.from(whole.subarray(Math.max(0, whole.length - longest + 1)));
    };
  }

  function searchFile(place: string, path: string): void {
    const next = stream(place);
    const file = openSync(path, 'r');
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) next(piece.subarray(0, read));
    closeSync(file);
  }

  return {
    stream,
    searchBytes: (place, bytes) => stream(place)(bytes),
    searchFolder(folder) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        // What a database removes while we look is not there any more.
        const stat = statSync(join(folder, name), { throwIfNoEntry: false });
        if (stat?.isFile()) searchFile(name, join(folder, name));
      }
    },
    hits: () => [...found.values()],
    searched: () => searched,
  };
}
