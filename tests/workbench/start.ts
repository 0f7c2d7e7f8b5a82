const wantedNode = 24;

if (Number(process.versions.node.split('.')[0]) < wantedNode) {
  console.error(`Node ${process.versions.node} is too old: run "npm start", which brings Node ${wantedNode}.`);
  process.exit(1);
}

// Only now: an older Node does not even understand the syntax of what follows.
const { start } = await import('./start/main.ts').catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ERR_MODULE_NOT_FOUND') {
    console.error(`${error.message}\nThe project's packages are missing or old: run "npm ci".`);
    process.exit(1);
  }
  throw error;
});
await start();

export {};
