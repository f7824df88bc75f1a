import { expect, type Locator, type Page } from '@playwright/test';

/** What somebody does about calls, by roles and labels. */
export interface CallSteps {
  openChatWith(name: string): Promise<void>;
  /** By the button in the head of the chat. */
  startTo(name: string): Promise<void>;
  /** The explanation before the first call. */
  agreeToIntroduction(name: string): Promise<void>;
  ringing(name: string): Locator;
  /** Enter, once one has had time to see who calls. */
  answerByKey(): Promise<void>;
  declineByKey(): Promise<void>;
  sheet(name: string): Locator;
  over(): Locator;
}

export function callsOf(page: Page): CallSteps {
  const ready = page.locator('[data-testid="ring-sheet"][data-ready]');
  return {
    async openChatWith(name) {
      await page.getByRole('navigation').getByRole('link', { name: /^Chats/ }).click();
      await page.getByRole('link', { name: new RegExp(`^${name}`) }).first().click();
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    },
    startTo: (name) => page.getByRole('button', { name: `Call ${name}` }).first().click(),
    async agreeToIntroduction(name) {
      const dialog = page.getByRole('dialog', { name: 'Before your first call' });
      await expect(dialog).toContainText('Nothing is recorded or stored');
      await dialog.getByRole('button', { name: `Call ${name}` }).click();
    },
    ringing: (name) => page.getByRole('dialog', { name: `${name} is calling` }),
    async answerByKey() {
      await ready.waitFor({ state: 'attached' });
      await page.keyboard.press('Enter');
    },
    async declineByKey() {
      await ready.waitFor({ state: 'attached' });
      await page.keyboard.press('Escape');
    },
    sheet: (name) => page.getByRole('dialog', { name: `Call with ${name}` }),
    over: () => page.getByTestId('call-over'),
  };
}
