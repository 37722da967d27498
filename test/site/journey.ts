import type { Locator, Page } from 'playwright-core';

/** A person's way through the hosted page. Each step ends where the next screen stands. */
export const onScreen = (page: Page, name: string): Promise<unknown> =>
  page.waitForSelector(`[data-screen="${name}"]`, { timeout: 20_000 });

export const primary = (page: Page): Locator => page.locator('.button.primary');

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
export const photographed = (page: Page): Promise<unknown> => onScreen(page, 'review-id_photo');

/** The video begins by itself when the face is well seen, and ends by itself. */
export const filmed = (page: Page): Promise<unknown> => onScreen(page, 'review-selfie_video');

/** Runs in the page before its own scripts: a person who says no when the browser asks for the camera. */
export const refuseCamera = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))`;
