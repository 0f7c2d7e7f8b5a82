/** A way of answering that is no data. */
export const FAULTS = [
  'none',
  'html',
  'forbidden',
  'redirect-https',
  'redirect-ui',
  'redirect-host',
  'fail',
  'server-error',
  'hang',
  'cut',
  'truncated',
  'huge',
] as const;
/**
 * - `html`: the UI's page with 200, whatever was asked
 * - `forbidden`: 403 with PMTA's HTML page
 * - `redirect-https`, `redirect-ui`, `redirect-host`: 302 to https on the same port, to /ui, to another host
 * - `fail`: 200 with status `fail` and a message (an `<error>` in XML)
 * - `server-error`: 500
 * - `hang`: no answer, ever
 * - `cut`: the first half of the body as a complete answer
 * - `truncated`: the first half of the body, then the connection breaks
 * - `huge`: a well-formed body of 10 MB
 */
export type Fault = (typeof FAULTS)[number];

/** Everything about the monitor that differs between PMTAs and moments; all of it can be changed while it runs. */
export interface Variant {
  /** `4.0` answers in XML only, and a request for JSON with HTML. */
  version: '5.0' | '4.0';
  fault: Fault;
  /** Paths that have the fault (`/queues`); empty: all. */
  faultPaths: string[];
  /** Waits this long before each answer. */
  delayMs: number;
  /** Requests need this `X-API-Key`, else 403; empty: none is needed. */
  apiKey: string;
  /** Access level `monitor,deny-logs`: 403 for /logs and /getFile. */
  denyLogs: boolean;
  /** Plain http is redirected to https, as 5.0 does by default. */
  redirectToHttps: boolean;
  /** IANA zone of PMTA's local times. */
  timeZone: string;
  /** PMTA's clock is ahead by this much. */
  clockSkewMs: number;
  /** Rows of a list when the request does not say (http-default-max-items). */
  defaultMaxItems: number;
  /** Whether `maxitems` of a request counts. */
  honoursMaxItems: boolean;
  /** JSON has the top-level member `message`. */
  hasMessage: boolean;
  /** JSON has the top-level member `CSRFToken`. */
  hasCsrfToken: boolean;
  /** JSON `data` is an object, or the text of one (as in json-text). */
  data: 'object' | 'string';
  /** JSON numbers are numbers, or strings. */
  numbers: 'number' | 'string';
  /** How JSON tells `paused`. */
  paused: 'boolean' | 'yes-no' | 'number' | 'digit-string';
  /** Where /status keeps its status in JSON. */
  statusNesting: 'data.status' | 'data.mta.status' | 'mta.status';
  /** Members to leave out wherever they occur: `paused`, `mode`, `retryTime`, `perf`, … */
  omit: string[];
  /** Each queue and domain lists an error that is three days old behind its own. */
  oldErrors: boolean;
  /** Members of the rows of /logs; `name` alone stands for a version that tells neither time nor size. */
  logMembers: 'name-date' | 'file-time' | 'name-modified' | 'name';
  /** Sizes in /logs: `233M` as the UI shows them, or bytes. */
  logSizes: 'rounded' | 'bytes';
  /** /getFile answers Range requests with 206; never where it encodes. */
  honoursRange: boolean;
  /** /getFile encodes what it sends, whatever the client accepts, as a proxy before PMTA may. */
  fileEncoding: 'identity' | 'gzip';
  /** Rate of each transfer of /getFile; 0: as fast as the client reads. */
  fileBytesPerSecond: number;
  /** The connection breaks after so many bytes of each body of /getFile; 0: never. */
  breakFileAfter: number;
  /** Nothing more comes after so many bytes of each body of /getFile; 0: never. */
  stallFileAfter: number;
}

export const defaultVariant: Variant = {
  version: '5.0',
  fault: 'none',
  faultPaths: [],
  delayMs: 0,
  apiKey: '',
  denyLogs: false,
  redirectToHttps: false,
  timeZone: 'UTC',
  clockSkewMs: 0,
  defaultMaxItems: 10,
  honoursMaxItems: false,
  hasMessage: true,
  hasCsrfToken: false,
  data: 'object',
  numbers: 'number',
  paused: 'boolean',
  statusNesting: 'data.status',
  omit: [],
  oldErrors: false,
  logMembers: 'name-date',
  logSizes: 'rounded',
  honoursRange: false,
  fileEncoding: 'identity',
  fileBytesPerSecond: 0,
  breakFileAfter: 0,
  stallFileAfter: 0,
};
