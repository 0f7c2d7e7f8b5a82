/** Bounds a rate, letting through a burst after a rest. */
export interface TokenBucket {
  /** Takes so many tokens at an instant; answers for how many ms the taker must rest afterwards. */
  take(tokens: number, nowMs: number): number;
}

/** Short enough that a pause of the reader does not turn into a flood. */
const burstSeconds = 0.25;

/** Creates a full bucket; Infinity bounds nothing. Throws RangeError for a rate that is not above zero. */
export function createTokenBucket(perSecond: number): TokenBucket {
  if (!(perSecond > 0)) {
    throw new RangeError(`a rate must be above 0, not ${perSecond}`);
  }
  const capacity = perSecond * burstSeconds;
  let tokens = capacity;
  let lastMs: number | undefined;
  return {
    take(taken, nowMs) {
      if (perSecond === Infinity) {
        return 0;
      }
      // A clock that is put back refills nothing.
      const restedMs = Math.max(0, nowMs - (lastMs ?? nowMs));
      lastMs = nowMs;
      tokens = Math.min(capacity, tokens + (restedMs / 1000) * perSecond) - taken;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
    },
  };
}
