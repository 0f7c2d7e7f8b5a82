import { benchIntake, benchStore, numberOf, watchMemory } from './store.ts';

// Prints how long the intake takes for the accounting files of a folder, as JSON.
const [folder = ''] = process.argv.slice(2);
const { engine, close } = await benchStore();
const peak = watchMemory();
const began = performance.now();
const intake = benchIntake(engine, folder);
let state = intake.state()[0];
while (!state || state.accounting.files === 0 || state.accounting.lagBytes > 0) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  state = intake.state()[0];
}
const seconds = (performance.now() - began) / 1000;
const peakBytes = peak();
await intake.stop();
const records = await numberOf(engine, 'SELECT count() FROM d.events');
const diskBytes = await numberOf(
  engine,
  "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'd' AND table = 'events'"
);
await close();
console.log(JSON.stringify({ seconds, records, peakBytes, diskBytes }));
process.exit(0);
