import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startSimulator } from '../../simulator/simulator.ts';

const copies = 4;
const simulatedMs = 60_000;
const rate = 4_000;

/**
 * Writes a backlog of accounting files of all record types into a folder. A minute of simulated mail is written several
 * times over, each time a day earlier, since simulating takes longer than reading. Answers the number of records.
 */
export async function writeAccounting(folder: string): Promise<number> {
  const source = join(folder, 'simulated');
  mkdirSync(source);
  const start = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  const simulator = await startSimulator({ directory: source, start, rate, steady: true });
  await simulator.advance(simulatedMs);
  await simulator.stop();
  const [name = ''] = readdirSync(source);
  const bytes = readFileSync(join(source, name));
  const header = bytes.indexOf(0x0a) + 1;
  const text = bytes.toString('latin1', header);
  for (let copy = 0; copy < copies; copy++) {
    const day = dayOf(start - copy * 86_400_000);
    const dated = text.replaceAll(dayOf(start), day);
    writeFileSync(
      join(folder, `acct-${day}-0000.csv`),
      Buffer.from(bytes.toString('latin1', 0, header) + dated, 'latin1')
    );
  }
  rmSync(source, { recursive: true });
  return copies * (text.split('\n').length - 1);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
