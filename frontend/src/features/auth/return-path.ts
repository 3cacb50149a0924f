/** Only a path of this application; a foreign address in the history state must not be followed. */
export function safeReturn(from: unknown): string {
  if (typeof from !== 'string' || !/^\/(?![/\\])/.test(from) || from.startsWith('/entrar')) return '/';
  return from;
}
