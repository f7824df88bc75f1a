/** Seals each packet of sound that leaves and opens each that comes (media-frame.ts), off the page's own thread. */
import { createFrameOpener, createFrameSealer } from './media-frame.ts';

/** Base keys of 32 bytes each. */
export interface FrameKeys {
  readonly send: Uint8Array;
  readonly sendKeyId: number;
  readonly receive: Uint8Array;
}
/** What the transform of a sender or a receiver is made with. */
export interface FrameSide {
  readonly side: 'send' | 'receive';
}
/** The first packet of a receiver could be opened: the other side can be heard. */
export type FrameNews = 'opened';

interface EncodedFrame {
  data: ArrayBuffer;
}
interface TransformScope {
  onmessage: (event: { data: FrameKeys }) => void;
  onrtctransform: (event: { transformer: { options: FrameSide; readable: ReadableStream<EncodedFrame>; writable: WritableStream<EncodedFrame> } }) => void;
  postMessage(news: FrameNews): void;
}
// The types of a worker's global scope cannot stand beside those of a page (WebRTC Encoded Transform, 4.3).
const scope = globalThis as unknown as TransformScope;

let seal: Awaited<ReturnType<typeof createFrameSealer>> | undefined;
let open: ReturnType<typeof createFrameOpener> | undefined;

scope.onmessage = ({ data }) => {
  open = createFrameOpener(data.receive);
  void createFrameSealer(data.send, data.sendKeyId).then((made) => {
    seal = made;
  });
};

scope.onrtctransform = ({ transformer }) => {
  const { side } = transformer.options;
  let isHeard = false;
  // Before the keys are agreed nothing leaves, and what cannot be opened is not played.
  const transform = async (frame: EncodedFrame, controller: TransformStreamDefaultController<EncodedFrame>): Promise<void> => {
    const made = side === 'send' ? await seal?.(new Uint8Array(frame.data)) : await open?.(new Uint8Array(frame.data));
    if (!made) return;
    frame.data = made.buffer;
    controller.enqueue(frame);
    if (side === 'receive' && !isHeard) {
      isHeard = true;
      scope.postMessage('opened');
    }
  };
  // It ends when the call does, however that comes.
  transformer.readable.pipeThrough(new TransformStream({ transform })).pipeTo(transformer.writable).catch(() => undefined);
};
