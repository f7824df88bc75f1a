import { app, type Session } from 'electron';

/** Nothing the application needs asks for a permission, so every request and every check is answered with no. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** No page ever leads anywhere else: no navigation, no second window, no embedded view, in any contents that is made. */
export function refuseNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    // Electron's own loadURL and a change of the address's hash do not pass here.
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
