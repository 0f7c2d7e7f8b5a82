import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Machine } from '../../host/isLocal.ts';
import { localNodes } from './localNodes.ts';

const machine: Machine = {
  hostName: 'mta1',
  addresses: ['192.0.2.1'],
  resolve: (name) => (name === 'mta1.example.com' ? Promise.resolve(['192.0.2.1']) : Promise.reject(new Error(name))),
};

async function local(...urls: string[]): Promise<string[]> {
  const found = await localNodes(
    urls.map((url) => ({ url })),
    machine
  );
  return found.map(({ url }) => url);
}

test('nodes are here by their URL', async () => {
  const here = 'https://mta1.example.com:8080';
  assert.deepEqual(await local(here, 'http://mta2.example.com:8080'), [here]);
  assert.deepEqual(await local('http://mta2.example.com:8080', 'http://192.0.2.2'), []);
});

test('a node without URL is here only where no other can be meant', async () => {
  assert.deepEqual(await local(''), ['']);
  assert.deepEqual(await local('', 'http://192.0.2.2'), ['']);
  assert.deepEqual(await local('', ''), []);
  assert.deepEqual(await local('', 'http://192.0.2.1'), ['http://192.0.2.1']);
});
