/** Texts shorter than this are copied here: the way into native code costs more than they do. */
const SHORT = 16;

export interface TextColumn {
  bytes: Uint8Array;
  /** Where each text begins in `bytes`, and behind the last one, where it ends. */
  offsets: Int32Array;
}

/** UTF-8 of all texts one behind the other, as Arrow's Utf8 and Binary columns have it; null becomes an empty text. */
export function textColumn(values: ArrayLike<string | null>): TextColumn {
  const offsets = new Int32Array(values.length + 1);
  let units = 0;
  for (let row = 0; row < values.length; row++) {
    units += values[row]?.length ?? 0;
  }
  // Enough for ASCII; what is longer makes it grow.
  let buffer: Buffer = Buffer.allocUnsafeSlow(units);
  let end = 0;
  for (let row = 0; row < values.length; row++) {
    const text = values[row] ?? '';
    buffer = withRoom(buffer, end, text);
    end += (text.length < SHORT && copyAscii(text, buffer, end)) || buffer.write(text, end);
    offsets[row + 1] = end;
  }
  return { bytes: buffer.subarray(0, end), offsets };
}

/** A buffer that holds the first `used` bytes of this one and has room for the text behind them. */
function withRoom(buffer: Buffer, used: number, text: string): Buffer {
  const room = buffer.length - used;
  // A UTF-16 unit takes three bytes at most; counting exactly is for the few texts near the buffer's end.
  if (text.length * 3 <= room || Buffer.byteLength(text) <= room) {
    return buffer;
  }
  const larger = Buffer.allocUnsafeSlow(Math.ceil(buffer.length * 1.5) + text.length * 3);
  larger.set(buffer.subarray(0, used));
  return larger;
}

/** How many bytes were written, 0 where the text is not ASCII. */
function copyAscii(text: string, buffer: Buffer, start: number): number {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) {
      return 0;
    }
    buffer[start + index] = unit;
  }
  return text.length;
}
