/** What the server wrote into the page, in `<script type="application/json" id="boot">`. It is the server's own reply, so it is not checked again. */
export function readBoot<T>(): T {
  return JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as T;
}
