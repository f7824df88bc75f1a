import type { ProfileView } from '#contract/views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Output } from '#contract/api.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Publish, Service } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';

interface Dependencies {
  keyring: Keyring;
  /** This device's own public key, 64 hexadecimal digits. */
  device: string;
  /** Why the store cannot be written to, if so. */
  problem(): ErrorCode | undefined;
  publish: Publish;
  /** Makes a new person of this name on this device. */
  setUp(person: { name: string; language: 'en' | 'zh-CN' }): Promise<Result<void, ErrorCode>>;
  /** Makes new names known in the ledgers. */
  tellNames(names: { name?: string; deviceName?: string }): Promise<Result<void, ErrorCode>>;
  salvage(): Promise<Result<Output<'profile.salvage'>, ErrorCode>>;
}

/** Who I am on this device and how the app looks: kept with the keys, so that it is there when the store is not. */
export function createProfileService({ keyring, device, problem, publish, setUp, tellNames, salvage }: Dependencies): Service<'profile'> {
  function read(): ProfileView {
    const { person, look, device: own } = keyring.get();
    const wrong = problem() ?? null;
    return {
      state: wrong === null ? (person ? 'ready' : 'new') : 'readOnly',
      problem: wrong,
      name: person?.name ?? '',
      language: person?.language ?? 'en',
      ...look,
      device: { id: device.slice(0, 32), name: own.name },
    };
  }

  return {
    'profile.get': { topics: () => ['profile'], read: () => success(read()) },
    async 'profile.setUp'({ name, language }) {
      if (keyring.get().person) return failure('already_set_up');
      const made = await setUp({ name, language });
      publish('profile', 'people');
      return made.ok ? success(null) : made;
    },
    async 'profile.update'({ name, language, theme, hideAmounts, deviceName }) {
      const { person } = keyring.get();
      if (!person && (name !== undefined || language !== undefined)) return failure('not_set_up');
      keyring.update((keys) => ({
        ...keys,
        person: keys.person && { name: name ?? keys.person.name, language: language ?? keys.person.language },
        look: { theme: theme ?? keys.look.theme, hideAmounts: hideAmounts ?? keys.look.hideAmounts },
        device: { ...keys.device, name: deviceName ?? keys.device.name },
      }));
      publish('profile');
      if (name === undefined && deviceName === undefined) return success(null);
      const told = await tellNames({ ...(name !== undefined && { name }), ...(deviceName !== undefined && { deviceName }) });
      publish('people');
      return told.ok ? success(null) : told;
    },
    'profile.salvage': () => salvage(),
  };
}
