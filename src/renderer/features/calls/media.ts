/** The sound of one call at this window: microphone, loudspeaker, and the connections to the relay's media router. */
import type { types } from 'mediasoup-client';
import type { CallMediaView } from '#contract/calls-views.ts';
import type { Client } from '#contract/client.ts';
import type { Input, Output } from '#contract/api.ts';
import type { FrameKeys, FrameNews, FrameSide } from './frame-worker.ts';

export type MediaProblem = NonNullable<Input<'calls.report'>['problem']>;

export interface CallMedia {
  setMuted(isMuted: boolean): void;
  /** A device of `enumerateDevices`; empty for the system's own choice. Fails where the browser will not use it. */
  setSpeaker(device: string): Promise<void>;
  close(): void;
}

interface Dependencies {
  readonly client: Client;
  readonly call: string;
  readonly screen: string;
  readonly audio: HTMLAudioElement;
}

type Device = types.Device;
type Transport = types.Transport;
type Consumer = types.Consumer;

/** What stands in the router as long as its generation lasts. */
interface Connection {
  readonly generation: number;
  readonly device: Device;
  readonly send: Transport;
  readonly receive: Transport;
  readonly producer: types.Producer;
  consumer: Consumer | null;
}

class MediaFailure extends Error {
  readonly problem: MediaProblem | null;
  constructor(problem: MediaProblem | null) {
    super(problem ?? 'the call is over here');
    this.problem = problem;
  }
}

const hexToBytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

async function openMicrophone(): Promise<MediaStreamTrack> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [track] = stream.getAudioTracks();
    if (!track) throw new MediaFailure('microphone_missing');
    return track;
  } catch (error) {
    if (error instanceof DOMException) throw new MediaFailure(error.name === 'NotAllowedError' || error.name === 'SecurityError' ? 'microphone_refused' : 'microphone_missing');
    throw error;
  }
}

/** mediasoup-client is answered by calling back. */
async function settle(work: () => Promise<void>, failed: (error: Error) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Makes the sound of a call, and makes it again whenever the router lost it, until it is closed. */
export function createCallMedia({ client, call, screen, audio }: Dependencies): CallMedia {
  const here = { call, screen };
  const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), { type: 'module' });
  const microphone = openMicrophone();
  let view: CallMediaView | null = null;
  let connection: Connection | null = null;
  let isKeyed = false;
  let isMuted = false;
  let isHeard = false;
  let isClosed = false;
  let reported: boolean | undefined;
  let work = Promise.resolve();

  const transform = (side: FrameSide['side']): RTCRtpScriptTransform => new RTCRtpScriptTransform(worker, { side } satisfies FrameSide);
  worker.addEventListener('message', ({ data }: MessageEvent<FrameNews>) => {
    if (data !== 'opened') return;
    isHeard = true;
    report();
  });

  /** Asks the router through the core; the answers are what #sync/protocol/media.ts says, checked there. */
  async function ask<T>(request: object): Promise<T> {
    const reply = await client.call('calls.ask', { ...here, request: JSON.parse(JSON.stringify(request)) as Input<'calls.ask'>['request'] });
    if (!reply.ok) throw new MediaFailure(reply.error.code === 'call_failed' || reply.error.code === 'input_invalid' ? 'call_failed' : null);
    return reply.value as T;
  }

  function report(): void {
    const other = view?.producers[0];
    const isConnected = connection?.receive.connectionState === 'connected';
    const isUp = other !== undefined && connection?.consumer !== null && isConnected && (isHeard || other.isPaused);
    if (isClosed || isUp === reported) return;
    reported = isUp;
    void client.call('calls.report', { ...here, isUp, problem: null });
  }

  async function makeTransport(device: Device, direction: 'send' | 'receive'): Promise<Transport> {
    type Made = Omit<types.TransportOptions, 'id'> & { transport: string };
    const { transport: id, iceParameters, iceCandidates, dtlsParameters } = await ask<Made>({ type: 'callTransport', direction });
    const options = { id, iceParameters, iceCandidates, dtlsParameters };
    const transport = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters: own }, done, failed) => void settle(async () => {
      await ask({ type: 'callConnect', transport: id, dtlsParameters: own });
      done();
    }, failed));
    transport.on('connectionstatechange', (state) => {
      report();
      if (state === 'failed') void restartIce(transport);
    });
    if (direction === 'send') {
      transport.on('produce', ({ rtpParameters }, done, failed) =>
        void settle(async () => {
          const { producer } = await ask<{ producer: string }>({ type: 'callProduce', transport: id, rtpParameters, isPaused: isMuted });
          done({ id: producer });
        }, failed));
    }
    return transport;
  }

  async function restartIce(transport: Transport): Promise<void> {
    try {
      const { iceParameters } = await ask<{ iceParameters: types.IceParameters }>({ type: 'callRestartIce', transport: transport.id });
      if (!transport.closed) await transport.restartIce({ iceParameters });
    } catch (error) {
      // The room is gone: what is made anew with the next generation needs none of this.
      if (!(error instanceof MediaFailure)) throw error;
    }
  }

  async function connect(generation: number): Promise<Connection> {
    const { Device } = await import('mediasoup-client');
    const router = await client.call('calls.router', here);
    if (!router.ok) throw new MediaFailure(null);
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: router.value.rtpCapabilities as unknown as types.RtpCapabilities });
    const [track, send, receive] = await Promise.all([microphone, makeTransport(device, 'send'), makeTransport(device, 'receive')]);
    const producer = await send.produce({
      track, stopTracks: false, codecOptions: { opusFec: true, opusDtx: false },
      onRtpSender: (sender) => {
        sender.transform = transform('send');
      },
    });
    if (isMuted) producer.pause();
    return { generation, device, send, receive, producer, consumer: null };
  }

  function disconnect(): void {
    connection?.send.close();
    connection?.receive.close();
    connection = null;
    isHeard = false;
  }

  async function hear({ device, receive }: Connection, producer: string): Promise<Consumer> {
    type Made = { consumer: string; rtpParameters: types.RtpParameters };
    const { consumer: id, rtpParameters } = await ask<Made>({ type: 'callConsume', transport: receive.id, producer, rtpCapabilities: device.recvRtpCapabilities });
    isHeard = false;
    const consumer = await receive.consume({
      id, producerId: producer, kind: 'audio', rtpParameters,
      onRtpReceiver: (receiver) => {
        receiver.transform = transform('receive');
      },
    });
    audio.srcObject = new MediaStream([consumer.track]);
    // Refused where nobody has touched the page yet; whoever answered a call has.
    audio.play().catch(() => undefined);
    await ask({ type: 'callPause', of: id, isPaused: false });
    return consumer;
  }

  /** Brings what is there to what the core says should be. */
  async function follow(): Promise<void> {
    if (isClosed || !view) return;
    const { isOpen, generation, isAgreed, producers } = view;
    if (isAgreed && !isKeyed) {
      const keys = await client.call('calls.keys', here);
      if (!keys.ok) throw new MediaFailure(null);
      const { send, sendKeyId, receive } = keys.value;
      worker.postMessage({ send: hexToBytes(send), sendKeyId, receive: hexToBytes(receive) } satisfies FrameKeys);
      isKeyed = true;
    }
    if (connection && connection.generation !== generation) disconnect();
    if (!isOpen) return;
    connection ??= await connect(generation);
    const [theirs] = producers;
    if (connection.consumer && connection.consumer.producerId !== theirs?.producer) {
      connection.consumer.close();
      connection.consumer = null;
    }
    if (theirs && !connection.consumer) connection.consumer = await hear(connection, theirs.producer);
    report();
  }

  function look(): void {
    work = work.then(follow).catch((error: unknown) => {
      if (isClosed) return;
      disconnect();
      const problem = error instanceof MediaFailure ? error.problem : 'call_failed';
      if (!(error instanceof MediaFailure)) reportError(error);
      if (problem) void client.call('calls.report', { ...here, isUp: false, problem });
    });
  }
  const stop = client.watch('calls.media', here, (next: Output<'calls.media'>) => {
    view = next;
    report();
    look();
  });
  microphone.catch(look);

  return {
    setMuted(next) {
      isMuted = next;
      if (!connection) return;
      const { producer } = connection;
      if (next) producer.pause();
      else producer.resume();
      // The other side is told, and the router sends on nothing meanwhile; silence it is already.
      ask({ type: 'callPause', of: producer.id, isPaused: next }).catch(() => undefined);
    },
    setSpeaker: (device) => audio.setSinkId(device),
    close() {
      isClosed = true;
      stop();
      disconnect();
      worker.terminate();
      audio.srcObject = null;
      microphone.then((track) => track.stop(), () => undefined);
    },
  };
}
