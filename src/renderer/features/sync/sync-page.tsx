/** What is on this device, what waits to be sent, and why. */
export function SyncPage() {
  return <section />;
}
