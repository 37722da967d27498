/** What a log must never hold, whoever wrote it. */
const forbidden: Readonly<Record<string, RegExp>> = {
  'an API key': /\b[ps]k_(?:live|test)_[0-9A-Za-z]{16,}/,
  'a webhook secret': /whsec_[0-9A-Za-z+/]{8,}/,
  'an authorization header': /bearer [0-9A-Za-z_.-]{16,}/i,
  'a token': /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  'a signed address': /X-Amz-(?:Signature|Credential)=/i,
  // Base64 of 120 characters is 90 bytes; ids, hashes and paths are shorter or have punctuation.
  'a blob': /[0-9A-Za-z+]{120,}/,
};

/** Sentences on what is wrong with a log of JSON lines; `secrets` are texts that must not occur in it, by what they are. */
export function logFaults(log: string, secrets: Readonly<Record<string, string>> = {}): string[] {
  const faults: string[] = [];
  for (const line of log.split('\n').filter((text) => text !== '')) {
    const told = line.slice(0, 300);
    try {
      JSON.parse(line);
    } catch {
      faults.push(`Not JSON: ${told}`);
    }
    for (const [what, pattern] of Object.entries(forbidden))
      if (pattern.test(line)) faults.push(`Holds ${what}: ${told}`);
    for (const [what, text] of Object.entries(secrets)) if (line.includes(text)) faults.push(`Holds ${what}: ${told}`);
  }
  return faults;
}
