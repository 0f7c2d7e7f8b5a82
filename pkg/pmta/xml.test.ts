import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXml } from './xml.ts';

test('values stay text, empty elements are empty', () => {
  assert.deepEqual(parseXml('<rsp><data><v>5.0</v><n>007</n><userString/><b></b></data><succ/></rsp>'), {
    rsp: { data: { v: '5.0', n: '007', userString: '', b: '' }, succ: '' },
  });
});

test('repeated elements become a list', () => {
  assert.deepEqual(parseXml('<data><queue><name>a</name></queue><queue><name>b</name></queue></data>'), {
    data: { queue: [{ name: 'a' }, { name: 'b' }] },
  });
});

test('entities are decoded once, unknown ones stay', () => {
  const text = '&quot;421&quot; &lt;a@b&gt; R&amp;amp;D &#233;&#xE9; &apos; &nbsp; &#x110000;';
  assert.deepEqual(parseXml(`<rsp><text>${text}</text></rsp>`), {
    rsp: { text: '"421" <a@b> R&amp;D éé \' &nbsp; &#x110000;' },
  });
});

test('an answer full of entities is read whole', () => {
  const parsed = parseXml(`<rsp>${'&quot;'.repeat(200_000)}</rsp>`);
  assert.deepEqual(parsed, { rsp: '"'.repeat(200_000) });
});

test('declarations, comments and CDATA', () => {
  assert.deepEqual(parseXml('<?xml version="1.0"?><!-- x --><rsp><a><![CDATA[x&lt;<y]]></a></rsp>'), {
    rsp: { a: 'x&lt;<y' },
  });
});

test('what is cut, wrong or dangerous is refused', () => {
  const texts = [
    '<rsp><data><queue><name>gmail.com/v',
    '<rsp><data></rsp>',
    '<rsp><a>1</b></rsp>',
    '{"data":{}}',
    '<!DOCTYPE rsp [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rsp>&b;</rsp>',
    '<!DOCTYPE rsp SYSTEM "file:///etc/passwd"><rsp/>',
    '<rsp><__proto__><polluted>1</polluted></__proto__></rsp>',
    `${'<a>'.repeat(500)}${'</a>'.repeat(500)}`,
  ];
  for (const text of texts) {
    assert.throws(() => parseXml(text), SyntaxError, text.slice(0, 60));
  }
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});
