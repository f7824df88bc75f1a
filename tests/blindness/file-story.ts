/** A file on an entry, with words inside that nobody but the two should read. */
import { valueOf, viewOf } from '#tests/people.ts';
import type { Player } from './cast.ts';

interface FileStory {
  readonly one: Player;
  readonly other: Player;
  readonly ledger: string;
  readonly about: string;
  word(): string;
  newId(): string;
}

export async function attach({ one, other, ledger, about, word, newId }: FileStory): Promise<void> {
  const content = Buffer.concat([Buffer.from('%PDF-1.4\n'), ...Array.from({ length: 3 }, () => Buffer.from(`${word()}\n`.repeat(2_000)))]);
  const { file } = valueOf(await one.client.call('files.upload', { file: null, piece: content.toString('base64') }));
  const attachment = newId();
  valueOf(await one.client.call('attachments.add', { ledger, about, attachment, file, name: `${word()}.pdf` }));
  await viewOf(one.client, 'attachments.of', { ledger, about }, ([first]) => first?.waiting === false);
  await viewOf(other.client, 'attachments.of', { ledger, about }, (list) => list.length === 1);
  valueOf(await other.client.call('attachments.fetch', { ledger, attachment }));
  const { content: read } = valueOf(await other.client.call('attachments.read', { ledger, attachment, offset: 0 }));
  if (!Buffer.from(read, 'base64').equals(content)) throw new Error('a file comes as it was');
  valueOf(await other.client.call('attachments.remove', { ledger, attachment }));
  valueOf(await other.client.call('attachments.restore', { ledger, attachment }));
}
