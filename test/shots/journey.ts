import type { Page } from 'playwright-core';

/** The page's way, step by step, as a person takes it with a camera. Each function ends where the next screen stands. */
export const onScreen = (page: Page, name: string): Promise<unknown> =>
  page.waitForSelector(`[data-screen="${name}"]`, { timeout: 20_000 });

const primary = (page: Page) => page.locator('.button.primary');

export async function start(page: Page): Promise<void> {
  await onScreen(page, 'welcome');
  await primary(page).click();
  await onScreen(page, 'consent');
}

export async function agree(page: Page): Promise<void> {
  await page.locator('input[type=checkbox]').check();
  await primary(page).click();
}

/** The document is photographed by the page itself, when it is in the frame and still. */
export async function photograph(page: Page): Promise<void> {
  await onScreen(page, 'id_photo');
  await onScreen(page, 'review-id_photo');
}

export async function use(page: Page): Promise<void> {
  await primary(page).click();
}

/** The video begins by itself when the face is well seen. */
export async function film(page: Page): Promise<void> {
  await onScreen(page, 'selfie_video');
  await onScreen(page, 'review-selfie_video');
}

/** Chosen instead of a photo from the camera. */
export async function chooseFile(page: Page, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file);
}
