import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope, sniff } from './envelope.ts';

const open = (text: string) => openEnvelope('mta1', 'queues', { contentType: 'text/html', text });

test('the text itself tells what it is', () => {
  const cases: Array<[string, string]> = [
    ['{"data":{}}', 'json'],
    ['\n  {"data":{}}', 'json'],
    ['<rsp><data/></rsp>', 'xml'],
    ['<?xml version="1.0"?>\n<!-- <html> -->\n<rsp/>', 'xml'],
    ['<!DOCTYPE html><html></html>', 'html'],
    ['<!doctype HTML PUBLIC "-//W3C//DTD">', 'html'],
    ['<?xml version="1.0"?><!DOCTYPE html>', 'html'],
    ['<HTML><body>', 'html'],
    ['<h1>403 Forbidden</h1>', 'html'],
    ['[1]', 'other'],
    ['OK', 'other'],
    ['', 'other'],
    ['<', 'other'],
  ];
  for (const [text, kind] of cases) {
    assert.equal(sniff(text), kind, text);
  }
});

test('unwraps JSON and XML alike, with or without message and CSRFToken', () => {
  const expected = { node: 'mta1', resource: 'queues', data: { title: 'x' }, confirmed: true };
  const json = [
    '{"data":{"title":"x"},"status":"success","message":""}',
    '{"data":{"title":"x"},"status":"success"}',
    '{"CSRFToken":"t","data":{"title":"x"},"status":"success"}',
    '{"data":"{\\"title\\":\\"x\\"}","status":"success"}',
  ];
  for (const text of json) {
    assert.deepEqual(open(text), { ...expected, format: 'json' }, text);
  }
  const xml = [
    '<rsp><data><title>x</title></data><succ/></rsp>',
    '<rsp><data><title>x</title></data><succ>1 queue busy while listing</succ></rsp>',
  ];
  for (const text of xml) {
    assert.deepEqual(open(text), { ...expected, format: 'xml' }, text);
  }
});

test('data may be text, empty, or missing', () => {
  assert.equal(open('{"data":"  Traffic  --inbound--\\n","status":"success"}').data, '  Traffic  --inbound--\n');
  assert.equal(open('<rsp><data/><succ/></rsp>').data, '');
  assert.deepEqual(open('{"status":"success"}').data, { status: 'success' });
  assert.deepEqual(open('<rsp><localIps><ip>192.0.2.1</ip></localIps><succ/></rsp>').data, {
    localIps: { ip: '192.0.2.1' },
    succ: '',
  });
  assert.equal(open('<rsp><data><title>x</title></data></rsp>').confirmed, false);
});

test('a failure with HTTP 200 is an error that quotes PMTA', () => {
  const cases: Array<[string, RegExp]> = [
    ['{"status":"fail","message":"cannot connect to pmtad"}', /and said "cannot connect to pmtad"/],
    ['{"status":"fail"}', /without saying why/],
    ['{"data":{},"status":"error","message":"no\\r\\nsuch\\u0000thing"}', /"no such thing"/],
    ['{"errors":[{"message":"bad request","description":"x"}]}', /"bad request"/],
    ['<rsp><fail>cannot connect</fail></rsp>', /"cannot connect"/],
    ['<rsp><err>cannot connect</err></rsp>', /"cannot connect"/],
    ['<rsp><error><message>cannot connect</message></error></rsp>', /"cannot connect"/],
    ['<rsp><error/></rsp>', /without saying why/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => open(text), { code: 'fail', node: 'mta1', message }, text);
  }
  assert.throws(
    () => open(JSON.stringify({ status: 'fail', message: 'x'.repeat(10_000) })),
    (error) => error instanceof Error && error.message.length < 400
  );
});

test('what is no data says so and where to look', () => {
  assert.throws(() => open('<html>login</html>'), { code: 'html' });
  const cases: Array<[string, RegExp]> = [
    ['', /is empty/],
    ['Bad gateway', /neither JSON nor XML/],
    ['{"data":{"queues":[{"name":"gmail.c', /is not whole JSON/],
    ['<rsp><data><queue>', /is not whole XML/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => open(text), { code: 'malformed', message }, text);
    assert.throws(() => open(text), { message: /resources\/raw\?node=mta1&resource=queues/ });
  }
  assert.throws(
    () => open('{"secret":"abc",}'),
    (error) => error instanceof Error && !error.message.includes('abc')
  );
  assert.throws(() => open(`<rsp>${'x'.repeat(17 * 1024 * 1024)}</rsp>`), { code: 'too-large' });
});
