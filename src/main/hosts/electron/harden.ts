import { app, shell, type Session } from 'electron';
import { createWayOut } from './outside.ts';

/** Nothing the application needs asks for a permission, so every request and every check is answered with no. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
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
