import { type PmtaQuery } from '../types';
import { displayText } from './display';

describe('displayText', () => {
  it.each<[Partial<PmtaQuery>, string]>([
    [{ queryType: 'events' }, 'Delivered'],
    [
      {
        queryType: 'events',
        measure: 'deferral_rate',
        groupBy: ['provider', 'vmta'],
        filters: [
          { key: 'node', operator: '=|', values: ['mta1', 'mta2'] },
          { key: '', operator: '=', values: [] },
        ],
      },
      'Deferral rate by Provider, VMTA where node =| mta1, mta2',
    ],
    [{ queryType: 'events', measure: '$measure' }, '$measure'],
    [{ queryType: 'history', metric: 'up', groupBy: ['node'] }, 'Up by Node'],
    [{ queryType: 'live', resource: 'jobs', groupBy: ['node'] }, 'Jobs now'],
    [{ queryType: 'logs', groupBy: ['node'] }, 'Logs'],
    [{ queryType: 'logs', search: '5.7.1' }, 'Logs with "5.7.1"'],
    [{ queryType: 'sql' }, 'sql'],
    [{}, ''],
  ])('says %j as %s', (fields, text) => {
    expect(displayText({ refId: 'A', ...fields })).toBe(text);
  });
});
