/** The real HID addon in a process of its own, which sees the virtual reader; what it is asked and answers goes over its channel to the tests. */
import { openNodeHid, type HidHandle } from '#native/drivers/hid.ts';
import type { HidQuestion } from './virtual-neo2.ts';

const hid = await openNodeHid();
const handles = new Map<number, HidHandle>();
const say = (message: unknown): void => void process.send?.(message);

async function answer({ call, handle, path, bytes }: HidQuestion): Promise<unknown> {
  switch (call) {
    case 'devices':
      return hid.devices();
    case 'isAllowed':
      return hid.isAllowed(path);
    case 'open':
      handles.set(handle, await hid.open(path, { onReport: (report) => say({ handle, report }), onGone: () => say({ handle, isGone: true }) }));
      return undefined;
    case 'write':
      return handles.get(handle)?.write(bytes);
    case 'close':
      return handles.get(handle)?.close();
  }
}
process.on('message', (question: HidQuestion) => {
  answer(question).then(
    (value) => say({ question: question.number, ok: true, value }),
    () => say({ question: question.number, ok: false }),
  );
});
process.on('disconnect', () => process.exit(0));
say({ isReady: true });
