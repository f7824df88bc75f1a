import { describe, expect, it } from 'vitest';
import { mayHave, type Wanted } from './permissions.ts';

const microphone: Wanted = { permission: 'media', by: 'app://tallystick', media: ['audio'] };

describe('what the page may have', () => {
  it('is the microphone and a loudspeaker, while a call is on', () => {
    for (const wanted of [microphone, { ...microphone, by: 'app://tallystick/' }, { ...microphone, permission: 'speaker-selection', media: [] }]) {
      expect(mayHave(wanted, true)).toBe(true);
      expect(mayHave(wanted, false)).toBe(false);
    }
  });

  it('is nothing else, and nobody else may have it', () => {
    const refused: Wanted[] = [
      { ...microphone, media: ['video'] }, { ...microphone, media: ['audio', 'video'] }, { ...microphone, media: [] }, { ...microphone, media: ['unknown'] },
      ...['https://example.com', 'app://elsewhere', 'app://tallystick.example', 'file:///', 'null', ''].map((by) => ({ ...microphone, by })),
      ...['display-capture', 'notifications', 'geolocation', 'hid', 'usb', 'fileSystem', 'clipboard-read', 'unknown'].map((permission) => ({ ...microphone, permission })),
    ];
    for (const wanted of refused) expect({ wanted, may: mayHave(wanted, true) }).toEqual({ wanted, may: false });
  });
});
