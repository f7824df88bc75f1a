import { safeStorage } from 'electron';
import type { Keychain } from './profile-key.ts';

/** The keychain of the operating system, as Electron reaches it; after the application is ready. */
export const systemKeychain: Keychain = {
  async weakness() {
    // Without a password manager Chromium seals under a password that everybody can read in its source.
    const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : undefined;
    if (backend === 'basic_text' || backend === 'unknown') return 'this desktop has no keychain';
    return (await safeStorage.isAsyncEncryptionAvailable()) ? undefined : 'the keychain is not available';
  },
  seal: (text) => safeStorage.encryptStringAsync(text),
  async open(sealed) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed));
    return { text: result, isOld: shouldReEncrypt };
  },
};
