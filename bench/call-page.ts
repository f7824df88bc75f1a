/** What a page of the bench has beside the app: a microphone made of a tone that can be switched, and ears that note when a sound begins. */
import type { Page } from '@playwright/test';

export interface Ears {
  /** When sounds began, in milliseconds since 1970, the newest last. */
  onsets: number[];
  /** Lets the tone sound from a moment on (milliseconds since 1970, given back), for so many milliseconds; null: on and on. */
  sound(milliseconds: number | null): number;
  silence(): void;
}

/** Notes the first sample above silence after a tenth of a second of silence. */
const WORKLET = `
registerProcessor('onset', class extends AudioWorkletProcessor {
  constructor() { super(); this.isOn = false; this.quiet = 0; }
  process([input]) {
    const channel = input[0];
    if (!channel) return true;
    const at = channel.findIndex((value) => Math.abs(value) > 0.02);
    if (at >= 0) {
      this.quiet = 0;
      if (!this.isOn) { this.isOn = true; this.port.postMessage(currentTime + at / sampleRate); }
    } else if (this.isOn && (this.quiet += channel.length) > sampleRate * 0.1) this.isOn = false;
    return true;
  }
});`;

/** Before the page is opened, in a context that bypasses its content security policy. `isClear`: without the sealing of packets. */
export async function equip(page: Page, isClear: boolean): Promise<void> {
  await page.addInitScript(({ worklet, clear }) => {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
    const microphone = new MediaStreamAudioDestinationNode(context);
    const gain = new GainNode(context, { gain: 0 });
    const oscillator = new OscillatorNode(context, { frequency: 440 });
    oscillator.connect(gain).connect(microphone);
    oscillator.start();
    navigator.mediaDevices.getUserMedia = async () => new MediaStream(microphone.stream.getAudioTracks().map((track) => track.clone()));
    const now = (): number => performance.timeOrigin + performance.now();
    const ears = {
      onsets: [] as number[],
      sound(milliseconds: number | null): number {
        const begin = context.currentTime + 0.02;
        gain.gain.cancelScheduledValues(0);
        gain.gain.setValueAtTime(0.5, begin);
        if (milliseconds !== null) gain.gain.setValueAtTime(0, begin + milliseconds / 1_000);
        return now() + 20;
      },
      silence() {
        gain.gain.cancelScheduledValues(0);
        gain.gain.setValueAtTime(0, context.currentTime);
      },
    };
    Object.assign(window, { ears });
    const ready = context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function listen(this: HTMLMediaElement) {
      const stream = this.srcObject;
      if (stream instanceof MediaStream) {
        void ready.then(() => {
          const node = new AudioWorkletNode(context, 'onset');
          node.port.addEventListener('message', ({ data }: MessageEvent<number>) => ears.onsets.push(now() - (context.currentTime - data) * 1_000));
          node.port.start();
          context.createMediaStreamSource(stream).connect(node);
        });
      }
      return play.call(this);
    };
    if (!clear) return;
    for (const prototype of [RTCRtpSender.prototype, RTCRtpReceiver.prototype]) Object.defineProperty(prototype, 'transform', { set() {}, get: () => null });
  }, { worklet: WORKLET, clear: isClear });
}

export const sound = (page: Page, milliseconds: number | null): Promise<number> =>
  page.evaluate((length) => (Reflect.get(window, 'ears') as Ears).sound(length), milliseconds);
export const silence = (page: Page): Promise<void> => page.evaluate(() => (Reflect.get(window, 'ears') as Ears).silence());
/** The first sound that began after a moment. */
export async function firstSound(page: Page, after: number): Promise<number> {
  const found = await page.waitForFunction((moment) => (Reflect.get(window, 'ears') as Ears).onsets.find((at) => at > moment), after, { timeout: 15_000, polling: 20 });
  return found.evaluate((at) => at ?? Number.NaN);
}
