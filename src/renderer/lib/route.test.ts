import { expect, it } from 'vitest';
import { hashToRoute, routeToHash, type Route } from './route.ts';

const ledger = '0123456789abcdef0123456789abcdef';

it.each<Route>([
  { page: 'today' },
  { page: 'new' },
  { page: 'settings' },
  { page: 'me' },
  { page: 'devices' },
  { page: 'sync' },
  { page: 'contacts' },
  { page: 'contacts', contact: ledger + ledger },
  { page: 'ledger', ledger, tab: 'members' },
  { page: 'ledger', ledger, tab: 'chat', message: ledger },
  { page: 'ledger', ledger, tab: 'entries', entry: ledger, message: ledger },
  { page: 'chats' },
  { page: 'thing', ledger, thing: ledger },
  { page: 'thing', ledger, thing: ledger, message: ledger },
  { page: 'ious', ledger, iou: ledger, message: ledger },
  { page: 'chats', ledger },
  { page: 'chats', ledger, message: ledger },
  { page: 'ious' },
  { page: 'ious', ledger, iou: ledger },
  { page: 'write-iou' },
  { page: 'write-iou', with: ledger + ledger },
  { page: 'write-iou', ledger },
  { page: 'relay' },
  { page: 'import' },
  { page: 'import', ledger },
  { page: 'join' },
  { page: 'join', invite: 'tallystick://join/a/b?c=d#e%20f' },
  { page: 'ledger', ledger, tab: 'balances' },
  { page: 'ledger', ledger, tab: 'entries', entry: ledger, filter: { text: '火锅 & co', only: 'conflict', kind: 'refund', from: '2026-01-01' } },
])('keeps a route through its address', (route) => expect(hashToRoute(routeToHash(route))).toMatchObject(route));

it.each(['', '#', '#/', '#/nowhere', '#/ledger', '#/%'])('takes %j for today', (hash) => expect(hashToRoute(hash)).toEqual({ page: 'today' }));

it('drops what no filter can be', () => {
  expect(hashToRoute(`#/ledger/${ledger}/nothing?kind=loan&only=mine&currency=EUR`)).toMatchObject({ tab: 'entries', filter: { currency: 'EUR' } });
  expect(hashToRoute(`#/ledger/${ledger}/entries?kind=loan`)).toMatchObject({ filter: undefined });
});
