import { failure } from '#domain/result.ts';
import type { Service } from '#main/handlers.ts';

export function createSharingService(): Service<'sharing'> {
  return {
    'sharing.invite': async () => failure('relay_not_set'),
    'sharing.open': async () => failure('relay_not_set'),
    'sharing.join': async () => failure('not_found'),
  };
}
