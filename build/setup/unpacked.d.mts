/**
 * The folder with these packages of Debian, unpacked and not installed; fetches them at the first call. `adapt` changes
 * what has to be different there. Throws if this machine has no apt, or does not get them.
 */
export function unpacked(name: string, packages: readonly string[], adapt?: (folder: string) => void): Promise<string>;
/** The environment in which programs of such a folder find each other and their libraries. */
export function environmentIn(folder: string): NodeJS.ProcessEnv;
