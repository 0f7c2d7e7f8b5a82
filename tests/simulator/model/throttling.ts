import type { ProviderName } from './providers.ts';
import type { Queue } from './queue.ts';

/** A provider limits part of our traffic for a while. */
export interface Episode {
  provider: ProviderName;
  /** Only this pool; all pools when left out. */
  pool?: string;
  /** Only this VMTA; all when left out. */
  vmta?: string;
  /** UTC ms, first instant. */
  from: number;
  /** UTC ms, first instant after it. */
  to: number;
  /** Share of attempts that are refused, 0 to 1; nearly all (0.97) when left out. */
  share?: number;
}

/** The throttling episodes that are planned or under way. */
export class Throttling {
  private episodes: Episode[] = [];
  private active: Episode[] = [];

  plan(episode: Episode): void {
    this.episodes.push(episode);
  }

  /** Begins and ends episodes. @param now UTC ms */
  turn(now: number): void {
    this.episodes = this.episodes.filter((episode) => now < episode.to);
    this.active = this.episodes.filter((episode) => episode.from <= now);
  }

  /** What throttles a queue at the moment, if anything. */
  of(queue: Queue): Episode | null {
    for (const episode of this.active) {
      if (
        episode.provider === queue.provider &&
        (episode.pool ?? queue.vmta.pool) === queue.vmta.pool &&
        (episode.vmta ?? queue.vmta.name) === queue.vmta.name
      ) {
        return episode;
      }
    }
    return null;
  }
}
