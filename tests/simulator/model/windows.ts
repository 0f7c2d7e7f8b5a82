/** What one interval saw: recipients, messages and kilobytes in and out, and processed reports. */
export interface Flow {
  inRecipients: number;
  inMessages: number;
  inBytes: number;
  outRecipients: number;
  outMessages: number;
  outBytes: number;
  bounceProcessed: number;
  feedbackLoopProcessed: number;
}

const emptyFlow = (): Flow => ({
  inRecipients: 0,
  inMessages: 0,
  inBytes: 0,
  outRecipients: 0,
  outMessages: 0,
  outBytes: 0,
  bounceProcessed: 0,
  feedbackLoopProcessed: 0,
});

const KEYS = Object.keys(emptyFlow()) as Array<keyof Flow>;
/** PMTA rolls its windows in steps of five seconds. */
const STEP_SECONDS = 5;

/** A sliding sum and its highest value since the start. */
class Window {
  readonly sum = emptyFlow();
  readonly top = emptyFlow();
  private readonly steps: Flow[];
  private position = 0;

  constructor(seconds: number) {
    this.steps = Array.from({ length: seconds / STEP_SECONDS }, emptyFlow);
  }

  push(flow: Flow): void {
    const oldest = this.steps[this.position]!;
    for (const key of KEYS) {
      this.sum[key] += flow[key] - oldest[key];
      oldest[key] = flow[key];
      this.top[key] = Math.max(this.top[key], this.sum[key]);
    }
    this.position = (this.position + 1) % this.steps.length;
  }
}

/** PMTA's traffic counters: total since the start or the last reset, and the sliding hour and minute with their tops. */
export class TrafficCounters {
  total = emptyFlow();
  private current = emptyFlow();
  private step = -1;
  private minute = new Window(60);
  private hour = new Window(3600);

  /** Moves the sliding windows to an instant. @param now UTC ms */
  roll(now: number): void {
    const step = Math.floor(now / 1000 / STEP_SECONDS);
    // After a gap of over an hour nothing of the windows is left: the counters need not turn further.
    for (let n = Math.min(step - this.step, 3600 / STEP_SECONDS + 1); this.step >= 0 && n > 0; n--) {
      this.minute.push(this.current);
      this.hour.push(this.current);
      this.current = emptyFlow();
    }
    this.step = step;
  }

  received(recipients: number, messages: number, bytes: number): void {
    for (const flow of [this.total, this.current]) {
      flow.inRecipients += recipients;
      flow.inMessages += messages;
      flow.inBytes += bytes;
    }
  }

  delivered(bytes: number): void {
    for (const flow of [this.total, this.current]) {
      flow.outRecipients++;
      flow.outMessages++;
      flow.outBytes += bytes;
    }
  }

  processed(kind: 'bounceProcessed' | 'feedbackLoopProcessed'): void {
    this.total[kind]++;
    this.current[kind]++;
  }

  get lastMinute(): Flow {
    return this.minute.sum;
  }
  get lastHour(): Flow {
    return this.hour.sum;
  }
  get topPerMinute(): Flow {
    return this.minute.top;
  }
  get topPerHour(): Flow {
    return this.hour.top;
  }

  /** `pmta reset counters`, or a restart. */
  reset(): void {
    this.total = emptyFlow();
    this.current = emptyFlow();
    this.minute = new Window(60);
    this.hour = new Window(3600);
  }
}
