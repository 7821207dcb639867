#!/usr/bin/env node
// The command `eligibility`. It is plain JavaScript, with its types in comments: Node reads no TypeScript in a package that is
// installed, and the Node of the machine that it is installed on may be older than that of the service.

const oldest = 20;
const [major = '0'] = process.versions.node.split('.');
if (Number(major) < oldest) {
  process.stderr.write(
    `This is Node ${process.versions.node}, and eligibility needs ${oldest} or newer: install one from https://nodejs.org.\n`,
  );
  process.exit(2);
}

const { run } = await import('./run.mjs');
process.exitCode = await run(process.argv.slice(2));
