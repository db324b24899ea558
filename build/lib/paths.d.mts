export const root: string;
export const inRoot: (...parts: string[]) => string;
export const inDot: (...parts: string[]) => string;
export const inApp: (...parts: string[]) => string;
export const inStorage: (...parts: string[]) => string;
