/** Whether this machine can show windows already. */
export function hasDisplay(): boolean;

export interface VirtualDisplay {
  /** For DISPLAY. */
  readonly display: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts one virtual display on a free number. `size`: width, height and depth, as `1920x1200x24`. */
export function startXvfb(options?: { readonly size?: string }): Promise<VirtualDisplay>;
