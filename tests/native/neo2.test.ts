import { readerSuite } from '#native/reader.suite.ts';
import { openNeo2Rig } from './neo2-rig.ts';
import { whyNoVirtualHid } from './virtual-neo2.ts';

readerSuite('NEO 2', openNeo2Rig, whyNoVirtualHid());
