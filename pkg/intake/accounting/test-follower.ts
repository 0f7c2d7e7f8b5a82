import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';
import { Follower, type FollowState } from './follow.ts';
import { NodeAccounting } from './nodeAccounting.ts';
import type { Privacy } from './privacy/policy.ts';
import type { Sink } from './readOn.ts';
import { createRecordReader } from './reader/reader.ts';

const never = new AbortController().signal;
/** One for all nodes of a process: its thread takes longer to start than most tests run. */
const reader = createRecordReader();
let nodes = 0;

export const header = 'type,timeLogged,rcpt\r\n';

/** Records of `r5@example.com` and so on. */
export function lines(from: number, to: number): string {
  return numbersFrom(from, to)
    .map((n) => `d,${1_700_000_000 + n},${recipient(n)}\r\n`)
    .join('');
}

/** What is stored of `lines`, sorted. */
export function recipients(from: number, to: number): string[] {
  return numbersFrom(from, to).map(recipient).sort();
}

function numbersFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}

function recipient(n: number): string {
  return `r${n}@example.com`;
}

/** A node of its own with a folder of its own, whose accounting files are followed as the tests say. */
export class TestNode {
  readonly node = `node${nodes++}`;
  readonly folder: string;
  readonly progress: FollowState[] = [];
  /** Our clock, UTC milliseconds. */
  nowMs = Date.now();
  private readonly engine: Engine;
  private readonly globs: string[];
  private readonly pieceBytes: number | undefined;
  private readonly privacy: Privacy = { policy: 'keep', key: '' };
  private opened: { sink: Sink; follower: Follower } | undefined;

  /** @param pieceBytes small ones make many pieces of small files */
  constructor(engine: Engine, directory: string, globs = ['**/*'], pieceBytes?: number) {
    this.engine = engine;
    this.pieceBytes = pieceBytes;
    this.folder = join(directory, this.node);
    this.globs = globs.map((glob) => join(this.folder, glob));
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async sink(): Promise<Sink> {
    return (await this.open()).sink;
  }

  /** Reads all that is there. */
  async catchUp(signal: AbortSignal = never): Promise<FollowState> {
    return (await this.open()).follower.catchUp(signal);
  }

  /** Reads all that is there, a second after the last time; answers the problems. */
  async look(): Promise<string[]> {
    this.nowMs += 1000;
    return (await this.catchUp()).problems;
  }

  /** The process ends, in whatever state it is, and another one begins. */
  async restart(): Promise<void> {
    await this.opened?.follower.close();
    this.opened = undefined;
  }

  /** Ends for good. */
  async close(): Promise<void> {
    await this.restart();
  }

  /** The node's events, by an expression over their columns, in the order of the files. */
  async stored(expression = 'recipient'): Promise<string[]> {
    const sql = `SELECT toString(${expression}) AS v FROM d.events WHERE node = {node:String} ORDER BY source, position`;
    const result = await this.engine.query({ sql, params: { node: this.node } }, never);
    return Array.from(strings(result, 'v'), String);
  }

  async count(): Promise<number> {
    const sql = 'SELECT toFloat64(count()) AS n FROM d.events WHERE node = {node:String}';
    return numbers(await this.engine.query({ sql, params: { node: this.node } }, never), 'n')[0] ?? 0;
  }

  private async open(): Promise<{ sink: Sink; follower: Follower }> {
    if (!this.opened) {
      const accounting = new NodeAccounting({
        node: this.node,
        settings: { files: [], pull: false, receive: false },
        roots: [],
        database: 'd',
        engine: async () => this.engine,
        reader,
        privacy: this.privacy,
        onError: () => undefined,
      });
      const sink = await accounting.sink();
      const follower = new Follower({
        globs: this.globs,
        roots: [this.folder],
        sink,
        onProgress: (state) => void this.progress.push(state),
        now: () => this.nowMs,
        pieceBytes: this.pieceBytes,
      });
      this.opened = { sink, follower };
    }
    return this.opened;
  }
}
