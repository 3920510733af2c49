// What is heard besides people: made here, since nothing is loaded from anywhere. A browser lets a page make a sound after
// the person has touched it once.

type Tone = { at: number; hertz: number; seconds: number; loud: number };

/** Two notes that rise, twice, and a rest: to be noticed in another room, not to be feared. */
const RING: Tone[] = [
  { at: 0, hertz: 523.25, seconds: 0.45, loud: 0.22 },
  { at: 0.22, hertz: 659.25, seconds: 0.6, loud: 0.22 },
  { at: 0.95, hertz: 523.25, seconds: 0.45, loud: 0.22 },
  { at: 1.17, hertz: 783.99, seconds: 0.8, loud: 0.22 },
];
const RING_EVERY_MILLIS = 3200;

const JOINED: Tone[] = [
  { at: 0, hertz: 440, seconds: 0.16, loud: 0.14 },
  { at: 0.13, hertz: 659.25, seconds: 0.3, loud: 0.14 },
];
const LEFT: Tone[] = [
  { at: 0, hertz: 659.25, seconds: 0.16, loud: 0.14 },
  { at: 0.13, hertz: 392, seconds: 0.35, loud: 0.14 },
];
const ALARM: Tone[] = [0, 0.32, 0.64].map((at) => ({ at, hertz: 233.08, seconds: 0.24, loud: 0.3 }));

export class Sounds {
  #context: AudioContext | undefined;
  #ringing: ReturnType<typeof setInterval> | undefined;

  /** Whether the browser lets this page make a sound now. */
  get allowed(): boolean {
    return this.#context?.state === "running";
  }

  /** To be called when the person touches the page: only then does a browser say yes. */
  async allow(): Promise<boolean> {
    this.#context ??= "AudioContext" in globalThis ? new AudioContext() : undefined;
    await this.#context?.resume();
    return this.allowed;
  }

  ring(on: boolean) {
    if (on && this.#ringing === undefined) {
      this.#play(RING);
      this.#ringing = setInterval(() => this.#play(RING), RING_EVERY_MILLIS);
    } else if (!on) {
      clearInterval(this.#ringing);
      this.#ringing = undefined;
    }
  }

  joined() {
    this.#play(JOINED);
  }

  left() {
    this.#play(LEFT);
  }

  alarm() {
    this.#play(ALARM);
  }

  #play(tones: Tone[]) {
    const context = this.#context;
    if (context === undefined || context.state !== "running") {
      return;
    }
    for (const tone of tones) {
      const begin = context.currentTime + tone.at;
      const oscillator = new OscillatorNode(context, { type: "triangle", frequency: tone.hertz });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime(tone.loud, begin + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, begin + tone.seconds);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(begin);
      oscillator.stop(begin + tone.seconds);
    }
  }
}
