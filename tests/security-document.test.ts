/** docs/security.md promises by naming tests: each of them has to be there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { api } from '#contract/api.ts';

const root = new URL('../', import.meta.url);
const text = readFileSync(new URL('docs/security.md', root), 'utf8');
const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, one = '']) => one);

it('every test that the threat model names is there, and every operation', () => {
  const files = quoted.filter((one) => one.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  const operations = quoted.filter((one) => /^(?:sync|members|devices|files)\.\w+$/.test(one));
  expect(operations.filter((operation) => !(operation in api))).toEqual([]);
});
