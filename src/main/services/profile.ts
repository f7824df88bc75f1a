import type { ProfileView } from '#contract/views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Output } from '#contract/api.ts';
import type { DeviceId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Publish, Service } from '#main/handlers.ts';
import type { Keyring } from '#main/keyring.ts';

interface Dependencies {
  keyring: Keyring;
  device: DeviceId;
  /** Why the store cannot be written to, if so. */
  problem(): ErrorCode | undefined;
  publish: Publish;
  /** Makes the device's new name known in the ledgers. */
  renameDevice(name: string): Promise<Result<void, ErrorCode>>;
  salvage(): Promise<Result<Output<'profile.salvage'>, ErrorCode>>;
}

/** Who I am on this device and how the app looks: kept with the keys, so that it is there when the store is not. */
export function createProfileService({ keyring, device, problem, publish, renameDevice, salvage }: Dependencies): Service<'profile'> {
  function read(): ProfileView {
    const { person, look, device: own } = keyring.get();
    const wrong = problem() ?? null;
    return {
      state: wrong === null ? (person ? 'ready' : 'new') : 'readOnly',
      problem: wrong,
      name: person?.name ?? '',
      language: person?.language ?? 'en',
      ...look,
      device: { id: device, name: own.name },
    };
  }

  return {
    'profile.get': { topics: () => ['profile'], read: () => success(read()) },
    async 'profile.setUp'({ name, language }) {
      if (keyring.get().person) return failure('already_set_up');
      keyring.update((keys) => ({ ...keys, person: { name, language } }));
      publish('profile');
      return success(null);
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
      if (deviceName === undefined) return success(null);
      const renamed = await renameDevice(deviceName);
      return renamed.ok ? success(null) : renamed;
    },
    'profile.salvage': () => salvage(),
  };
}
