/** Tones in place of voices: what a fake microphone says, and what somebody hears. */
import type { Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';

const RATE = 48_000;
const SECONDS = 4;

/** Writes a tone that sounds for half a second and rests for a fifth, as a voice pauses: what never changes is taken for noise and left out. */
export async function writeTone(file: string, hertz: number): Promise<void> {
  const samples = RATE * SECONDS;
  const wave = Buffer.alloc(44 + 2 * samples);
  wave.write('RIFF', 0);
  wave.writeUInt32LE(36 + 2 * samples, 4);
  wave.write('WAVEfmt ', 8);
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(RATE, 24);
  wave.writeUInt32LE(2 * RATE, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write('data', 36);
  wave.writeUInt32LE(2 * samples, 40);
  for (let at = 0; at < samples; at += 1) {
    const isSounding = at % (0.7 * RATE) < 0.5 * RATE;
    wave.writeInt16LE(isSounding ? Math.round(16_000 * Math.sin((2 * Math.PI * hertz * at) / RATE)) : 0, 44 + 2 * at);
  }
  await writeFile(file, wave);
}

export interface Heard {
  /** The loudest frequency over one and a half seconds, in hertz, and how loud it was, in decibels of full loudness. */
  hertz: number;
  decibels: number;
}

/** Listens to the other side of the call as it comes out of the loudspeaker's element. */
export function listen(page: Page): Promise<Heard> {
  return page.evaluate(async () => {
    const audio = document.querySelector<HTMLAudioElement>('[data-testid="call-audio"]');
    const stream = audio?.srcObject;
    if (!(stream instanceof MediaStream)) return { hertz: 0, decibels: -Infinity };
    const context = new AudioContext();
    await context.resume();
    const analyser = new AnalyserNode(context, { fftSize: 8_192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(analyser);
    const levels = new Float32Array(analyser.frequencyBinCount);
    let loudest = { hertz: 0, decibels: -Infinity };
    const end = performance.now() + 1_500;
    while (performance.now() < end) {
      analyser.getFloatFrequencyData(levels);
      for (const [bin, decibels] of levels.entries()) if (bin > 4 && decibels > loudest.decibels) loudest = { hertz: (bin * context.sampleRate) / analyser.fftSize, decibels };
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await context.close();
    return loudest;
  });
}
