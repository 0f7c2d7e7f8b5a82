import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { startSimulator, type Simulator } from '../simulator.ts';
import { defaultVariant, type Variant } from './variant.ts';

export const START = Date.parse('2026-02-07T12:00:00Z');
const MINUTE = 60_000;

export type Tree = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are inspected freely

/** A monitor with three minutes of traffic, Gmail throttled and one queue paused, for the tests of one file. */
export interface MonitorFixture {
  readonly pmta: Simulator;
  /** Folder of the accounting files. */
  readonly directory: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The JSON answer of a path; the variant stays until the end of the test. */
  json(path: string, variant?: Partial<Variant>): Promise<Tree>;
  /** The same in XML, found to be well-formed. */
  xmlText(path: string, variant?: Partial<Variant>): Promise<string>;
}

/** Starts the monitor before the tests of the calling file, and ends it after them. */
export function monitorFixture(): MonitorFixture {
  let directory: string;
  let pmta: Simulator;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'monitor-'));
    pmta = await startSimulator({ directory, start: START, rate: 100, steady: true });
    pmta.throttle({ provider: 'google', to: START + 60 * MINUTE });
    await pmta.advance(3 * MINUTE);
    pmta.pause('hotmail.com/mkt-1');
  });
  after(async () => {
    await pmta.stop();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => pmta.set({ ...defaultVariant, defaultMaxItems: 100_000 }));
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${pmta.url}${path}`, { redirect: 'manual', ...init });
  return {
    get pmta() {
      return pmta;
    },
    get directory() {
      return directory;
    },
    get,
    async json(path, variant = {}) {
      pmta.set(variant);
      const response = await get(`${path}?format=json`);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type')!, /^application\/json/);
      return (await response.json()) as Tree;
    },
    async xmlText(path, variant = {}) {
      pmta.set(variant);
      const response = await get(`${path}${path.includes('?') ? '&' : '?'}format=xml`);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type')!, /^text\/xml/);
      const text = await response.text();
      assert.equal(XMLValidator.validate(text), true, text.slice(0, 200));
      return text;
    },
  };
}

/** Parses XML; all values stay text. */
export const parsed = (text: string): Tree => new XMLParser({ parseTagValue: false }).parse(text) as Tree;
