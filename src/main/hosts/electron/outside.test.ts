import { beforeEach, expect, it } from 'vitest';
import { createWayOut, readWebAddress, type WayOut } from './outside.ts';

let opened: string[];
let time: number;
let way: WayOut;
beforeEach(() => {
  [opened, time] = [[], 1_000_000];
  way = createWayOut({ now: () => time, open: (address) => opened.push(address) });
});

it('opens one address for each press, and none long after it', () => {
  way.ask('https://example.org/never-pressed');
  way.pressed();
  way.ask('https://example.org/one');
  way.ask('https://example.org/two');
  way.pressed();
  time += 2_001;
  way.ask('https://example.org/late');
  expect(opened).toEqual(['https://example.org/one']);
});

it.each(['file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'smb://host/share', 'ms-settings:', 'https://name:word@example.org/', 'app://tallystick/', `https://example.org/${'x'.repeat(4_000)}`, ''])(
  'gives nothing but the web to the system: %s',
  (address) => {
    expect(readWebAddress(address)).toBeNull();
    way.pressed();
    way.ask(address);
    expect(opened).toEqual([]);
  },
);
