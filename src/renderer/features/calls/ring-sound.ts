/** A call that rings, quietly: two soft tones, then a pause. Made, not played from a file, so that nothing has to be fetched. */
const EVERY = 3_000;
const TONES: readonly { hertz: number; at: number }[] = [{ hertz: 587.33, at: 0 }, { hertz: 783.99, at: 0.35 }];
/** Of full loudness. */
const LOUDNESS = { incoming: 0.06, outgoing: 0.02 } as const;

/** Rings until the returned function is called. */
export function startRinging(way: keyof typeof LOUDNESS): () => void {
  const context = new AudioContext();
  const ring = (): void => {
    for (const { hertz, at } of TONES) {
      const begin = context.currentTime + at;
      const tone = new OscillatorNode(context, { frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUDNESS[way], begin + 0.04);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.9);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + 1);
    }
  };
  ring();
  const timer = setInterval(ring, EVERY);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
