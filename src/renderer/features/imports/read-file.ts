import { failure, success, type Result } from '#domain/result.ts';

/** The contract's limit for the bytes of a file: 32 MiB. */
export const LARGEST_FILE = 32 * 1024 * 1024;

/**
 * A file's bytes as base64. The browser reads and encodes beside the screen's thread, so typing goes on meanwhile.
 * file_too_large is known before a byte is read; file_unreadable where the file went away or may not be read.
 */
export async function readFileAsBase64(file: Blob): Promise<Result<string, 'file_too_large' | 'file_empty' | 'file_unreadable'>> {
  if (file.size > LARGEST_FILE) return failure('file_too_large', { bytes: file.size, largest: LARGEST_FILE });
  if (file.size === 0) return failure('file_empty');
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => resolve(failure('file_unreadable')));
    reader.addEventListener('load', () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(success(url.slice(url.indexOf(',') + 1)));
    });
    reader.readAsDataURL(file);
  });
}
