/** jsdom lays nothing out: for tests of long lists every element gets a size. */
export function layOut(width = 900, height = 600): void {
  const sizes = { clientWidth: width, clientHeight: height, offsetWidth: width, offsetHeight: height };
  for (const [name, value] of Object.entries(sizes))
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value });
  HTMLElement.prototype.scrollTo = () => {};
}
