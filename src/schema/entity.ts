import type { GraphQLObjectType } from 'graphql';
import type { Context } from './context.ts';

/** Loads the thing with this id through the loaders of the execution; null where there is none. */
export type LoadEntity<Shape = unknown> = (id: string, context: Context) => Promise<Shape | null>;

const extension = 'federation';

interface Federation {
  readonly load?: LoadEntity;
  readonly isShareable?: true;
}

/**
 * Marks an object type as one that other subgraphs of a federated graph may refer to by its `id` and add fields to:
 * `Ref.implement({ extensions: entity<Shape>((id, context) => …), … })`. `load` is called once for each reference, all of
 * an operation before the first is awaited, so that a DataLoader batches them.
 */
export function entity<Shape extends object>(load: LoadEntity<Shape>): Record<string, unknown> {
  return { [extension]: { load } satisfies Federation };
}

/** Marks an object type that other subgraphs define, too, and in the same way. */
export const shareable: Record<string, unknown> = {
  [extension]: { isShareable: true } satisfies Federation,
};

/** How a type's things are loaded by their id; null of a type that is no entity. */
export function entityLoader(type: GraphQLObjectType): LoadEntity | null {
  return findFederation(type)?.load ?? null;
}

/** Whether a type is marked as `shareable`. */
export function isShareable(type: GraphQLObjectType): boolean {
  return findFederation(type)?.isShareable === true;
}

function findFederation({ extensions }: GraphQLObjectType): Federation | undefined {
  return extensions[extension] as Federation | undefined;
}
