import { app, shell, systemPreferences, type Session } from 'electron';
import type { CallWatch } from './call-watch.ts';
import { createWayOut } from './outside.ts';
import { mayHave, type Wanted } from './permissions.ts';

/** Whatever asks for a permission hears no, but for the microphone of our own page while a call is on (permissions.ts). */
export function guardPermissions(session: Session, calls: Pick<CallWatch, 'isOn' | 'askIsOn'>): void {
  async function decide(wanted: Wanted): Promise<boolean> {
    if (!mayHave(wanted, true) || !(await calls.askIsOn())) return false;
    // macOS asks the person once, and has the last word.
    return wanted.permission !== 'media' || process.platform !== 'darwin' || systemPreferences.askForMediaAccess('microphone');
  }
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    void decide({ permission, by: details.requestingUrl, media }).then(answer, () => answer(false));
  });
  session.setPermissionCheckHandler((_contents, permission, by, { mediaType }) => mayHave({ permission, by, media: mediaType ? [mediaType] : [] }, calls.isOn()));
  session.setDevicePermissionHandler(() => false);
}

/**
 * No page ever leads anywhere else: no navigation, no second window, no embedded view, in any contents that is made. What asks for
 * a window after a press of a person's, and for an address of the web, is given to the browser of the system instead.
 */
export function refuseNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    // Electron's own loadURL and a change of the address's hash do not pass here.
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    const wayOut = createWayOut({ now: () => performance.now(), open: (address) => void shell.openExternal(address).catch(() => undefined) });
    contents.on('input-event', (_input, { type }) => {
      if (type === 'mouseDown' || type === 'mouseUp' || type === 'rawKeyDown' || type === 'keyDown') wayOut.pressed();
    });
    contents.setWindowOpenHandler(({ url }) => {
      wayOut.ask(url);
      return { action: 'deny' };
    });
  });
}
