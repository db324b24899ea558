export function buildChanged(options?: { only?: string[]; present?: boolean }): Promise<string[]>;
