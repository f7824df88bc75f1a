/** Notes what has the keyboard now; the answer gives it back, where that is still on the page. */
export function noteFocus(): () => void {
  const had = document.activeElement;
  return () => {
    if (had instanceof HTMLElement && had.isConnected) had.focus({ preventScroll: true });
  };
}
