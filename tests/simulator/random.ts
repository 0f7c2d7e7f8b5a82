/** Every text of four hexadecimal digits: replies are full of them, and making them anew is slow. */
const FOUR_DIGITS = Array.from({ length: 65536 }, (_, value) => value.toString(16).padStart(4, '0'));

/** A repeatable source of numbers (sfc32): the same seed gives the same sequence on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param seed any text or number; equal seeds give equal sequences */
  constructor(seed: string | number) {
    const text = String(seed);
    this.a = hash(text, 0x9e3779b9);
    this.b = hash(text, 0x243f6a88);
    this.c = hash(text, 0xb7e15162);
    this.d = 1;
    // The first outputs of sfc32 still show the seed's pattern.
    for (let i = 0; i < 16; i++) {
      this.next();
    }
  }

  /** A number in [0, 1). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return (sum >>> 0) / 4294967296;
  }

  /** A whole number in [from, to]. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) {
      throw new RangeError('cannot pick from an empty list');
    }
    return item;
  }

  /** A waiting time with the given mean, exponentially distributed. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length + 4 <= digits) {
      text += FOUR_DIGITS[Math.floor(this.next() * 65536)]!;
    }
    return text + FOUR_DIGITS[Math.floor(this.next() * 65536)]!.slice(0, digits - text.length);
  }
}

/** Draws items by weight in constant time (alias method), because one draw is made for every recipient. */
export class Weighted<T> {
  private readonly items: T[];
  private readonly threshold: Float64Array;
  private readonly alias: Uint32Array;

  /** @param choices pairs of item and weight; the weights need not sum to 1 */
  constructor(choices: ReadonlyArray<readonly [T, number]>) {
    if (choices.length === 0) {
      throw new RangeError('cannot draw from an empty list');
    }
    const n = choices.length;
    const sum = choices.reduce((total, [, weight]) => total + weight, 0);
    const scaled = choices.map(([, weight]) => (weight * n) / sum);
    this.items = choices.map(([item]) => item);
    this.threshold = new Float64Array(n).fill(1);
    this.alias = new Uint32Array(n);
    const small: number[] = [];
    const large: number[] = [];
    scaled.forEach((share, index) => (share < 1 ? small : large).push(index));
    while (small.length > 0 && large.length > 0) {
      const low = small.pop()!;
      const high = large.pop()!;
      this.threshold[low] = scaled[low]!;
      this.alias[low] = high;
      scaled[high] = scaled[high]! + scaled[low]! - 1;
      (scaled[high]! < 1 ? small : large).push(high);
    }
  }

  draw(random: Random): T {
    const position = random.next() * this.items.length;
    const index = Math.floor(position);
    return this.items[position - index < this.threshold[index]! ? index : this.alias[index]!]!;
  }
}

/** FNV-1a of the text, started from a salt. */
function hash(text: string, salt: number): number {
  let value = salt | 0;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value ^ (value >>> 15);
}
