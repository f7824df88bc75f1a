import type { CoreFailure } from '#main/core.ts';

export type Trouble = CoreFailure | 'hopeless';

const EN: Record<Trouble, string> = {
  profile_in_use: 'Another program has these books open. Use that one, or close it and start again. Nothing was changed.',
  keys_damaged: 'The file keys.json of these books cannot be read. It was left as it is: put a good copy of it back and start again.',
  keys_sealed: 'The keys of these books are sealed by the keychain of this computer, and it does not open them. Unlock it, or sign in as who you were, and start again. Nothing was changed.',
  keys_outdated: 'These books were made by a trial version and cannot be opened by this one. They were left as they are; start with another folder.',
  disk_full: 'The disk is full. Nothing was written. Make room and start again.',
  store_failed: 'The folder of these books cannot be read or written. Nothing was changed.',
  hopeless: 'The part that keeps your books cannot start. Nothing was changed. What it said is in core.log in this folder.',
};
const ZH: Record<Trouble, string> = {
  profile_in_use: '另一个程序正在使用这些账本。请使用那个窗口，或先关闭它再重新打开。没有任何改动。',
  keys_damaged: '账本的 keys.json 文件无法读取，已原样保留。请放回一份完好的副本，再重新打开。',
  keys_sealed: '账本的密钥由这台电脑的钥匙串封存，而钥匙串没有打开它们。请解锁钥匙串，或用原来的用户登录，再重新打开。没有任何改动。',
  keys_outdated: '这些账本由试用版创建，本版本无法打开，已原样保留。请使用其他文件夹。',
  disk_full: '磁盘已满，没有写入任何内容。请腾出空间后重新打开。',
  store_failed: '账本所在的文件夹无法读写。没有任何改动。',
  hopeless: '保管账本的程序无法启动。没有任何改动。详情见此文件夹中的 core.log。',
};

/** What a person is told when there are no books to show. `locale`: BCP 47. */
export const troubleWords = (trouble: Trouble, locale: string): string => (locale.startsWith('zh') ? ZH : EN)[trouble];
