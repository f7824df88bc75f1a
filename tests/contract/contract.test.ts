import { contractSuite } from './contract.suite.ts';
import { openInMemory, openOverMessagePort, openOverWebSocket } from './open.ts';

contractSuite('a pair in memory', (profile) => openInMemory(profile));
contractSuite('a WebSocket of the browser host', openOverWebSocket);
contractSuite('a MessagePort', openOverMessagePort);
