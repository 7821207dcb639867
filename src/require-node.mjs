// Runs before the service, also on versions of Node that could not read its sources: says what is wrong in one line.
const oldest = [24, 12];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `This is Node ${process.versions.node}, and ${oldest.join('.')} or newer is needed. "npm ci" installs Node 26 beside the project ` +
      'unless install scripts are off: run "npm rebuild node", or install a newer Node.\n',
  );
  process.exit(78);
}
