/** A command cannot do what it was asked; the message is one line for people. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
