import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';
import { spellBuildingFileUrl, openBuildingFile } from './building-file.ts';

/** The building files of the sandbox. */
export interface SandboxBuildings {
  /** The address of a file, with `{department}` where the département stands. */
  readonly fileUrl: string;
  readonly departments: readonly string[];
}

/**
 * With the sandbox: imports its buildings where there are none of a département. Without: removes them, since they are made up.
 * Never rejects: what is missing is logged, and addresses are found without it.
 */
export async function keepSandboxBuildings(
  { buildings }: Store,
  sandbox: SandboxBuildings | null,
  log: Log,
): Promise<void> {
  try {
    if (sandbox === null) {
      await buildings.deleteSandboxes();
      return;
    }
    const present = await buildings.departments();
    for (const department of sandbox.departments) {
      if (present.has(department)) continue;
      const file = await openBuildingFile(spellBuildingFileUrl(sandbox.fileUrl, department), {
        department,
      });
      const { asOf, batches } = file;
      await buildings.replace({ department, asOf, isSandbox: true, batches });
    }
  } catch (error) {
    log.warn({ err: error }, "the sandbox's buildings are not complete");
  }
}
