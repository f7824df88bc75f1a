/** What a verdict sounds like: two tones that rise, or one that is low. Nothing is loaded, nothing can be missing. */
const TONES = {
  approved: [{ frequency: 660, at: 0, seconds: 0.09 }, { frequency: 990, at: 0.1, seconds: 0.16 }],
  declined: [{ frequency: 196, at: 0, seconds: 0.35 }],
  again: [{ frequency: 330, at: 0, seconds: 0.08 }, { frequency: 330, at: 0.14, seconds: 0.08 }],
} as const;

const LOUDNESS = 0.2;
let context: AudioContext | undefined;

/** Plays at once. Where the page may make no sound yet, or there is nothing to make it with, the words and the colour are there all the same. */
export function playVerdict(verdict: keyof typeof TONES): void {
  context ??= new AudioContext();
  const now = context.currentTime;
  for (const { frequency, at, seconds } of TONES[verdict]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(LOUDNESS, now + at);
    volume.gain.exponentialRampToValueAtTime(0.001, now + at + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(now + at);
    tone.stop(now + at + seconds);
  }
}
