/** A fault that is put into the code by hand: one that would hurt, and that tests have to see. */
export interface Fault {
  /** `area/what`: the name under which its outcome is kept. */
  readonly name: string;
  /** Its file, from the root of the project. */
  readonly file: string;
  /**
   * A text that stands once in the file, and what stands there instead: as little as makes the fault, so that it
   * survives edits around it.
   */
  readonly find: string;
  readonly replace: string;
  /** Test files that should see it, from the root of the project. */
  readonly tests: readonly string[];
  /**
   * Why no test can see it, where none can: it changes nothing that anybody could observe, or a second guard stands
   * behind it.
   */
  readonly unseen?: string;
}

/** The faulty text of a file; throws where the place does not stand in it exactly once. */
export function planted(fault: Fault, text: string): string {
  const parts = text.split(fault.find);
  if (parts.length !== 2)
    throw new Error(`${fault.name}: its text stands ${String(parts.length - 1)} times in ${fault.file}`);
  return parts.join(fault.replace);
}
