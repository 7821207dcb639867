import type { z } from 'zod';
import { simulatedOperators } from './index.ts';
import type { SandboxScripts } from './start-sandbox.ts';

/** A script among the settings that cannot be used; the message names the setting and what is wrong. */
export class ScriptSettingError extends Error {
  override readonly name = 'ScriptSettingError';
}

/**
 * The scripts that the environment has for simulated operators, each as `PATCH /_sandbox/script` takes it:
 * `SANDBOX_COVAGE_SCRIPT={"latencyMs":[50,300],"limitPerSecond":20}`. Throws ScriptSettingError.
 */
export async function scriptsOf(
  env: Readonly<Record<string, string | undefined>>,
): Promise<SandboxScripts> {
  const scripts: Record<string, unknown> = {};
  for (const { name, scriptSchema } of simulatedOperators) {
    const setting = `SANDBOX_${name.toUpperCase()}_SCRIPT`;
    const text = env[setting] ?? '';
    if (text === '') continue;
    const schema: z.ZodType = await scriptSchema();
    const read = schema.safeParse(jsonOf(setting, text));
    if (!read.success) {
      const [issue] = read.error.issues;
      const where =
        issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
      throw new ScriptSettingError(`${setting} cannot be used: ${where}${issue?.message ?? ''}`);
    }
    scripts[name] = read.data;
  }
  return scripts;
}

function jsonOf(setting: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ScriptSettingError(`${setting} is not JSON.`);
  }
}
