import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { operators } from '../../src/operators/index.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

test('Every operator of the service is played by one of the sandbox, with all its settings', async () => {
  await using sandbox = await startSandbox();
  const { operators: configured } = loadConfig({ ...sandbox.settings }, operators);
  expect(configured.filter(({ settings }) => settings === null)).toEqual([]);
  const known = operators.flatMap(({ settings: { required, optional } }) => [
    ...Object.keys(required),
    ...Object.keys(optional),
  ]);
  // The services that know addresses are no operators.
  const ofAddresses = ['GEOCODER_URL', 'DIRECTORY_URL', 'BUILDING_FILE_URL', 'SANDBOX_BUILDINGS'];
  const others = Object.keys(sandbox.settings).filter((name) => !known.includes(name));
  expect(others).toEqual(ofAddresses);
});
