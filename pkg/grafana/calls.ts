import type { CallScope } from './handlers.ts';

/** What a gRPC call of @grpc/grpc-js tells of its end; it says `cancelled` also when the deadline has passed. */
export interface BoundedCall {
  cancelled: boolean;
  once(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
}

/** The calls that are being answered: each has one signal for cancellation, deadline and the plugin's own end. */
export class LiveCalls {
  readonly #controllers = new Set<AbortController>();

  /** Runs `work` in the scope of `call`. The signal stays quiet once the work is done. */
  async run<T>(call: BoundedCall, work: (scope: CallScope) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = () => controller.abort();
    call.once('cancelled', cancel);
    if (call.cancelled) {
      cancel();
    }
    this.#controllers.add(controller);
    try {
      return await work({ signal: controller.signal });
    } finally {
      call.off('cancelled', cancel);
      this.#controllers.delete(controller);
    }
  }

  /** Aborts every call, because the plugin stops. */
  abort(): void {
    for (const controller of this.#controllers) {
      controller.abort();
    }
  }
}
