import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import { strings } from '../../pkg/store/arrow.ts';
import { openStore } from '../../pkg/store/store.ts';
import type { IntakeReport } from './intakeProcess.ts';

/** An intake in a process of its own. */
export class RunningIntake {
  report: IntakeReport | undefined;
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly errors: string[] = [];

  constructor(dataPath: string, folder: string) {
    this.child = fork(new URL('intakeProcess.ts', import.meta.url), [dataPath, folder], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
    this.child.stderr?.on('data', (text: Buffer) => this.errors.push(text.toString()));
    this.child.on('message', (report: IntakeReport) => (this.report = report));
  }

  /** Waits for a state of the intake. */
  async until(condition: (report: IntakeReport) => boolean, what: string, seconds: number): Promise<IntakeReport> {
    const endsMs = Date.now() + seconds * 1000;
    while (Date.now() < endsMs) {
      assert.equal(this.child.exitCode ?? this.child.signalCode, null, `the intake ended: ${this.errors.join('')}`);
      if (this.report && condition(this.report)) {
        return this.report;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`waited ${seconds} s for ${what}: ${JSON.stringify(this.report)} ${this.errors.join('').slice(-2000)}`);
  }

  async stop(): Promise<void> {
    this.child.send('stop');
    await this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** The recipients of all events in a store that no process has open. */
export async function storedRecipients(dataPath: string): Promise<string[]> {
  const never = new AbortController().signal;
  const store = openStore(dataPath, { maxSeconds: 30, maxMemoryBytes: 1e9, maxRows: 10_000_000 }, () => undefined);
  try {
    const engine = await store.database('d', 3650);
    const result = await engine.query({ sql: 'SELECT recipient AS v FROM d.events ORDER BY v', params: {} }, never);
    return Array.from(strings(result, 'v'), String);
  } finally {
    await store.close();
  }
}
