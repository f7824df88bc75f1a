import { ipcRenderer } from 'electron';

// The window gets one thing from its host: the port that leads to the core.
ipcRenderer.on('core-port', (event) => window.postMessage('core-port', '/', event.ports));
