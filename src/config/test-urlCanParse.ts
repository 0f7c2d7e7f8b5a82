// Every browser that Grafana runs in has it, and jsdom's URL has not.
URL.canParse ??= (url) => {
  try {
    return Boolean(new URL(url));
  } catch {
    return false;
  }
};

export {};
