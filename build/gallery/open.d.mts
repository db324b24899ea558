import type { ElectronApplication, Page } from 'playwright';

export function openGallery(): Promise<{
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The address of the gallery on this machine. */
  readonly address: string;
  close(): Promise<void>;
}>;
