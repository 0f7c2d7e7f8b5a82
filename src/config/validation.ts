import { databaseProblem as sqlNameProblem, urlProblem as serverUrlProblem } from '../../pkg/store/server/address.ts';

/** What is wrong with a setting, in words for its field; `undefined` where all is well. */
export type Problem = string | undefined;

export function nameProblem(name: string, others: string[]): Problem {
  const trimmed = name.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,62}$/u.test(trimmed)) {
    return 'A node needs a name of letters, digits, ".", "_", ":" and "-", beginning with a letter or digit.';
  }
  return others.includes(trimmed) ? `Another node is called ${trimmed}. Choose a name of its own.` : undefined;
}

/** Empty is fine: such a node has accounting only. */
export function urlProblem(url: string): Problem {
  if (url === '') {
    return undefined;
  }
  const parsed = parseUrl(url);
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    return 'Give the address with http:// or https://, such as https://mta1.example.com:8080.';
  }
  return parsed.username || parsed.password
    ? 'Remove user name and password, which PMTA does not know: it lets in by address or by API key.'
    : undefined;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function filesProblem(globs: string[]): Problem {
  const relative = globs.find((glob) => !glob.startsWith('/'));
  return relative === undefined
    ? undefined
    : `${relative} is not an absolute path. Begin with /, such as /var/log/pmta/acct*.csv.`;
}

export function certificateProblem(pem: string): Problem {
  return pem.trim() === '' || /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(pem)
    ? undefined
    : 'Paste the certificate in PEM form, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.';
}

/** PMTA's list of files is the monitor's, so there is nothing to pull without one. */
export function pullProblem(pull: boolean, url: string): Problem {
  return pull && url === '' ? 'There is no monitor to pull from: give its URL above, or switch this off.' : undefined;
}

/** Of the ClickHouse server. */
export function storeUrlProblem(url: string): Problem {
  if (url === '') {
    return 'Give the address of the server, such as https://clickhouse.example.com:8443.';
  }
  const problem = serverUrlProblem(url);
  return problem && `The URL ${problem}.`;
}

export function databaseProblem(name: string): Problem {
  const problem = sqlNameProblem(name);
  return problem && `The name ${problem}.`;
}

/** Empty is fine: one server. */
export function clusterProblem(name: string): Problem {
  return name === '' ? undefined : databaseProblem(name);
}

export function wholeNumberProblem(text: string, least: number, most: number): Problem {
  return /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most
    ? undefined
    : `Give a whole number from ${least} to ${most}.`;
}
