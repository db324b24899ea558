/** Throws where something is not as it must be. */
export function must(what: string, found: unknown, wanted: unknown): void {
  const [said, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (said !== right) throw new Error(`${what}: ${said}, not ${right}`);
}
