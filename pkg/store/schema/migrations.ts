import { eventsTable, intakeTable, rejectsTable } from './accountingTables.ts';
import { domainsTable, jobsTable, pollsTable, queuesTable, statusTable, vmtasTable } from './snapshotTables.ts';

/** One step of the schema; applied once a database, in order. A released step is never edited, only followed. */
export interface Migration {
  version: number;
  /** Statements for a database, whose name arrives quoted. */
  statements(database: string): string[];
}

export const migrations: Migration[] = [
  {
    version: 1,
    statements: (database) =>
      [
        eventsTable,
        rejectsTable,
        intakeTable,
        pollsTable,
        statusTable,
        queuesTable,
        domainsTable,
        vmtasTable,
        jobsTable,
      ].map((create) => create(database)),
  },
];
