/** What is wrong with the URL of a server, for the user to correct; undefined when nothing is. */
export function urlProblem(url: string): string | undefined {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return 'is not a URL such as https://clickhouse.example.com:8443';
  }
  const { username, password, search, hash } = new URL(url);
  if (username || password) {
    return 'holds a user or password: enter them in their own fields';
  }
  return search || hash ? 'has something behind its path: enter host, port and, for a proxy, the path only' : undefined;
}

/** What is wrong with the name of a database; it is written into SQL as it is. Undefined when nothing is. */
export function databaseProblem(name: string): string | undefined {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)
    ? undefined
    : 'must begin with a letter or _ and hold only letters, digits and _';
}
