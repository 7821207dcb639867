import { registerHooks } from 'node:module';

// Loaded before the service in a process of its own: gives it a registry with one operator more.

const registry = new URL('registry.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const isRegistry = resolved.url.endsWith('/src/operators/index.ts');
    return isRegistry && context.parentURL !== registry ? { ...resolved, url: registry } : resolved;
  },
});
