import { useWatch } from './core.tsx';

/** Whether there is a relay to send to. Without one nothing is on its way anywhere, so nothing waits, and a mark on everything would say nothing. */
export const useIsSending = (): boolean => (useWatch('sync.state', {}).view?.connection ?? 'notSet') !== 'notSet';
