import { openSync, readFileSync, writeSync } from 'node:fs';

// Writes the records of a file into another at a rate, as PMTA would; says after each step how many there are and when.
const [source = '', target = '', rate = '', seconds = ''] = process.argv.slice(2);
const stepMs = 50;
const lines = readFileSync(source, 'latin1').split('\n').slice(0, -1);
const [header = '', ...records] = lines;
const file = openSync(target, 'a');
writeSync(file, `${header}\n`);
const began = Date.now();
let count = 0;
while (Date.now() - began < Number(seconds) * 1000) {
  const wanted = Math.floor(((Date.now() - began) / 1000) * Number(rate));
  if (wanted > count) {
    const step = Array.from({ length: wanted - count }, (_, index) => `${records[(count + index) % records.length]}\n`);
    writeSync(file, Buffer.from(step.join(''), 'latin1'));
    count = wanted;
    console.log(JSON.stringify({ count, ms: Date.now() }));
  }
  await new Promise((resolve) => setTimeout(resolve, stepMs));
}
