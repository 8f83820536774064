/** Only places within the studio: an address from outside must not lead away after the login. */
export function nextOf(wanted: string | null): string {
  return wanted?.startsWith("/") && !wanted.startsWith("//") && !wanted.startsWith("/\\") ? wanted : "/pipeline";
}
