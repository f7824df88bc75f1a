import { MAXIMUM_PICTURE } from '#domain/personal.ts';
import { failure, success, type Result } from '#domain/result.ts';

/** Edges in pixels and qualities to try, best first. The last ones fit whatever the picture shows. */
const TRIES: readonly { edge: number; quality: number }[] = [256, 192, 128, 64].flatMap((edge) => [0.85, 0.7, 0.5].map((quality) => ({ edge, quality })));

/**
 * A picture file as a square data URL of at most MAXIMUM_PICTURE characters: its middle, as WebP, or as JPEG where the
 * browser writes no WebP. Nothing but pixels goes on: where and with what a photo was taken stays behind.
 */
export async function fileToPicture(file: Blob): Promise<Result<string, 'unreadable'>> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return failure('unreadable');
  }
  const canvas = document.createElement('canvas');
  const side = Math.min(bitmap.width, bitmap.height);
  for (const { edge, quality } of TRIES) {
    canvas.width = canvas.height = edge;
    canvas.getContext('2d')?.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, edge, edge);
    const url = ['image/webp', 'image/jpeg'].map((type) => ({ type, url: canvas.toDataURL(type, quality) })).find((made) => made.url.startsWith(`data:${made.type};`))?.url;
    if (url !== undefined && url.length <= MAXIMUM_PICTURE) {
      bitmap.close();
      return success(url);
    }
  }
  return failure('unreadable');
}
