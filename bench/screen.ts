export async function benchScreen(_profile: string, _ledger: string): Promise<void> {}
