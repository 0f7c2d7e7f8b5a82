import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import type { FrameJson } from '../../pkg/frames/frameToJson.ts';
import { executable } from '../integration/backend.ts';

/** The conformance host: Grafana's own plugin client and frame decoder around one plugin. */
export const hostBinary = process.env.CONFORMANCE_HOST;

/** What the host answers to one step; see its own documentation for the members of each. */
export interface HostAnswer {
  op: string;
  error?: string;
  [member: string]: unknown;
}

export interface HostFrame {
  frame?: FrameJson;
  seriesType?: string;
  error?: string;
}

export interface HostResponse {
  status: number;
  error: string;
  errorSource: string;
  frames: HostFrame[];
}

/** Runs the built plugin through steps; the first answer tells of the start. */
export async function runHost(steps: object[], env: Record<string, string>): Promise<HostAnswer[]> {
  if (!hostBinary) {
    throw new Error('CONFORMANCE_HOST names no host');
  }
  const options = Object.entries(env).flatMap(([name, value]) => ['-env', `${name}=${value}`]);
  const host = spawn(hostBinary, [...options, executable], { stdio: ['pipe', 'pipe', 'ignore'] });
  host.stdin.end(steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const answers: HostAnswer[] = [];
  for await (const line of createInterface({ input: host.stdout })) {
    answers.push(JSON.parse(line) as HostAnswer);
  }
  return answers;
}
