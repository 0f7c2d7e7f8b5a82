import { expect, type Page, type Response } from '@playwright/test';

import type { FrameJson } from '../../pkg/frames/frameToJson.ts';
import type { Query } from '../../pkg/query/model.ts';

interface Answer {
  status: number;
  frames: FrameJson[];
  error?: string;
}

/** Address of Explore with one query; the range holds everything that the simulated PMTAs wrote. */
export function exploreAddress(query: Partial<Query>, hours = 3): string {
  const queries = JSON.stringify([{ refId: 'A', ...query }]);
  return `/explore?${new URLSearchParams({ from: `now-${hours}h`, to: 'now', queries })}`;
}

/** The next answer to a query of the page. */
function nextAnswer(page: Page): Promise<Response> {
  return page.waitForResponse((response) => response.url().includes('/api/ds/query'));
}

async function answerOf(response: Response, refId = 'A'): Promise<Answer> {
  const { results } = (await response.json()) as { results: Record<string, Answer> };
  const answer = results[refId];
  if (!answer) {
    throw new Error(`No answer for ${refId} in ${JSON.stringify(results)}`);
  }
  return answer;
}

/** Sums of all numbers, by the value of a label. */
export function totalsBy(label: string, { frames }: Answer): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { schema, data } of frames) {
    schema.fields.forEach(({ type, labels }, index) => {
      if (type === 'number') {
        const value = labels?.[label] ?? '';
        const sum = (data.values[index] ?? []).reduce<number>((total, number) => total + Number(number ?? 0), 0);
        totals[value] = (totals[value] ?? 0) + sum;
      }
    });
  }
  return totals;
}

/** Opens an address and runs its query until its numbers add up to what the PMTAs wrote; answers the last answer. */
export async function openWhenStored(page: Page, address: string, expected: number): Promise<Answer> {
  let answer: Answer | undefined;
  await page.goto(address);
  await expect(async () => {
    const answered = nextAnswer(page);
    await page.getByRole('button', { name: 'Run query' }).click();
    answer = await answerOf(await answered);
    const totals = Object.values(totalsBy('', answer));
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(expected);
  }).toPass({ timeout: 60_000 });
  return answer!;
}
