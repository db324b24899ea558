import { safeStorage } from 'electron';
import type { SecretBox } from '../operations/desk/desk.js';
import { passphraseBox } from '../operations/desk/passphrase-box.js';

/**
 * The system's keychain; if there is none, or only Linux's fixed password, a passphrase, or nothing is stored. Call it
 * after the app is ready.
 */
export function secretBox(passphrase: string | undefined): SecretBox {
  return hasKeychain() ? keychainBox : passphraseBox(passphrase);
}

function hasKeychain(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

const keychainBox: SecretBox = {
  kind: 'keychain',
  seal: (secret) => safeStorage.encryptString(secret).toString('base64'),
  open: (sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')),
};
