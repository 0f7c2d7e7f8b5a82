import {
  addNode,
  changeAccounting,
  changeNode,
  nodesOf,
  removeNode,
  renameNode,
  type Settings,
  withoutSecret,
  withSecret,
} from './settings';

function settingsOf(...names: string[]): Settings {
  return {
    jsonData: { nodes: names.map((name) => ({ name })) },
    secureJsonFields: Object.fromEntries(names.map((name) => [`apiKey.${name}`, true])),
    secureJsonData: {},
  } as unknown as Settings;
}

function namesOf(settings: Settings): string[] {
  return nodesOf(settings).map(({ name }) => name);
}

describe('nodes', () => {
  it('fills in what provisioning left out', () => {
    expect(nodesOf(settingsOf('a'))[0]).toEqual({
      name: 'a',
      url: '',
      timeZone: 'auto',
      tlsSkipVerify: false,
      tlsCaCert: '',
      accounting: { files: [], pull: false, receive: false },
    });
    expect(nodesOf({ ...settingsOf(), jsonData: {} })).toEqual([]);
  });

  it('gives a new node a name that is free', () => {
    expect(namesOf(addNode(settingsOf()))).toEqual(['mta1']);
    expect(namesOf(addNode(settingsOf('mta2')))).toEqual(['mta2', 'mta3']);
    expect(namesOf(addNode(settingsOf('mta3', 'x')))).toEqual(['mta3', 'x', 'mta4']);
  });

  it('changes one node only, and leaves the other settings alone', () => {
    const before = settingsOf('a', 'b');
    const after = changeNode({ ...before, jsonData: { ...before.jsonData, pollSeconds: 5 } }, 1, { url: 'http://b' });
    expect(nodesOf(after).map(({ url }) => url)).toEqual(['', 'http://b']);
    expect(after.jsonData.pollSeconds).toBe(5);
  });
});

describe('accounting', () => {
  it('changes one way only, of one node', () => {
    const before = changeAccounting(settingsOf('a', 'b'), 1, { files: ['/var/log/pmta/acct*.csv'] });
    const after = changeAccounting(before, 1, { receive: true });
    expect(nodesOf(after).map(({ accounting }) => accounting)).toEqual([
      { files: [], pull: false, receive: false },
      { files: ['/var/log/pmta/acct*.csv'], pull: false, receive: true },
    ]);
  });
});

describe('API keys', () => {
  it('are dropped with their node', () => {
    const after = removeNode(settingsOf('a', 'b'), 0);
    expect(namesOf(after)).toEqual(['b']);
    expect(after.secureJsonData).toEqual({ 'apiKey.a': '' });
    expect(after.secureJsonFields).toEqual({ 'apiKey.a': false, 'apiKey.b': true });
  });

  it('that are stored are asked for again after a new name', () => {
    const after = renameNode(settingsOf('a', 'b'), 0, 'c');
    expect(namesOf(after)).toEqual(['c', 'b']);
    expect(after.secureJsonData).toEqual({ 'apiKey.a': '' });
    expect(after.secureJsonFields).toEqual({ 'apiKey.a': false, 'apiKey.b': true });
  });

  it('that were just typed move along with the name', () => {
    const after = renameNode(withSecret(settingsOf('a'), 'apiKey.a', 'fresh'), 0, 'c');
    expect(after.secureJsonData).toEqual({ 'apiKey.a': '', 'apiKey.c': 'fresh' });
  });

  it('survive a name that does not change', () => {
    const before = settingsOf('a');
    expect(renameNode(before, 0, 'a')).toBe(before);
  });

  it('are overwritten by an empty text on reset, which is how Grafana forgets them', () => {
    const after = withoutSecret(settingsOf('a'), 'apiKey.a');
    expect(after.secureJsonData).toEqual({ 'apiKey.a': '' });
    expect(after.secureJsonFields).toEqual({ 'apiKey.a': false });
  });
});
